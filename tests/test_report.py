"""What is said of an epoch."""

import pytest
from heard import Heard

from zhgen.training.report import Report


def _row(epoch, loss, **more):
    return {"epoch": epoch, "loss": loss, "words_per_second": 12345, **more}


@pytest.mark.parametrize(
    ("measure", "shown"), [("perplexity", "perplexity 148.4 (best)"), ("distance", "distance 5.00000 (best)")]
)
def test_an_epoch_is_one_line(measure, shown):
    """Loss, validation as what it is called, speed, time left, and from the second epoch on what has become of it."""
    heard = Heard()
    rows = [_row(1, 6.0, validation_loss=5.0), _row(2, 5.5, validation_loss=6.0)]
    Report(heard, 6, measure).tell(rows[:1], better=True, left=61.4)
    Report(heard, 6, measure).tell(rows, better=False, left=0)
    assert heard.lines[0] == f"epoch 1/6: loss 6.0000, validation {shown}, 12,345 words/s, 61 s left"
    assert "(best)" not in heard.lines[1]
    assert heard.lines[1].endswith(
        ", 0 s left; over-fitting: it learns the text by heart, and validation is no better than an epoch ago"
    )


def test_of_many_epochs_every_fifth_and_the_last_are_told():
    """A hundred and two epochs make 21 lines, the last one also when it comes early."""
    heard = Heard()
    report = Report(heard, 102, "loss")
    for epoch in range(1, 103):
        report.tell([_row(epoch, 1.0)], better=True, left=102 - epoch)
    assert [line.split(":")[0] for line in heard.lines] == [f"epoch {number}/102" for number in (*range(5, 101, 5), 102)]
    report.tell([_row(3, 1.0)], better=True, left=0)
    assert heard.lines[-1].startswith("epoch 3/102: ")
