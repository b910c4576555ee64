"""One rule for white space: no word holds any; inside a paragraph it is written as a visible stand-in.

A space becomes the word `▁` (U+2581). Any other white-space character, and `▁` itself where the text holds one, becomes
`▁` + its code in hexadecimal + `▁`: a tab is `▁9▁`. So the words of a segmented line, restored and joined, give the
paragraph back, character by character.
"""

import re
from collections.abc import Iterator

STAND_IN = "▁"
_LAST_WHITE_SPACE = 0x3000
_TO_STAND_IN = re.compile(rf"[\s{STAND_IN}]")
_CODES = "|".join(f"{ord(c):x}" for c in (*map(chr, range(_LAST_WHITE_SPACE + 1)), STAND_IN) if _TO_STAND_IN.match(c))
_STAND_IN = re.compile(rf"{STAND_IN}(?:({_CODES}){STAND_IN})?")
_CHARACTER = re.compile(rf"{STAND_IN}(?:(?:{_CODES}){STAND_IN})?|.", re.DOTALL)


def stand_in(character: str) -> str:
    """Return the word that stands for one white-space character, or for `▁` itself."""
    return STAND_IN if character == " " else _coded(character)


def _coded(character: str) -> str:
    return f"{STAND_IN}{ord(character):x}{STAND_IN}"


def needs_stand_in(text: str) -> bool:
    """Return whether the text holds anything that is written as a stand-in."""
    return _TO_STAND_IN.search(text) is not None


def split_white_space(text: str) -> Iterator[str]:
    """Yield `text` in parts: stretches without white space, and a stand-in for every white-space character."""
    start = 0
    for match in _TO_STAND_IN.finditer(text):
        if match.start() > start:
            yield text[start : match.start()]
        yield stand_in(match.group())
        start = match.end()
    if start < len(text):
        yield text[start:]


def as_word(text: str) -> str:
    """Return a text that is one word as it is written: white space in it becomes stand-ins, which `restore` takes back.

    A space is `▁` here too, `New▁York`, unless that would read like another stand-in: then it is `▁20▁`.
    """
    word = "".join(split_white_space(text))
    return word if restore(word) == text else _TO_STAND_IN.sub(lambda match: _coded(match.group()), text)


def restore(word: str) -> str:
    """Return a word with every stand-in replaced by the character it stands for.

    Words are restored before they are joined: `▁`, `b` and `▁` joined read like the stand-in of a vertical tab.
    """
    return _STAND_IN.sub(_original, word) if STAND_IN in word else word


def _original(match: re.Match[str]) -> str:
    code = match.group(1)
    return " " if code is None else chr(int(code, 16))


def characters(word: str) -> list[str]:
    """Return the characters that spell a word; a stand-in counts as one."""
    return _CHARACTER.findall(word) if STAND_IN in word else list(word)
