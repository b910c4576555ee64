"""What a file or a directory is and where it came from."""

import re
import shutil

import numpy as np
import pytest

from zhgen.bundle import PARTS
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.segmented import write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.errors import RefusedError
from zhgen.evaluation.description import describe
from zhgen.files import sha256
from zhgen.vectors.binary import write_vectors
from zhgen.vectors.table import Table


def test_a_model(tiny_model, tiny_bundle, trained):
    """A model's facts are those of its configuration; its size is that of its parts on disk."""
    facts = describe(tiny_model)
    best = tiny_bundle.config["best"]
    expected = {
        "kind": "model",
        "recipe": "default",
        "corpus": "tiny.seg.txt",
        "corpus_sha256": sha256(trained / "tiny.seg.txt"),
        "sources": "unknown",
        "words": 760,
        "pieces": 5,
        "vector_size": 6,
        "members": 2,
        "layers": 2,
        "units": 6,
        "timesteps": 5,
        "attention": 0,
        "epoch_kept": best["epoch"],
        "loss": best["loss"],
        "validation_loss": best["validation_loss"],
        "text": "not kept",
        "ngrams": f"{(tiny_model / 'ngrams.npz').stat().st_size:,} bytes",
        "bytes": sum((tiny_model / name).stat().st_size for name in (*PARTS, "ngrams.npz")),
    }
    assert {name: facts[name] for name in expected} == expected
    assert set(facts) - set(expected) == {"made_by", "segmenter", "libraries", "validation_perplexity", "tables"}
    assert [table["rows_asked"] for table in facts["tables"].values()] == [5, 5]
    number = r"[\d.]+"
    assert re.fullmatch(f"model {number}, mix {number}, cache {number}, both {number}", facts["validation_perplexity"])
    assert facts["segmenter"].startswith("jieba 0.")
    assert ", numpy 2." in facts["libraries"]


def test_a_segmented_text_with_its_sidecar(tmp_path):
    """A segmented text tells its counts, worked out by hand, its source and how it was cut."""
    (tmp_path / "a.txt").write_text("今天学习语文\n今天学习今天\n", "utf-8")
    segmenter = Segmenter(parse_dictionary(["学习语文 100000"], "words.txt"), hmm=False)
    with (tmp_path / "a.txt").open("rb") as file:
        made = write_segmented([("a.txt", file)], tmp_path / "a.seg.txt", segmenter)
    digest = made.segmenter["dictionary_sha256"]
    assert describe(tmp_path / "a.seg.txt") == {
        "kind": "segmented text",
        "paragraphs": 2,
        "words": 5,
        "distinct_words": 3,
        "characters": 12,
        "most_frequent": "今天 学习语文 学习",
        "sources": f"a.txt (utf-8, 38 bytes, sha256 {sha256(tmp_path / 'a.txt')[:12]}…)",
        "segmenter": f"jieba {segmenter.version}, without HMM, user dictionary {digest[:12]}…",
        "sha256": sha256(tmp_path / "a.seg.txt"),
    }


def test_vectors_with_rows_that_cannot_be_used(tmp_path):
    """A file of vectors tells how many of its rows can be used and why others cannot."""
    rows = np.array([[1, 2], [np.nan, 1], [0, 0]], dtype=np.float32)
    write_vectors(tmp_path / "a.bin", Table(("红", "楼", "梦"), rows))
    facts = describe(tmp_path / "a.bin")
    assert facts.pop("tables").keys() == {"vectors"}
    assert facts == {
        "kind": "word vectors, binary word2vec format",
        "rows": 3,
        "usable_words": 1,
        "left_out": "1 with NaN or infinite numbers, 1 with zeros alone",
        "vector_size": 2,
        "first_words": "红",
        "bytes": (tmp_path / "a.bin").stat().st_size,
    }


def test_what_is_none_of_them_is_refused(tmp_path, tiny_model):
    """A name that is nothing, an empty folder, another file and a damaged model are refused."""
    (tmp_path / "notes.txt").write_text("今天学习\n", "utf-8")
    damaged = shutil.copytree(tiny_model, tmp_path / "damaged")
    (damaged / "vocabulary.txt").unlink()
    for path, said in (
        (tmp_path / "nothing", "There is no "),
        (tmp_path / "nothing.seg.txt", "There is no "),
        (tmp_path, "is not a model"),
        (tmp_path / "notes.txt", "is plain text, not a word2vec file"),
        (damaged, "vocabulary.txt is missing"),
    ):
        with pytest.raises(RefusedError, match=said):
            describe(path)
