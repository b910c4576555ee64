"""Clean-up steps that change signs within a line: full-width letters and digits, `．` for 。, straight quotes.

Where it is not clear what a sign means, the paragraph stays as it is.
"""

import re

_WIDE = {ord(c) + 0xFEE0: c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"}
_WIDE_POINT = re.compile(r"(?<=[0-9０-９])．(?=[0-9０-９])")

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CLOSING = "”’」』）》〉】〕\"'＂＇"
_CERTAIN = re.compile(rf"．(?=[{_CLOSING}]|$)|(?<=[{_CLOSING}])．")
_BETWEEN = re.compile(rf"(?<=[{_HAN}]{{3}})．(?=[{_HAN}“‘「『（《〈【〔])")
_OTHER_SIGNS = re.compile(r"[，。：；！？]")
_ENOUGH = 3  # points that are certainly stops, for a text to be known to write them so
_IN_FOREIGN_NAMES = frozenset(
    "阿埃艾安奥巴贝比宾波伯布查达戴丹德迪蒂杜多厄恩尔法菲费芬夫弗福盖戈格古哈海赫亨翰胡霍基吉加杰卡凯科克库拉莱兰劳勒雷里理利莉列林琳"
    "鲁路伦罗洛马玛麦曼梅门蒙米密姆莫默穆娜内尼纳诺欧帕佩皮普乔琴萨塞森沙莎舍圣史施斯丝苏索塔泰坦特提图托瓦威维韦温翁沃乌西希夏谢辛雅亚扬"
    "耶伊英尤约泽詹珍治兹佐爾馬萊蘭勞羅倫魯麥門內歐薩聖絲蘇維韋溫烏亞揚約澤華"
)

_STRAIGHT = {'"': ("“", "”"), "＂": ("“", "”"), "'": ("‘", "’"), "＇": ("‘", "’")}
_ANY_QUOTE = re.compile("[\"'＂＇“”‘’]")
_QUOTE = re.compile("[\"'＂＇]")
_CHINESE = re.compile(f"[{_HAN}]")
_NEVER_AFTER_OPENING = "，。！？；：、）》”’,!?;)"
_NEVER_BEFORE_CLOSING = "（《“‘(：:"


def narrow(line: str) -> str:
    """Write full-width letters and digits, and the point between two digits, as ASCII."""
    return _WIDE_POINT.sub(".", line).translate(_WIDE)


class FullStops:
    """Writes 。 for `．` where it ends a sentence.

    It does at a paragraph's end and beside a closing quote. Between two characters it may stand in a foreign name too: there
    it is a stop in a text that is known to write stops so, unless the characters beside it are those of foreign names.
    """

    def __init__(self) -> None:
        self._certain = 0

    def __call__(self, line: str) -> str:
        """Return the line with 。 for what is surely a stop."""
        if "．" not in line:
            return line
        changed, certain = _CERTAIN.subn(lambda match: "。" if match.start() else "．", line)
        self._certain += certain
        if not certain and (self._certain < _ENOUGH or not _OTHER_SIGNS.search(line)):
            return changed
        return _BETWEEN.sub(lambda match: "．" if _is_in_name(line, match.start()) else "。", changed)


def _is_in_name(line: str, position: int) -> bool:
    return line[position - 1] in _IN_FOREIGN_NAMES and line[position + 1] in _IN_FOREIGN_NAMES


def curly_quotes(line: str) -> str:
    """Write straight quotes of a Chinese paragraph as curly ones, by pairing; unclear ones stay, and apostrophes do."""
    if not _has_straight(line):
        return line
    return _paired(line) or line


def has_unclear_quotes(line: str) -> bool:
    """Return whether a Chinese paragraph has straight quotes and it is not clear which open and which close."""
    return _has_straight(line) and _paired(line) is None


def _has_straight(line: str) -> bool:
    return _CHINESE.search(line) is not None and any(_is_quote(line, match.start()) for match in _QUOTE.finditer(line))


def _is_quote(line: str, position: int) -> bool:
    """Return whether a straight quote stands there; a single one among ASCII alone is an apostrophe."""
    sign = line[position]
    if sign not in _STRAIGHT:
        return False
    around = _ANY_QUOTE.sub("", line[max(position - 1, 0) : position] + line[position + 1 : position + 2])
    return sign != "'" or not around.isascii() or not around.strip()


def _paired(line: str) -> str | None:
    """Return a paragraph with every straight quote turned, or None where the quotes do not pair."""
    signs = list(line)
    waiting: list[str] = []  # the closing quotes of those that are open
    for position, sign in enumerate(line):
        if _is_quote(line, position):
            opening, closing = _STRAIGHT[sign]
            sign = signs[position] = closing if closing in waiting else opening
            if not _fits(line, position, opening=sign == opening):
                return None
        if sign in "“‘":
            if chr(ord(sign) + 1) in waiting:
                return None
            waiting.append(chr(ord(sign) + 1))
        elif sign == "”" or (sign == "’" and "’" in waiting):  # else it is an apostrophe
            if waiting[-1:] != [sign]:
                return None
            waiting.pop()
    return None if waiting else "".join(signs)


def _fits(line: str, position: int, *, opening: bool) -> bool:
    """Return whether a quote can open, or close, where it stands, by its neighbours."""
    if opening:
        follows = line[position + 1 : position + 2]
        return follows != "" and not follows.isspace() and follows not in _NEVER_AFTER_OPENING
    before = line[position - 1 : position]
    return before != "" and before not in _NEVER_BEFORE_CLOSING
