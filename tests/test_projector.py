"""The files of embedding projectors."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.vectors.projector import write_projector
from zhgen.vectors.table import Table

TABLE = Table(("宝玉", "，"), np.array([[0, 1.5, -2e-9], [3, 4, 1 / 3]], dtype=np.float32))


def test_the_files(tmp_path):
    """A row a word in both files; the metadata have a header, the numbers none; the config names them and their shape."""
    write_projector(tmp_path / "p", TABLE, {"count": [3, None], "kind": ["name", "punctuation"]}, "红楼")
    assert (tmp_path / "p" / "tensors.tsv").read_bytes() == b"0\t1.5\t-2e-09\n3\t4\t0.333333\n"
    assert (tmp_path / "p" / "metadata.tsv").read_text("utf-8") == "word\tcount\tkind\n宝玉\t3\tname\n，\tNone\tpunctuation\n"
    assert json.loads((tmp_path / "p" / "projector_config.json").read_text("utf-8")) == {
        "embeddings": [
            {"tensorName": "红楼", "tensorShape": [2, 3], "tensorPath": "tensors.tsv", "metadataPath": "metadata.tsv"}
        ]
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=5))
def test_any_word_stays_in_its_cell(tmp_path, words):
    """Tabs and line ends are written as a backslash and a letter, so that every word has one line and one cell."""
    table = Table(tuple(words), np.ones((len(words), 1), np.float32))
    write_projector(tmp_path / "p", table, {"kind": ["name"] * len(words)}, "x")
    lines = (tmp_path / "p" / "metadata.tsv").read_bytes().decode().split("\n")
    expected = [word.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r") for word in words]
    assert [line.split("\t") for line in lines[1:-1]] == [[word, "name"] for word in expected]


def test_an_older_one_is_replaced_and_nothing_else(tmp_path):
    """A folder with files of another origin is refused and stays as it is; an empty one is filled."""
    folder = tmp_path / "p"
    folder.mkdir()
    for name in ("first", "second"):
        write_projector(folder, TABLE, {}, name)
        assert name in (folder / "projector_config.json").read_text("utf-8")
    (folder / "notes.txt").write_text("mine\n", "utf-8")
    with pytest.raises(RefusedError, match="holds something else"):
        write_projector(folder, TABLE, {}, "third")
    assert "second" in (folder / "projector_config.json").read_text("utf-8")
    with pytest.raises(RefusedError, match="is a file"):
        write_projector(folder / "notes.txt", TABLE, {}, "x")
