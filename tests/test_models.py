"""What the commands share that write with a model."""

import io
import subprocess
import sys

import pytest
from heard import Heard

from zhgen.cli.models import compute_in_one_thread, is_unicode, load_generator, whole_prompt
from zhgen.errors import RefusedError
from zhgen.progress import SILENT


def test_a_generator_with_its_own_words(tiny_model):
    """Without options nothing is said, and the words are those of the model."""
    heard = Heard()
    generator = load_generator(tiny_model, {"vectors": None, "lexicon": None}, heard)
    assert "lexicon" not in generator.bundle.config
    assert heard.lines == []


def test_a_generator_with_other_words(tiny_model, tmp_path):
    """With a list the words are those of the list, and what became of them is said."""
    (tmp_path / "words.txt").write_text("今天\n", "utf-8")
    heard = Heard()
    generator = load_generator(tiny_model, {"vectors": None, "lexicon": tmp_path / "words.txt"}, heard)
    assert {one.piece for one in generator.next("")} == {"今天", "</s>"}
    assert heard.lines == [f"{tmp_path / 'words.txt'}: 1 word the model knows."]


def test_one_thread(monkeypatch):
    """Is asked of every library of NumPy's, unless the user asked for more."""
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "4")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    compute_in_one_thread()
    names = [sys.modules["os"].environ[f"{library}_NUM_THREADS"] for library in ("OPENBLAS", "MKL", "OMP")]
    assert names == ["4", "1", ""]


def test_a_prompt_from_stdin(monkeypatch):
    """A dash is what stdin has, in the encoding that it is found to have."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("今天我们学习语文。\n今天\n".encode("gb18030"))))
    assert whole_prompt("-", SILENT) == "今天我们学习语文。\n今天"
    assert whole_prompt("今天", SILENT) == "今天"


def test_a_prompt_that_is_no_text():
    """Bytes of an argument that are not UTF-8 are refused."""
    with pytest.raises(RefusedError, match="not UTF-8"):
        whole_prompt("\udcff", SILENT)
    assert is_unicode("今天😀")
    assert not is_unicode("\ud83d")


def test_it_imports_nothing_heavy():
    """The options of a command cost no NumPy."""
    code = "import sys, zhgen.cli.models, zhgen.cli.next, zhgen.cli.write; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
