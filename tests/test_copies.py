"""What a text copies of the text its model was trained on, and a limit to that."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.bundle import load, save
from zhgen.corpus.segmented import open_segmented
from zhgen.errors import RefusedError
from zhgen.evaluation.description import describe
from zhgen.generation.copies import CopyGuard, Run, TrainingText, guard_of
from zhgen.generation.generator import Generator

IDS = st.lists(st.integers(0, 3), max_size=40)


def text_of(ids, end=None):
    """Return a training text."""
    return TrainingText(np.array(ids, dtype=np.int32), end)


def test_what_goes_on_with_a_run_is_barred():
    """In 1 2 3 1 2 4, when two in a row are the most, after 1 2 neither 3 nor 4 comes; after 2 1 anything may."""
    guard = CopyGuard(text_of([1, 2, 3, 1, 2, 4]), 2)
    barred = []
    for piece in (5, 1, 2, 1):
        guard.add(piece)
        barred.append(guard.barred())
    assert barred == [[], [], [3, 4], []]


def test_nothing_follows_the_texts_end():
    """The run at the end of the training text bars nothing."""
    guard = CopyGuard(text_of([1, 2, 3]), 2)
    guard.add(2)
    guard.add(3)
    assert guard.barred() == []


def test_the_longest_run_and_where_it_stands():
    """Of 9 3 0 4 the run 3 0 4 is in 1 2 0 3 0 4, in its second paragraph; 0 is the paragraph's end."""
    text = text_of([1, 2, 0, 3, 0, 4], end=0)
    assert text.longest_run([9, 3, 0, 4]) == Run(3, 2)
    assert text.longest_run([1]) == Run(1, 1)
    assert text.longest_run([7, 8]) == Run(0, None)
    assert text.longest_run([]) == Run(0, None)
    assert text_of([1, 2]).longest_run([2]) == Run(1, None)


def longest(known, text):
    """Return the length of the longest run of a text that is in another, run by run."""
    runs = {tuple(known[start:stop]) for start in range(len(known)) for stop in range(start, len(known) + 1)}
    ends = range(len(text) + 1)
    return max((stop - start for start in ends for stop in ends if stop > start and tuple(text[start:stop]) in runs), default=0)


@given(IDS, st.lists(st.integers(0, 4), max_size=24))
def test_it_is_as_long_as_a_plain_search_finds(known, text):
    """In any two texts of few words."""
    assert text_of(known).longest_run(text).words == longest(known, text)


@given(IDS, st.lists(st.integers(0, 4), max_size=24), st.integers(1, 5))
def test_what_keeps_to_the_guard_copies_no_more(known, wanted, most):
    """Of any pieces, those that are not barred share no run longer than allowed, and what is barred would have made one."""
    guard, written = CopyGuard(text_of(known), most), []
    for piece in wanted:
        too_long = longest(known, [*written[-most:], piece]) > most
        assert (piece in guard.barred()) == too_long
        if not too_long:
            written.append(piece)
            guard.add(piece)
    assert longest(known, written) <= most


def test_without_the_text_it_is_refused():
    """The message tells how a model keeps its text."""
    with pytest.raises(RefusedError, match="--keep-text"):
        guard_of(None, 5)


@pytest.fixture
def kept(tiny_bundle, tmp_path):
    """Return the small trained model with its text, 今天 我们 学习 语文 again and again, written and loaded."""
    words = [tiny_bundle.vocabulary.index[word] for word in ("今天", "我们", "学习", "语文")]
    ids = np.array([*words, *words, tiny_bundle.vocabulary.end] * 3, dtype=np.int32)
    save(tmp_path / "kept", dataclasses.replace(tiny_bundle, kept=ids), tiny_bundle.table(), "")
    return load(tmp_path / "kept")


def test_a_model_that_keeps_its_text(kept, tiny_bundle):
    """What was saved is what is loaded; a model without it has none."""
    assert kept.text().dtype == np.int32
    assert kept.text().tolist() == [*([*kept.text()[:4]] * 2), kept.vocabulary.end] * 3
    assert tiny_bundle.text() is None


def test_training_keeps_the_text_when_asked_to(cycle, run_zhgen, tmp_path):
    """With --keep-text the model holds the training part, and the card and zhgen info say so; without it they say that too."""
    folder, _ = cycle
    sizes = ("--units", 4, "--timesteps", 5, "--batch-size", 3, "--epochs", 1, "--vectors", "cycle.vectors.bin", "--keep-text")
    assert run_zhgen("train", "cycle.seg.txt", *sizes, "-o", tmp_path / "kept", cwd=folder).returncode == 0
    bundle = load(tmp_path / "kept")
    words = open_segmented(folder / "cycle.seg.txt").paragraphs(stop=bundle.config["corpus"]["words"])
    assert bundle.text().tolist() == bundle.vocabulary.encode_paragraphs(words).tolist()
    for model, said, part in (
        (tmp_path / "kept", "kept in", "kept, "),
        (folder / "models" / "first", "not kept in", "not kept"),
    ):
        assert f"The text itself is {said} the model." in (model / "README.md").read_text("utf-8")
        assert describe(model)["text"].startswith(part)


def test_a_limit_to_copies(kept):
    """A model that knows but one cycle leaves it after three words; the prompt is a part of the run."""
    generator = Generator(kept)
    result = next(generator.generate(["今天我们"], words=40, greedy=True, max_copy=3))
    assert result.words[0] == "学习"
    assert result.words[1] != "语文"
    assert result.longest_copy.words == 3
    free = next(generator.generate(["今天我们"], words=6, greedy=True))
    assert (free.text, free.longest_copy) == ("学习语文今天我们学习语文", Run(6, 1))


def test_where_all_is_barred_a_text_comes_all_the_same(kept):
    """When one word in a row is the most, every word that the model knows is barred at times, and as many words come."""
    result = next(Generator(kept).generate([""], words=50, max_copy=1))
    assert len(result.words) == 50


def test_without_its_text_a_model_says_nothing_of_copies(tiny_bundle):
    """Then there is no run to be told, and a limit is refused before the first word."""
    generator = Generator(tiny_bundle)
    assert next(generator.generate([""], words=5)).longest_copy is None
    with pytest.raises(RefusedError, match="--max-copy"):
        generator.stream("", max_copy=4)


def test_a_text_of_other_pieces_is_refused(tiny_bundle, tmp_path):
    """A part that was written for another vocabulary is not used."""
    strange = dataclasses.replace(tiny_bundle, kept=np.array([0, len(tiny_bundle.vocabulary)], dtype=np.int32))
    save(tmp_path / "strange", strange, tiny_bundle.table(), "")
    with pytest.raises(RefusedError, match=r"text\.npz"):
        load(tmp_path / "strange").text()
