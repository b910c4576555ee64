"""From a segmented text and a table of vectors to the ids that training reads."""

import dataclasses
import gzip
import json
from collections import Counter

import numpy as np
import pytest
from heard import Heard

from zhgen.config import TrainSettings
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.segmented import open_segmented, write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.errors import RefusedError
from zhgen.training.preparation import prepare, segmenter_of
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table

WHOLE = TrainSettings(validation_split=0.0)
FIRST_RECIPE = TrainSettings.recipe("seed")


@pytest.fixture
def segmented(tmp_path):
    """Return a function that makes a segmented text from its lines."""

    def make(*lines, name="text.seg.txt"):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return open_segmented(tmp_path / name)

    return make


@pytest.fixture
def vectors(tmp_path):
    """Return a function that writes a vectors.bin from words and rows."""

    def write(**rows):
        path = tmp_path / "text.vectors.bin"
        write_vectors(path, Table(tuple(rows), np.array(list(rows.values()), dtype=np.float32)))
        return path

    return write


def spelled(data, ids):
    """Return the pieces that ids stand for."""
    return [data.vocabulary.pieces[identity] for identity in ids.tolist()]


def test_a_text_as_ids(segmented, vectors):
    """Words that the table has are pieces in its order, and </s>, which it lacks, is the last piece and ends each paragraph."""
    data = prepare(segmented("红 楼 红", "楼"), vectors(楼=[1, 0], 红=[0, 2]), None, WHOLE)
    assert data.vocabulary.pieces == ("楼", "红", "</s>")
    assert data.train.tolist() == [1, 0, 1, 2, 0, 2]
    assert data.train.dtype == np.int32
    assert data.valid.tolist() == []
    assert data.counts.tolist() == [2, 2, 2]
    assert data.words == 4
    np.testing.assert_array_equal(data.table.vectors[:2], [[1, 0], [0, 2]])


def test_new_characters_get_the_mean_of_their_words_vectors(segmented, vectors):
    """宝黛 has no vector and is spelled: 宝 stands in 宝玉 (2, 0, 0) and 宝钗 (0, 3, 0), 黛 in 黛玉 (0, 0, 4) alone."""
    table = vectors(宝玉=[2, 0, 0], 宝钗=[0, 3, 0], 黛玉=[0, 0, 4])
    heard = Heard()
    data = prepare(segmented("宝玉 宝钗 黛玉 宝黛"), table, None, WHOLE, heard)
    assert data.vocabulary.pieces == ("宝玉", "宝钗", "黛玉", "</s>", "宝", "黛")
    assert data.table.vectors[4].tolist() == [1, 1.5, 0]
    assert data.table.vectors[5].tolist() == [0, 0, 4]
    assert spelled(data, data.train) == ["宝玉", "宝钗", "黛玉", "宝", "黛", "</s>"]
    assert "3 characters had no vector yet and got the mean of their words' vectors." in heard.lines


def test_what_stands_in_no_word_gets_a_random_vector(segmented, vectors):
    """</s> and a character of no known word are drawn from the seed: the same again for the same seed, else another."""
    text, table = segmented("宝玉 宝钗 妙"), vectors(宝玉=[2, 0, 1], 宝钗=[0, 3, 1])
    settings = (WHOLE, WHOLE, dataclasses.replace(WHOLE, seed=2))
    first, again, other = (prepare(text, table, None, chosen).table.vectors for chosen in settings)
    assert first.shape == (4, 3)
    assert np.isfinite(first).all()
    assert (first[2:] != 0).any(axis=1).all()
    np.testing.assert_array_equal(first, again)
    assert (first[2:] != other[2:]).any()


def test_a_character_that_has_a_vector_keeps_it(segmented, vectors):
    """A rare word is spelled by characters that the table has, with their own vectors."""
    data = prepare(segmented("宝玉 妙 宝"), vectors(宝玉=[2, 0], 宝=[7, 7], 妙=[5, 5]), None, WHOLE)
    assert data.vocabulary.pieces == ("宝玉", "宝", "妙", "</s>")
    assert data.table.vectors[1].tolist() == [7, 7]


def test_words_that_are_not_in_the_text_are_left_out(segmented, vectors):
    """A table made from a library of books gives a vocabulary of this text's words alone."""
    data = prepare(segmented("红 楼"), vectors(史湘云=[1, 1], 红=[1, 0], 楼=[0, 1], 史=[3, 3]), None, WHOLE)
    assert data.vocabulary.pieces == ("红", "楼", "</s>")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "form",
    [b"2 2\n\xe6\xa5\xbc 1 0\n\xe7\xba\xa2 0 2\n", b"2 2\n\xe6\xa5\xbc \0\0\x80?\0\0\0\0\n\xe7\xba\xa2 \0\0\0\0\0\0\0@\n"],
)
def test_vectors_in_any_form_can_be_used(segmented, tmp_path, form, packed):
    """Vectors as text and as the C tool writes them, gzipped or not, are those of 楼 and 红, whatever the file is called."""
    path = tmp_path / "vectors.bin"
    path.write_bytes(gzip.compress(form) if packed else form)
    data = prepare(segmented("红 楼"), path, None, WHOLE)
    assert data.vocabulary.pieces == ("楼", "红", "</s>")
    assert data.table.vectors[:2].tolist() == [[1, 0], [0, 2]]


@pytest.mark.parametrize("vector_size", [1, 3, 300])
def test_vectors_of_any_dimension_can_be_used(segmented, vectors, vector_size):
    """Vectors made elsewhere bring their own dimension."""
    data = prepare(segmented("红 楼"), vectors(红=[1] * vector_size, 楼=[2] * vector_size), None, WHOLE)
    assert data.table.vectors.shape == (3, vector_size)
    assert data.table.vectors.dtype == np.float32


def test_the_end_of_the_text_is_validated_on_and_not_learnt(segmented, vectors):
    """The last half is validated on, and what stands only there is no piece: it is left out and told."""
    text = segmented("红 楼 红 楼", "红 楼", "妙 红")
    heard = Heard()
    settings = dataclasses.replace(WHOLE, validation_split=0.5)
    data = prepare(text, vectors(红=[1, 0], 楼=[0, 1], 妙=[1, 1]), None, settings, heard)
    assert spelled(data, data.train) == ["红", "楼", "红", "楼", "</s>"]
    assert spelled(data, data.valid) == ["红", "楼", "</s>", "红", "</s>"]
    assert data.counts.tolist() == [2, 2, 1]
    assert data.words == 4
    assert heard.lines == ["The validation text has 1 character that the training text has not, left out here: 妙"]


def test_the_first_recipe_leaves_out_what_has_no_vector(segmented, vectors):
    """With squared error there are no paragraph ends and no spelling: words without a vector are passed over."""
    data = prepare(segmented("红 史湘云 楼", "红"), vectors(红=[1, 0], 楼=[0, 1], 史=[1, 1]), None, FIRST_RECIPE)
    assert data.vocabulary.pieces == ("红", "楼")
    assert data.train.tolist() == [0, 1, 0]


def test_vectors_of_another_text_are_refused(segmented, vectors):
    """A table that knows no word of the text cannot be meant, not even when it has </s>."""
    path = vectors(**{"</s>": [1, 1], "hello": [1, 0]})
    for settings in (WHOLE, FIRST_RECIPE):
        with pytest.raises(RefusedError) as refused:
            prepare(segmented("红 楼"), path, None, settings)
        assert str(refused.value) == (
            f"No word of the text is in {path}. Give vectors made from this text, or from one cut into words likewise."
        )


def test_vectors_that_know_little_are_warned_of(segmented, vectors):
    """When a quarter of the words has a vector that is said; when half of them have one it is not."""
    heard = Heard()
    path = vectors(红=[1, 0])
    prepare(segmented("红 楼 梦 谈"), path, None, WHOLE, heard)
    assert f"Warning: Only 25% of the text's words have a vector in {path}." in heard.lines
    heard.lines.clear()
    prepare(segmented("红 楼"), path, None, WHOLE, heard)
    assert [line for line in heard.lines if "Only" in line] == []


def test_rows_that_cannot_be_used_are_told(segmented, vectors):
    """A row with NaN is left out with a warning, and its word is spelled instead of learnt from NaN."""
    heard = Heard()
    path = vectors(红楼=[1, 0], 宝玉=[float("nan"), 1], 宝钗=[0, 1])
    data = prepare(segmented("红楼 宝玉 宝钗"), path, None, WHOLE, heard)
    assert f"Warning: {path}: 2 words in 2 dimensions; dropped: 1 with NaN or infinite numbers" in heard.lines
    assert spelled(data, data.train) == ["红楼", "宝", "玉", "宝钗", "</s>"]
    assert np.isfinite(data.table.vectors).all()


def test_a_validation_text_of_its_own_leaves_the_whole_text_to_learn(segmented, vectors):
    """With a segmented validation text nothing of the text is kept back, whatever the split."""
    other = segmented("楼 红 红", name="other.seg.txt")
    settings = dataclasses.replace(WHOLE, validation_split=0.5)
    data = prepare(segmented("红 楼", "红 楼"), vectors(红=[1, 0], 楼=[0, 1]), other.path, settings)
    assert spelled(data, data.train) == ["红", "楼", "</s>"] * 2
    assert spelled(data, data.valid) == ["楼", "红", "红", "</s>"]


def test_a_raw_validation_text_is_cut_as_the_text_was(tmp_path, vectors):
    """A raw text is cut with the user dictionary that the sidecar remembers: 金陵十二钗 stays whole."""
    dictionary = parse_dictionary(["金陵十二钗"], "words.txt")
    raw, path = tmp_path / "raw.txt", tmp_path / "text.seg.txt"
    raw.write_text("金陵十二钗学习语文\n", "utf-8")
    with raw.open("rb") as file:
        write_segmented([("raw.txt", file)], path, Segmenter(dictionary))
    table = vectors(金陵十二钗=[1, 0], 学习=[0, 1], 语文=[1, 1])
    text = open_segmented(path)
    assert segmenter_of(text).dictionary.text == dictionary.text
    data = prepare(text, table, raw, WHOLE)
    assert spelled(data, data.valid) == ["金陵十二钗", "学习", "语文", "</s>"]


def test_the_sidecar_says_whether_words_are_guessed(tmp_path):
    """A text cut without HMM has its prompts and validation texts cut without."""
    raw, path = tmp_path / "raw.txt", tmp_path / "text.seg.txt"
    raw.write_text("学习语文\n", "utf-8")
    with raw.open("rb") as file:
        write_segmented([("raw.txt", file)], path, Segmenter(hmm=False))
    assert json.loads((tmp_path / "text.seg.json").read_text("utf-8"))["segmenter"]["hmm"] is False
    assert segmenter_of(open_segmented(path)).identity["hmm"] is False


def test_a_validation_text_of_unknown_words_is_refused(segmented, vectors):
    """A validation text without a known word says nothing and is refused by name: that its paragraphs end is not enough."""
    other = segmented("史湘云", "史湘云", name="other.seg.txt").path
    for settings in (FIRST_RECIPE, WHOLE):
        with pytest.raises(RefusedError, match=r"^No word of .*other\.seg\.txt is in the vocabulary\. Validate on a text"):
            prepare(segmented("红 楼"), vectors(红=[1, 0], 楼=[0, 1]), other, settings)


def test_counts_are_of_the_training_part(segmented, vectors):
    """How often each piece occurs is counted in what is learnt, ends included."""
    data = prepare(segmented("红 红 楼", "红"), vectors(红=[1, 0], 楼=[0, 1]), None, WHOLE)
    assert dict(zip(data.vocabulary.pieces, data.counts.tolist(), strict=True)) == Counter({"红": 3, "楼": 1, "</s>": 2})
    assert data.counts.dtype == np.int64
