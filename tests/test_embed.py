"""`zhgen embed`."""

from pathlib import Path

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


def test_start_from_given_vectors(zhgen, tmp_path, write_text, write_table):
    """The dimension is the file's; what was found is said on stderr."""
    write_text(tmp_path / "a.seg.txt")
    write_table(tmp_path / "given.vectors.bin", vector_size=6, words=("今天", "我们"))
    code, stdout, stderr = zhgen("embed", "a.seg.txt", "--from", "given.vectors.bin", "--epochs", 1)
    assert (code, stdout) == (0, "")
    first, last = stderr.splitlines()[0], stderr.splitlines()[-1]
    assert first == "given.vectors.bin: 2 of the text's 5 pieces, 49.5% of its length"
    assert last.startswith("a.vectors.bin: 5 pieces in 6 dimensions")
    assert read_vectors(tmp_path / "a.vectors.bin").table.vector_size == 6


def test_vectors_of_another_dimension_are_refused(refuses, tmp_path, write_text, write_table):
    """A --vector-size that is typed and is not the file's is refused with both, whether typed so or as -size."""
    write_text(tmp_path / "a.seg.txt")
    write_table(tmp_path / "given.vectors.bin", vector_size=6)
    expected = (
        "The vectors in given.vectors.bin have 6 dimensions and --vector-size is 7. Leave out --vector-size to have the file's."
    )
    start = ("embed", "a.seg.txt", "--from", "given.vectors.bin")
    assert refuses(*start, "--vector-size", 7) == expected
    assert refuses(*start, "--c-flags", "-size 7 -threads 1") == expected


def test_vectors_that_cannot_be_started_from_are_refused(refuses, tmp_path, write_text):
    """A file that is missing, that is no vectors, or that would be overwritten, is refused."""
    write_text(tmp_path / "a.seg.txt")
    assert refuses("embed", "a.seg.txt", "--from", "missing.bin").startswith("There is no file missing.bin.")
    assert "a.seg.txt" in refuses("embed", "a.seg.txt", "--from", "a.seg.txt")


def test_the_vectors_to_start_from_are_not_overwritten(refuses, tmp_path, write_text, write_table):
    """The output cannot be the file that is read."""
    write_text(tmp_path / "a.seg.txt")
    write_table(tmp_path / "a.vectors.bin")
    assert refuses("embed", "a.seg.txt", "--from", "a.vectors.bin").startswith("a.vectors.bin is the input.")


class TestCFlags:
    """The C tool's flags on the command line."""

    @pytest.fixture
    def settings(self, zhgen, tmp_path, write_text, monkeypatch):
        """Return a function that runs the command and returns the settings it came to."""
        from zhgen.vectors import word2vec

        write_text(tmp_path / "a.seg.txt")
        seen = []
        original = word2vec.embed
        monkeypatch.setattr(word2vec, "embed", lambda text, made, *a, **k: seen.append(made) or original(text, made, *a, **k))

        def run(*arguments):
            assert zhgen("embed", "a.seg.txt", "-q", *arguments)[:2] == (0, "")
            return seen[-1]

        return run

    def test_set_what_they_name_and_the_tools_defaults(self, settings):
        """What the flags do not name is as the tool has it; what the tool does not know is as ever."""
        made = settings("--c-flags", "-size 8 -threads 1")
        assert (made.vector_size, made.workers, made.window, made.epochs, made.alpha) == (8, 1, 5, 5, 0.05)
        assert (made.seed, made.validation_split) == (1, 0.05)

    def test_options_beside_them_go_first(self, settings):
        """An option that is typed is taken before a flag, wherever it stands; one in the settings file is not."""
        Path("zhgen.toml").write_text("[embed]\nwindow = 3\nseed = 9\n", "utf-8")
        made = settings("--epochs", 2, "--c-flags", "-size 8 -threads 1 -iter 3", "--negative", 4)
        assert (made.epochs, made.negative, made.window, made.seed) == (2, 4, 5, 9)

    def test_without_a_size_take_that_of_the_file(self, settings, tmp_path, write_table):
        """The tool's default of 100 dimensions gives way to the vectors that are started from."""
        write_table(tmp_path / "given.vectors.bin", vector_size=6)
        assert settings("--c-flags", "-threads 1", "--from", "given.vectors.bin").vector_size == 6

    def test_refusals_are_one_line(self, refuses):
        """A wrong flag is refused before the text is looked for."""
        assert refuses("embed", "missing.seg.txt", "--c-flags", "-sise 3") == (
            "--c-flags: -sise is no flag of the C tool. Did you mean -size?"
        )


def test_more_threads_than_one_are_said_to_differ(zhgen, cycle):
    """Two threads never give the same bytes twice, and nobody is left to find that out."""
    code, _, said = zhgen("embed", cycle[0] / "cycle.seg.txt", "-o", "v.bin", "--workers", 2, "--epochs", 1)
    assert code == 0
    assert "2 threads: the vectors will differ a little from run to run." in said
