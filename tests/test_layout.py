"""How a text is laid out for a recipe."""

import dataclasses
import itertools

import pytest
from heard import Heard

from zhgen.config import TrainSettings
from zhgen.corpus.segmented import open_segmented
from zhgen.training import layout
from zhgen.training.layout import validation_windows, with_defaults
from zhgen.training.preparation import prepare


@pytest.mark.parametrize(
    ("pieces", "epochs", "batch_size"),
    [(0, "most", "least"), (5_000, "most", "least"), (560_000, "most", "most"), (10**7, "least", "most")],
)
def test_epochs_and_streams_follow_from_the_length_of_the_text(pieces, epochs, batch_size):
    """A novel of 560,000 pieces is read as often as a short text, in most streams; one much longer is read least often."""
    settings = with_defaults(TrainSettings(), pieces)
    bounds = {"most": (layout._MOST_EPOCHS, layout._MOST_STREAMS), "least": (layout._LEAST_EPOCHS, layout._LEAST_STREAMS)}
    assert (settings.epochs, settings.batch_size) == (bounds[epochs][0], bounds[batch_size][1])


def test_longer_texts_are_read_less_often_and_in_more_streams():
    """Between the bounds epochs only fall and streams only rise with the length, and neither jumps."""
    made = [with_defaults(TrainSettings(), pieces) for pieces in range(0, 2_000_000, 1000)]
    epochs, streams = ([getattr(settings, name) for settings in made] for name in ("epochs", "batch_size"))
    assert {before - after for before, after in itertools.pairwise(epochs)} == {0, 1}
    assert {after - before for before, after in itertools.pairwise(streams)} == {0, 1}


def test_what_was_given_stays():
    """Epochs and a batch size of one's own are not replaced."""
    settings = with_defaults(TrainSettings(epochs=3, batch_size=5), 10**6)
    assert (settings.epochs, settings.batch_size) == (3, 5)


def test_a_text_too_short_to_validate_on_a_part_of_it_is_warned_of(trained):
    """When the validation part has no window that is said, and nothing is said when no validation was asked for."""
    data = prepare(open_segmented(trained / "tiny.seg.txt"), trained / "tiny.vectors.bin", None, TrainSettings(timesteps=100))
    heard = Heard()
    assert validation_windows(data, TrainSettings(timesteps=100), heard) is None
    assert heard.lines == ["Warning: The text is too short to validate on a part of it; the last weights are kept."]
    assert validation_windows(data, TrainSettings(timesteps=100, validation_split=0.0), Heard()) is None
    windows = validation_windows(data, dataclasses.replace(TrainSettings(), timesteps=5), heard)
    assert windows.predictions == 36
