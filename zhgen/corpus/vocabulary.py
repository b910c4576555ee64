"""Pieces: the frequent words of a text, the characters that spell the others, and `</s>` at each paragraph's end."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.whitespace import characters, restore

PARAGRAPH_END = "</s>"
UNSEEN_PIECES_SHOWN = 12


class Vocabulary:
    """Pieces and their ids.

    Args:
        pieces: The pieces in id order, each once.

    Attributes:
        pieces: The pieces in id order.
        index: The id of each piece.
        end: The id of `</s>`, or None when it is not a piece.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        self.index = {piece: identity for identity, piece in enumerate(self.pieces)}
        self.end = self.index.get(PARAGRAPH_END)

    def __len__(self) -> int:
        return len(self.pieces)

    def spell(self, word: str) -> list[str]:
        """Return the word itself if it is a piece, otherwise its characters, pieces or not."""
        return [word] if word in self.index and word != PARAGRAPH_END else characters(word)

    def encode(self, words: Iterable[str]) -> list[int]:
        """Return the ids of the pieces that spell the words; characters that are no piece are left out."""
        index = self.index
        return [index[piece] for word in words for piece in self.spell(word) if piece in index]

    def encode_paragraphs(
        self, paragraphs: Iterable[Sequence[str]], *, ends: bool = True, spell: bool = True
    ) -> NDArray[np.int32]:
        """Return the ids of a whole text.

        Args:
            paragraphs: The words of each paragraph.
            ends: Whether `</s>` follows each paragraph (if it is a piece).
            spell: Whether words that are no piece are spelled by their characters; if not they are left out.

        Returns:
            int32 (N,), ids of pieces.
        """
        ids = array("i")
        for paragraph in paragraphs:
            ids.extend(self.encode(paragraph) if spell else [self.index[word] for word in paragraph if word in self.index])
            if ends and self.end is not None:
                ids.append(self.end)
        return np.array(ids, dtype=np.int32)

    def unseen(self, words: Iterable[str]) -> Counter[str]:
        """Return how often each character that is no piece occurs in the words."""
        index = self.index
        return Counter(piece for word in words for piece in self.spell(word) if piece not in index)

    def text(self, identity: int) -> str:
        """Return what a piece looks like in a text: `</s>` is a line's end and a stand-in is what it stands for."""
        return "\n" if identity == self.end else restore(self.pieces[identity])


def count_pieces(words: Mapping[str, int], min_count: int, paragraphs: int) -> Counter[str]:
    """Return the pieces of a text and how often each occurs.

    Args:
        words: How often each word occurs in the text.
        min_count: Words seen less often are spelled by their characters.
        paragraphs: How many paragraphs the text has, each with its end.
    """
    pieces: Counter[str] = Counter({PARAGRAPH_END: paragraphs})
    for word, count in words.items():
        if count >= min_count and word != PARAGRAPH_END:
            pieces[word] += count
        else:
            for character in characters(word):
                pieces[character] += count
    return pieces


def vocabulary_of(counts: Mapping[str, int]) -> Vocabulary:
    """Return the vocabulary of counted pieces, the most frequent first, equals in code point order."""
    return Vocabulary(sorted(counts, key=lambda piece: (-counts[piece], piece)))


def default_min_count(words: int) -> int:
    """Return how often a word must be seen to be a piece, by the length of the text in words.

    Five is word2vec's default and suits a novel; in a short text nearly every word is rarer.
    """
    return 5 if words >= 200_000 else 3 if words >= 50_000 else 2


def describe_unseen(unseen: Mapping[str, int]) -> str:
    """Return the unseen characters, the most frequent first, as they are shown to a user."""
    shown = sorted(unseen, key=lambda character: -unseen[character])
    named = (restore(character) for character in shown[:UNSEEN_PIECES_SHOWN])
    listed = " ".join(f"U+{ord(character):04X}" if character.isspace() else character for character in named)
    return listed + (f" … ({len(shown)} in all)" if len(shown) > UNSEEN_PIECES_SHOWN else "")
