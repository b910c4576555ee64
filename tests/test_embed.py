"""`zhgen embed`."""

import pytest

from zhgen.vectors.binary import read_vectors


def test_embed_by_the_command_line(cycle):
    """The second step writes vectors of the four words and </s>, says so on stderr, and leaves stdout empty."""
    folder, done = cycle
    process = done["embed"]
    assert (process.returncode, process.stdout) == (0, b"")
    lines = process.stderr.decode().splitlines()
    assert lines[-1] == (
        "cycle.vectors.bin: 5 pieces in 8 dimensions, from 760 words; "
        "words seen fewer than 2 times are spelled by their characters (the text is short)"
    )
    reading = read_vectors(folder / "cycle.vectors.bin")
    assert sorted(reading.table.words) == sorted(["今天", "我们", "学习", "语文", "</s>"])
    assert (reading.table.vector_size, reading.dropped) == (8, {})


@pytest.mark.parametrize("kind", ["missing", "directory", "empty", "jpeg", "gbk", "utf16", "blank"])
def test_what_is_no_segmented_text_is_refused(refuses, bad_inputs, kind):
    """What cannot be read as UTF-8 text is refused by name and nothing is written."""
    assert f"{kind}.seg.txt" in refuses("embed", bad_inputs[kind])


def test_a_text_that_nobody_has_cut_is_refused(refuses, tmp_path):
    """A raw text is refused with the command that cuts it."""
    (tmp_path / "raw.txt").write_text("今天我们学习语文。" * 20 + "\n", "utf-8")
    assert refuses("embed", "raw.txt") == "raw.txt is not cut into words. Type: zhgen segment raw.txt"


def test_a_text_of_three_words_is_refused(refuses, tmp_path):
    """A text too short for word2vec is refused with its length."""
    (tmp_path / "a.seg.txt").write_text("今天 我们 学习\n", "utf-8")
    assert refuses("embed", "a.seg.txt") == "a.seg.txt has only 3 words. Give a longer text; a novel is best."


def test_outputs_that_cannot_be_are_refused(refuses, tmp_path, write_text):
    """An output below a file, a directory, and the input itself are refused; the input stays as it was."""
    write_text(tmp_path / "a.seg.txt")
    (tmp_path / "there").mkdir()
    assert refuses("embed", "a.seg.txt", "-o", "a.seg.txt/x.bin").startswith("Nothing can be written to a.seg.txt (")
    assert refuses("embed", "a.seg.txt", "-o", "there").startswith("there is a directory.")
    assert refuses("embed", "a.seg.txt", "-o", "there/../a.seg.txt").startswith("there/../a.seg.txt is the input.")


def test_a_bad_option_is_refused_in_its_own_spelling(refuses, tmp_path, write_text):
    """An option out of bounds is refused before the text is read."""
    assert refuses("embed", "missing.seg.txt", "--vector-size", 0) == "--vector-size must be at least 1. Received: 0."
