"""Texts to evaluate on, as a stream of pieces."""

import dataclasses
import functools
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from heard import Heard
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.bundle import Bundle
from zhgen.corpus.segmented import write_segmented
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.evaluation.reading import PieceReader, Reading, characters_of, check_texts
from zhgen.files import sha256

PIECES = ("今天", "</s>", "今", "学", "▁", "▁3000▁", "▁2581▁", "语文")


@functools.cache
def identity():
    """Return what jieba's default is, written beside texts cut with it."""
    return Segmenter().identity


def model(pieces=PIECES, **config):
    """Return a bundle without weights."""
    whole = {"segmenter": identity(), "corpus": {"sha256": "", "sources": []}, **config}
    return Bundle(whole, Vocabulary(pieces), {})


def read(path, size=3, pieces=PIECES):
    """Return the chunks of a text and what was counted."""
    reading = Reading("text")
    return [chunk.tolist() for chunk in PieceReader(model(pieces)).chunks(path, size, reading)], reading


def write(path, text):
    """Write a text and return its path."""
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("piece", "count"), [("今天", 2), ("</s>", 1), ("▁", 0), ("▁3000▁", 0), ("▁2581▁", 1), ("学", 1), ("</", 2)]
)
def test_characters_of_a_piece(piece, count):
    """A stand-in for white space has none, one for `▁` has one, and a paragraph's end counts as one."""
    assert characters_of(piece) == count


def test_a_segmented_text_in_chunks(tmp_path):
    """Words are spelled, ends follow, chunks have so many pieces but the last, and what was never seen is counted."""
    path = write(tmp_path / "a.seg.txt", "今天 今学 史\n\n▁ 语文 ▁9▁ ▁2581▁\n")
    chunks, reading = read(path)
    assert chunks == [[0, 2, 3], [1, 4, 7], [6, 1]]
    assert (reading.paragraphs, reading.pieces, reading.unseen) == (2, 8, {"史": 1, "▁9▁": 1})
    assert reading.chars == len("今天今学史语文▁") + 2


def test_a_raw_text_is_cut_as_the_corpus_was(tmp_path):
    """A raw text goes through the model's segmenter: indents are no text, white space inside is predicted and not counted."""
    chunks, reading = read(write(tmp_path / "a.txt", "\u3000\u3000今天 语文\n\n今天\u3000今\n"), size=100)
    assert chunks == [[0, 4, 7, 1, 0, 5, 2, 1]]
    assert reading.chars == len("今天语文今天今") + 2


def test_stdin_is_raw_text(monkeypatch):
    """`-` reads a raw text from stdin."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("今天语文\n".encode())))
    assert read(Path("-"))[0] == [[0, 7, 1]]


def test_without_a_paragraph_end_each_counts_as_unseen(tmp_path):
    """A model that does not know `</s>` pays for a paragraph's end as for a character it has never seen."""
    chunks, reading = read(write(tmp_path / "a.seg.txt", "今天 </s>\n今天\n"), pieces=("今天", "s"))
    assert chunks == [[0, 1, 0]]
    assert reading.unseen == {"</s>": 2, "<": 1, "/": 1, ">": 1}
    assert reading.chars == len("今天</s>今天") + 2


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["今天", "今学", "史", "语文", "▁"]), min_size=1), min_size=1), st.integers(1, 9))
def test_chunks_joined_are_the_encoded_text(tmp_path_factory, paragraphs, size):
    """However a text is cut into chunks they are the ids of the whole text, all of the size asked for but the last."""
    path = tmp_path_factory.mktemp("chunks") / "a.seg.txt"
    write(path, "".join(" ".join(words) + "\n" for words in paragraphs))
    chunks, reading = read(path, size)
    whole = Vocabulary(PIECES).encode_paragraphs(paragraphs)
    assert np.concatenate(chunks).tolist() == whole.tolist()
    assert {len(chunk) for chunk in chunks[:-1]} <= {size}
    assert 1 <= len(chunks[-1]) <= size
    assert reading.pieces == len(whole)
    assert reading.chars == sum(len(word) for words in paragraphs for word in words if word != "▁") + len(paragraphs)


class TestCheckTexts:
    """What is refused, and what is warned of."""

    def check(self, path, bundle=None):
        """Return what is warned of before a text is read."""
        heard = Heard()
        check_texts([path], bundle or model(), heard)
        return heard.lines

    def segment(self, folder, **options):
        """Return a segmented text of two words with its sidecar."""
        path = folder / "a.seg.txt"
        write_segmented([("a.txt", io.BytesIO("今天语文".encode()))], path, Segmenter(**options))
        return path

    @pytest.mark.parametrize("name", ["a.txt", "a.seg.txt"])
    def test_a_file_that_is_no_text(self, tmp_path, name):
        """A missing, empty, blank or binary file is refused by name before the first text is read."""
        path = tmp_path / name
        with pytest.raises(RefusedError, match=f"There is no file .*{name}"):
            self.check(path)
        for content, said in ((b"", "is empty"), (b" \n\t\n", "only white space"), (b"\x00\xff\x01", "is not")):
            path.write_bytes(content)
            with pytest.raises(RefusedError, match=said):
                self.check(path)

    def test_stdin_once(self):
        """Stdin can be read once."""
        with pytest.raises(RefusedError, match="stdin is named twice"):
            check_texts([Path("-"), Path("-")], model(), Heard())

    def test_a_text_cut_alike_is_not_warned_of(self, tmp_path):
        """Segmented as the corpus was, raw, or without a sidecar: nothing is said."""
        path = self.segment(tmp_path)
        assert self.check(path) == []
        assert self.check(write(tmp_path / "b.seg.txt", "今天 语文\n")) == []
        assert self.check(write(tmp_path / "b.txt", "今天语文\n")) == []

    def test_a_text_cut_otherwise_is_warned_of(self, tmp_path):
        """A segmented text whose sidecar names another setting is warned of, with what differs."""
        (said,) = self.check(self.segment(tmp_path, hmm=False))
        assert "cut otherwise than the model's corpus (hmm)" in said

    def test_the_training_text_is_warned_of(self, tmp_path):
        """The text that the model was trained on, segmented or raw, is told from others by its hash."""
        segmented, raw = self.segment(tmp_path), write(tmp_path / "a.txt", "今天语文")
        corpus = {"sha256": sha256(segmented), "sources": [{"sha256": sha256(raw)}]}
        bundle = dataclasses.replace(model(), config={**model().config, "corpus": corpus})
        for path in (segmented, raw):
            (said,) = self.check(path, bundle)
            assert said.startswith(f"Warning: The model was trained on {path}")
