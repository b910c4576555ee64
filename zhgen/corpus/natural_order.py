"""The order in which a person would put files: by the numbers in their names, Chinese numerals included."""

import re

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_TENS = {"廿": "二十", "卅": "三十"}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000}
_VOLUMES = {"上": 1, "中": 2, "下": 3}
_NUMERAL = "".join((*_DIGITS, *_TENS, *_UNITS))
_PART = re.compile(
    rf"(?P<digits>\d+)|(?P<numeral>[{_NUMERAL}]+)|(?P<volume>[上中下](?=[册冊卷部集篇]|\.|$))|[^\d{_NUMERAL}上中下]+|."
)

Key = tuple[tuple[int, int, str], ...]


def natural_key(name: str) -> Key:
    """Return what to sort a name by: 第2回 comes before 第10回, 第十回 before 第一百二十回, 上册 before 中册 before 下册."""
    return tuple(_part_key(match) for match in _PART.finditer(name))


def _part_key(match: re.Match[str]) -> tuple[int, int, str]:
    """Return a part's key: numbers by their value come before text, alike in value by how they are written."""
    text = match.group()
    if match["digits"]:
        return 0, int(text), text
    if match["numeral"]:
        return 0, numeral_value(text), text
    if match["volume"]:
        return 0, _VOLUMES[text], text
    return 1, 0, text


def numeral_value(numeral: str) -> int:
    """Return the number that a Chinese numeral stands for, with units (一百二十) or without (一二〇)."""
    for short, long in _TENS.items():
        numeral = numeral.replace(short, long)
    if not any(character in _UNITS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        unit = _UNITS.get(character)
        if unit is None:
            digit += _DIGITS[character]
        elif unit == 10_000:
            total = (total + section + digit or 1) * unit
            section = digit = 0
        else:
            section += (digit or 1) * unit
            digit = 0
    return total + section + digit
