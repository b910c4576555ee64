"""Which words lie near words, and near sums and differences of them (国王 - 男 + 女)."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from zhgen.corpus.whitespace import characters
from zhgen.errors import RefusedError
from zhgen.vectors.table import nearest

SIGNS = {"+": 1, "＋": 1, "-": -1, "－": -1, "−": -1}
"""What joins words to one question, and what each counts."""

_PART = re.compile(rf"[{re.escape(''.join(SIGNS))}]|[^{re.escape(''.join(SIGNS))}]+")
_OFFERED = 3  # spellings for a word that is not there
_NAMED = 8  # words that are not there

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """A question: words, each with +1 or −1.

    Attributes:
        terms: The words and their signs, in the order typed.
    """

    terms: tuple[tuple[str, int], ...]

    @property
    def text(self) -> str:
        """The question as it is typed."""
        first, *others = self.terms
        start = first[0] if first[1] > 0 else f"- {first[0]}"
        return " ".join([start, *(f"{'+' if sign > 0 else '-'} {word}" for word, sign in others)])


def parse_queries(arguments: Sequence[str], known: Container[str] = ()) -> list[Query]:
    """Return the questions in arguments: words joined by signs are one question, words side by side are several.

    Args:
        arguments: Words and signs, with or without spaces between them.
        known: Words in which a sign is a part of the word.

    Raises:
        RefusedError: A sign has no word after it, or there is no word.
    """
    queries: list[list[tuple[str, int]]] = []
    sign = 0
    for token in _tokens(arguments, known):
        if token in SIGNS:
            if sign:
                raise RefusedError(f"Two signs follow each other, the second being {token}.", _EXAMPLE)
            sign = SIGNS[token]
        elif sign and queries:
            queries[-1].append((token, sign))
            sign = 0
        else:
            queries.append([(token, sign or 1)])
            sign = 0
    if sign or not queries:
        raise RefusedError("A word is missing after the last sign." if queries else "There is no word to look for.", _EXAMPLE)
    return [Query(tuple(terms)) for terms in queries]


def _tokens(arguments: Sequence[str], known: Container[str]) -> Iterator[str]:
    for part in " ".join(arguments).split():
        if part in known:
            yield part
        else:
            yield from _PART.findall(part)


_EXAMPLE = "Give words, or words with + and - between them: zhgen similar models/novel 国王 - 男 + 女"


class Neighbourhood:
    """Answers questions about a table.

    Args:
        words: The words, in the order of the rows.
        unit_vectors: float32 (V, D), rows of length 1.
        name: What the table is called in messages.
        spell: Whether the mean of its characters stands for a word that is not there.
    """

    def __init__(self, words: Sequence[str], unit_vectors: Floats, name: str, *, spell: bool = False) -> None:
        self.words, self.units, self.name, self.spell = words, unit_vectors, name, spell
        self.index = {word: row for row, word in enumerate(words)}

    def check(self, queries: Sequence[Query]) -> None:
        """Refuse words that are not there.

        Raises:
            RefusedError: It names them and the spellings nearest to them.
        """
        asked = dict.fromkeys(word for query in queries for word, _ in query.terms)
        missing = [word for word in asked if not self._rows(word)]
        if not missing:
            return
        named = ", ".join(map(repr, missing[:_NAMED])) + (f" and {len(missing) - _NAMED} more" if missing[_NAMED:] else "")
        offers = [f"{word}: {' '.join(alike)}" for word in missing[:_NAMED] if (alike := self.alike(word))]
        ways = [f"Written alike are, for {'; '.join(offers)}." if offers else "Check how it is written."]
        if not self.spell and all(self._characters(word) for word in missing):
            ways.append("Or add --spell, for the mean of its characters.")
        raise RefusedError(f"{self.name} has no {named}.", " ".join(ways))

    def alike(self, word: str) -> list[str]:
        """Return the words written most alike, of equals the more frequent first; they share a character with it."""
        own = set(word)
        matcher = SequenceMatcher(b=word, autojunk=False)
        ranks = {}
        for other in self.words:
            if not own.isdisjoint(other):
                matcher.set_seq1(other)
                common = sum(block.size for block in matcher.get_matching_blocks())
                ranks[other] = (-common / max(len(word), len(other)), abs(len(word) - len(other)))
        return sorted(ranks, key=lambda other: ranks[other])[:_OFFERED]

    def spelled(self, query: Query) -> list[str]:
        """Return the words of a question for which the mean of their characters stands."""
        return [word for word, _ in query.terms if word not in self.index]

    def answer(self, query: Query, count: int) -> list[tuple[int, float]]:
        """Return the rows nearest to a question with their cosines, nearest first; of equal ones the lower row first.

        The vectors of the words are made as long as 1, multiplied with their signs and summed (Mikolov et al. 2013); what the
        question names is left out of the answer.
        """
        total = np.zeros(self.units.shape[1], dtype=np.float32)
        banned: list[int] = []
        for word, sign in query.terms:
            rows = self._rows(word)
            mean = self.units[rows].mean(axis=0)
            total += np.float32(sign) * mean / max(np.linalg.norm(mean), np.finfo(np.float32).tiny)
            banned += rows
        return nearest(self.units, total, count, banned)

    def _rows(self, word: str) -> list[int]:
        if word in self.index:
            return [self.index[word]]
        return self._characters(word) if self.spell else []

    def _characters(self, word: str) -> list[int]:
        """Return the rows of the characters of a word, none unless all are there."""
        found = [self.index[character] for character in characters(word) if character in self.index]
        return found if len(found) == len(characters(word)) else []
