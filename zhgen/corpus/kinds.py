"""What kind of word a word is: its part of speech as jieba has it, gathered into a few kinds."""

import functools
import unicodedata
import warnings
from collections.abc import Iterable
from typing import Any

from zhgen.corpus.dictionary import Dictionary
from zhgen.corpus.vocabulary import PARAGRAPH_END
from zhgen.corpus.whitespace import restore

KINDS = ("name", "noun", "verb", "description", "function word", "number or measure", "punctuation", "other")
"""Descriptions are adjectives, adverbs and set phrases; `other` is what has no part of speech of its own."""

_BY_TAG = {
    **dict.fromkeys(("nr", "nrt", "nrfg", "ns", "nt", "nz"), "name"),
    **dict.fromkeys(("n", "ng", "nrg", "s", "t", "tg", "j", "f"), "noun"),
    **dict.fromkeys("v", "verb"),
    **dict.fromkeys("adzil", "description"),
    **dict.fromkeys("pcuryeokh", "function word"),
    **dict.fromkeys("mq", "number or measure"),
}
"""Of jieba's tags, those of the ICTCLAS set: whole ones first, otherwise by their first letter."""

_CHINESE = ("\u4e00", "\u9fd5")


def kinds_of(words: Iterable[str], dictionary: Dictionary | None = None) -> list[str]:
    """Return the kind of each word, one of `KINDS`.

    A word that neither the user dictionary nor jieba's has is taken for what jieba's hidden Markov model makes of it.

    Args:
        words: The words, as they stand in a vocabulary.
        dictionary: The user dictionary, whose tags go before jieba's.
    """
    own = {entry.word: entry.tag for entry in dictionary.entries if entry.tag} if dictionary else {}
    return [_kind(word, own) for word in words]


def _kind(word: str, own: dict[str, str]) -> str:
    text = restore(word)
    if word == PARAGRAPH_END or all(unicodedata.category(character)[0] in "PSZC" for character in text):
        return "punctuation"
    if text.isnumeric():
        return "number or measure"
    tag = own.get(word) or _tag(word)
    return _BY_TAG.get(tag) or _BY_TAG.get(tag[:1], "other")


def _tag(word: str) -> str:
    """Return jieba's tag of a word; `x` where it has none."""
    posseg = _import_posseg()
    tag: str | None = posseg.dt.word_tag_tab.get(word)
    if tag is not None or not all(_CHINESE[0] <= character <= _CHINESE[1] for character in word):
        return tag or "x"
    model = posseg.char_state_tab_P, posseg.start_P, posseg.trans_P, posseg.emit_P
    _, states = posseg.viterbi(word, *model)
    places = "".join(place for place, _ in states)
    whole = places == ("S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E")
    return str(states[0][1]) if whole else "x"


@functools.cache
def _import_posseg() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in jieba 0.42.1, when it is compiled for the first time
        import jieba.posseg
    return jieba.posseg
