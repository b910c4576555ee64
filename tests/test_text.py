"""What a text is like beside human text."""

from pathlib import Path

import numpy as np
import pytest

from zhgen.config import TextSettings
from zhgen.errors import RefusedError
from zhgen.evaluation.text import evaluate_text
from zhgen.evaluation.text_table import show_text
from zhgen.progress import Reporter

SHARED = Path(__file__).parents[2] / "shared" / "corpora"
WORDS = [chr(0x4E00 + number) for number in range(400)]


class _Told(Reporter):
    def __init__(self):
        self.lines = []

    def say(self, message):
        self.lines.append(message)


def _write(path, seed, paragraphs=60, length=50, words=WORDS):
    """Write a segmented text of words drawn by Zipf's law, each paragraph closed by a mark."""
    drawn = (np.random.default_rng(seed).zipf(1.5, size=(paragraphs, length)) - 1) % len(words)
    path.write_text("".join(" ".join([words[number] for number in row] + ["。"]) + "\n" for row in drawn), "utf-8")
    return path


@pytest.fixture
def corpus(tmp_path):
    """Return a corpus of 60 paragraphs of 51 words."""
    return _write(tmp_path / "corpus.seg.txt", 1)


def test_the_last_part_of_the_corpus_is_the_human_text(tmp_path, corpus):
    """A tenth of 60 paragraphs is six of them; what is copied is looked for in the other 54."""
    figures = evaluate_text(_write(tmp_path / "text.seg.txt", 2), corpus, TextSettings(validation_split=0.1))
    assert figures["human"]["name"] == f"the last 10% of {corpus}"
    assert figures["human"]["pieces"] == 6 * 52
    assert figures["corpus"] == {"name": str(corpus), "pieces": 54 * 52, "min_count": 2}
    assert (figures["length"], figures["window"]) == (6 * 52, 6 * 52)
    assert set(figures["human"]) < set(figures)


def test_a_text_of_the_same_kind_does_not_stand_out(tmp_path, corpus):
    """What is drawn from the same law has nothing to be said of."""
    human = _write(tmp_path / "human.seg.txt", 3, 80)
    figures = evaluate_text(_write(tmp_path / "text.seg.txt", 2), corpus, TextSettings(), human)
    assert figures["human"]["name"] == str(human)
    assert figures["corpus"]["pieces"] == 60 * 52
    assert figures["stands_out"] == []


def test_a_copy_is_found_and_shown_where_it_stands(tmp_path, corpus):
    """Two paragraphs copied from the corpus's 21st on are one run, from the end of the text's second paragraph on."""
    lines = corpus.read_text("utf-8").splitlines()
    own = ["异 乡"] * 20
    (tmp_path / "text.seg.txt").write_text("\n".join([*own[:2], lines[20], lines[21], *own[2:]]), "utf-8")
    figures = evaluate_text(tmp_path / "text.seg.txt", corpus, TextSettings(), _write(tmp_path / "human.seg.txt", 3, 80))
    copy = figures["longest_copy"]
    assert (copy["pieces"], copy["paragraph"], copy["corpus_paragraph"]) == (1 + 2 * 52, 2, 20)
    assert copy["text"] == "¶" + "".join([*lines[20].split(), "¶", *lines[21].split()])[:59] + "…"
    assert any("in a row" in sentence for sentence in figures["stands_out"])
    assert f"paragraph {copy['corpus_paragraph']} of" in show_text(figures)


def test_a_loop_stands_out(tmp_path, corpus):
    """A text that says the same again and again repeats, and has fewer words."""
    (tmp_path / "text.seg.txt").write_text((" ".join(WORDS[:10]) + " 。\n") * 80, "utf-8")
    figures = evaluate_text(tmp_path / "text.seg.txt", corpus, TextSettings(), _write(tmp_path / "human.seg.txt", 3, 80))
    assert figures["rep_4"] > 0.9
    assert figures["diversity"] < 0.001
    assert figures["recent_32"] == 1
    assert figures["sentence_length"] == pytest.approx(11 / 2)
    assert figures["stands_out"][0].startswith("4-grams repeat ")


def test_novelty_is_the_share_that_the_corpus_lacks(tmp_path, corpus):
    """Of a text of characters that the corpus never has every n-gram is new; of a part of the corpus none is."""
    strange = [chr(0x6E00 + number) for number in range(400)]
    human = _write(tmp_path / "human.seg.txt", 3, 80)
    figures = evaluate_text(_write(tmp_path / "a.seg.txt", 2, words=strange), corpus, TextSettings(), human)
    assert figures["novelty_6"] == 1
    part = corpus.read_text("utf-8").splitlines(keepends=True)[5:15]
    (tmp_path / "b.seg.txt").write_text("".join(part), "utf-8")
    figures = evaluate_text(tmp_path / "b.seg.txt", corpus, TextSettings(), human)
    assert [figures[f"novelty_{n}"] for n in (2, 3, 4, 5, 6)] == [0, 0, 0, 0, 0]
    human = evaluate_text(human, corpus, TextSettings(), tmp_path / "b.seg.txt")["human"]
    assert [human[f"novelty_{n}"] for n in (2, 3, 4, 5, 6)] == [0, 0, 0, 0, 0]
    assert figures["longest_run"] == 520


def test_a_corpus_that_repeats_itself_is_told(tmp_path, corpus):
    """Where the held-out part stands elsewhere in the corpus as well, it is no measure for copying, and the user is told."""
    lines = corpus.read_text("utf-8").splitlines(keepends=True)
    corpus.write_text("".join([*lines, *lines[:6]]), "utf-8")
    told = _Told()
    evaluate_text(_write(tmp_path / "text.seg.txt", 2), corpus, TextSettings(validation_split=0.09), reporter=told)
    assert any("the corpus holds a passage twice" in line for line in told.lines)


def test_what_is_too_short_is_refused(tmp_path, corpus):
    """Below a hundred pieces the measures are chance: of the text, and of what is held out."""
    short = _write(tmp_path / "short.seg.txt", 2, 1)
    with pytest.raises(RefusedError, match="has 52 pieces"):
        evaluate_text(short, corpus, TextSettings())
    text = _write(tmp_path / "text.seg.txt", 2)
    with pytest.raises(RefusedError, match=r"The last 1% of .* --validation-split"):
        evaluate_text(text, corpus, TextSettings(validation_split=0.01))
    with pytest.raises(RefusedError, match="is the corpus itself"):
        evaluate_text(text, corpus, TextSettings(), corpus)


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.skipif(not SHARED.exists(), reason="the novels are not part of the project")
def test_the_figures_of_a_novel():
    """The test chapters of 红楼梦 beside its training chapters have the figures that were measured elsewhere.

    Those were measured on a text in which `．` was written 。, which moves the share of words among the last 32 by .01.
    """
    names = [SHARED / f"红楼梦.{part}.txt" for part in ("test", "train", "valid")]
    figures = evaluate_text(names[0], names[1], TextSettings(), names[2])
    expected = {
        "distinct_1": 0.488,
        "distinct_2": 0.870,
        "distinct_3": 0.957,
        "distinct_4": 0.983,
        "rep_4": 0.017,
        "diversity": 0.822,
        "novelty_2": 0.23,
        "novelty_3": 0.62,
        "novelty_4": 0.84,
        "novelty_5": 0.93,
        "novelty_6": 0.97,
        "sentence_length": 17.8,
    }
    assert {name: figures[name] for name in expected} == pytest.approx(expected, rel=0.016)
    assert figures["recent_32"] == pytest.approx(0.29, abs=0.015)
    assert figures["zipf"] == pytest.approx(1.08, abs=0.015)
    assert figures["longest_copy"]["pieces"] < 12
    assert figures["stands_out"] == []
