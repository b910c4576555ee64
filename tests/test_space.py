"""The words of a model or of a file of vectors."""

import shutil

import numpy as np
import pytest
from heard import Heard

from zhgen.bundle import load
from zhgen.errors import RefusedError
from zhgen.evaluation.space import open_space
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table


def test_a_model_has_two_tables(tiny_model, trained):
    """The learnt one is that which it writes with, the other is the file that training began with; counts belong to both."""
    bundle = load(tiny_model)
    learnt, word2vec = open_space(tiny_model, "learnt"), open_space(tiny_model, "word2vec")
    np.testing.assert_array_equal(learnt.table.vectors, bundle.weights["decoder/table"])
    np.testing.assert_array_equal(word2vec.table.vectors, bundle.table().vectors)
    assert learnt.table.words == word2vec.table.words == bundle.vocabulary.pieces
    assert [learnt.count(row) for row in range(5)] == word2vec.counts.tolist() == bundle.ngrams().counts.tolist()
    assert (learnt.name, word2vec.name) == (f"{tiny_model} (learnt table)", f"{tiny_model} (word2vec table)")
    np.testing.assert_allclose(np.linalg.norm(word2vec.unit_vectors, axis=1), 1, rtol=1e-6)


def test_a_file_has_words_alone(tmp_path):
    """Nobody counted, and what cannot be used is told."""
    rows = np.array([[3, 4], [np.nan, 1], [0, 2]], dtype=np.float32)
    write_vectors(tmp_path / "a.bin", Table(("红", "楼", "梦"), rows))
    listener = Heard()
    space = open_space(tmp_path / "a.bin", "learnt", reporter=listener)
    assert (space.table.words, space.counts, space.count(0), space.dictionary) == (("红", "梦"), None, None, None)
    assert space.unit_vectors.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 1]]
    assert listener.lines == [
        f"Warning: {tmp_path / 'a.bin'} has rows that cannot be used: 1 with NaN or infinite numbers. They are left out."
    ]


def test_the_first_rows_of_a_file(tmp_path):
    """A limit is for files, and refused for models."""
    write_vectors(tmp_path / "a.bin", Table(tuple("红楼梦"), np.ones((3, 2), np.float32)))
    assert open_space(tmp_path / "a.bin", "learnt", limit=2).table.words == ("红", "楼")
    with pytest.raises(RefusedError, match="--limit goes with a file"):
        open_space(tmp_path, "learnt", limit=2)


def test_a_damaged_model_is_refused(tmp_path, tiny_model):
    """Nothing is told of half a model."""
    damaged = shutil.copytree(tiny_model, tmp_path / "damaged")
    (damaged / "weights.npz").unlink()
    with pytest.raises(RefusedError, match=r"weights\.npz is missing"):
        open_space(damaged, "word2vec")
