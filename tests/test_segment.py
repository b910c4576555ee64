"""`zhgen segment`."""

import json
from importlib.metadata import PackageNotFoundError, version

import pytest

from zhgen.corpus.engines import is_installed
from zhgen.corpus.segmented import open_segmented


def test_segment_by_the_command_line(cycle):
    """The first step of the pipeline writes the words and the sidecar, says so on stderr, and leaves stdout empty."""
    folder, done = cycle
    process = done["segment"]
    assert (process.returncode, process.stdout) == (0, b"")
    lines = process.stderr.decode().splitlines()
    assert lines[-1].startswith("cycle.seg.txt: 8 paragraphs, 800 words, 1,600 characters (jieba 0.42")
    assert (folder / "cycle.seg.txt").read_text("utf-8") == (" ".join(["今天 我们 学习 语文"] * 25) + "\n") * 8
    assert json.loads((folder / "cycle.seg.json").read_text("utf-8"))["words"] == 800


def test_several_texts_are_joined_in_the_order_given(zhgen, tmp_path):
    """The output of two texts has the first one's paragraphs first, and its sidecar names both."""
    (tmp_path / "b.txt").write_text("今天学习\n", "utf-8")
    (tmp_path / "a.txt").write_text("我们学习\n", "utf-8")
    assert zhgen("segment", "b.txt", "a.txt", "-o", "out/both.seg.txt", "-q") == (0, "", "")
    assert (tmp_path / "out" / "both.seg.txt").read_text("utf-8") == "今天 学习\n我们 学习\n"
    assert [source["name"] for source in open_segmented(tmp_path / "out" / "both.seg.txt").sidecar.sources] == [
        "b.txt",
        "a.txt",
    ]


def test_stdin_and_stdout(run_zhgen, tmp_path, snapshot):
    """With - words go to stdout, as UTF-8 whatever the locale, and no file is written."""
    process = run_zhgen(
        "segment", "-", cwd=tmp_path, stdin="今天学习\r\n".encode(), LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
    )
    assert (process.returncode, process.stdout.decode()) == (0, "今天 学习\n")
    assert snapshot(tmp_path) == {}


def test_a_dictionary_of_ones_own(zhgen, tmp_path):
    """A word of the dictionary stays whole, be it one that jieba joins or not; how often each came out is said."""
    (tmp_path / "words.txt").write_text("学习语文 100000\n红·楼\n宝玉\nNew York\n", "utf-8")
    (tmp_path / "a.txt").write_text("今天学习语文，红·楼，New York，红·楼\n", "utf-8")
    code, stdout, stderr = zhgen("segment", "a.txt", "--user-dict", "words.txt")
    assert (code, stdout) == (0, "")
    assert (tmp_path / "a.seg.txt").read_text("utf-8") == "今天 学习语文 ， 红·楼 ， New▁York ， 红·楼\n"
    assert "红·楼 2, 学习语文 1, New York 1" in stderr
    assert "宝玉" in stderr.splitlines()[1]


def test_the_use_of_a_dictionary_is_said_beside_stdout_too(zhgen, tmp_path):
    """Words go to stdout and what is said to stderr."""
    (tmp_path / "words.txt").write_text("红·楼\n", "utf-8")
    (tmp_path / "a.txt").write_text("红·楼\n", "utf-8")
    code, stdout, stderr = zhgen("segment", "a.txt", "--user-dict", "words.txt", "-o", "-")
    assert (code, stdout) == (0, "红·楼\n")
    assert "红·楼 1" in stderr


@pytest.mark.skipif(not is_installed("rjieba"), reason="rjieba is installed on demand: zhgen[rjieba]")
def test_the_engine_is_written_down(zhgen, tmp_path):
    """Both engines make the same text; the sidecar and the last line have the name of the one that cut."""
    (tmp_path / "a.txt").write_text("我们都是读书人\n", "utf-8")
    assert zhgen("segment", "a.txt", "-o", "jieba.seg.txt")[0] == 0
    code, _, stderr = zhgen("segment", "a.txt", "-o", "rjieba.seg.txt", "--engine", "rjieba", "--no-hmm")
    assert (code, stderr.splitlines()[-1].split("(")[1]) == (0, f"rjieba {version('rjieba')})")
    texts = {engine: open_segmented(tmp_path / f"{engine}.seg.txt") for engine in ("jieba", "rjieba")}
    assert list(texts["jieba"].paragraphs()) == list(texts["rjieba"].paragraphs())
    found = texts["rjieba"].sidecar.segmenter
    assert (found["engine"], found["version"], found["hmm"]) == ("rjieba", version("rjieba"), False)


def test_an_engine_that_is_not_installed_is_refused(refuses, tmp_path, monkeypatch):
    """The line says what to type, and nothing is written."""

    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", missing)
    (tmp_path / "a.txt").write_text("我们都是读书人\n", "utf-8")
    assert refuses("segment", "a.txt", "--engine", "rjieba") == (
        "--engine rjieba is not installed. Type: pip install 'zhgen[rjieba]', or use --engine jieba."
    )


def test_several_processes_make_the_same_files(run_zhgen, tmp_path):
    """With two processes the text and its sidecar are the same bytes."""
    (tmp_path / "a.txt").write_text("我们都是读书人，今天学习语文。\n" * 500, "utf-8")
    for folder, workers in (("one", 1), ("two", 2)):
        done = run_zhgen("segment", "a.txt", "-o", f"{folder}/a.seg.txt", "--workers", workers, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, b"")
    for name in ("a.seg.txt", "a.seg.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", "There is no file "),
        ("directory", "There is no .txt file in "),
        ("empty", "is empty."),
        ("jpeg", "jpeg.seg.txt"),
        ("blank", "There is no text in the input, only white space."),
    ],
)
def test_what_is_no_text_is_refused(refuses, bad_inputs, kind, said):
    """What cannot be read as text is refused by name and nothing is written."""
    assert said in refuses("segment", bad_inputs[kind], "-o", "out.seg.txt")


def test_an_output_that_cannot_be_written_is_refused_first(refuses, tmp_path):
    """An output below a file, or one that is a directory, is refused before anything is cut."""
    (tmp_path / "a.txt").write_text("今天学习\n", "utf-8")
    assert refuses("segment", "a.txt", "-o", "a.txt/x.seg.txt").startswith("Nothing can be written to a.txt (")
    (tmp_path / "there").mkdir()
    assert "is a directory" in refuses("segment", "a.txt", "-o", "there")


def test_a_dictionary_that_is_missing_is_refused(refuses, tmp_path):
    """A dictionary that is not there is refused by name."""
    (tmp_path / "a.txt").write_text("今天学习\n", "utf-8")
    assert "words.txt" in refuses("segment", "a.txt", "--user-dict", "words.txt")


def test_stdin_is_read_once(refuses):
    """Naming stdin twice is refused."""
    assert refuses("segment", "-", "-") == "stdin is named twice. Give - once."


def test_an_output_that_is_an_input_is_refused(refuses, tmp_path):
    """A text is not overwritten by what is made of it, by whatever name it is called."""
    (tmp_path / "a.txt").write_text("今天学习\n", "utf-8")
    (tmp_path / "there").mkdir()
    assert refuses("segment", "a.txt", "-o", "there/../a.txt").startswith("there/../a.txt is the input.")
    assert (tmp_path / "a.txt").read_text("utf-8") == "今天学习\n"
