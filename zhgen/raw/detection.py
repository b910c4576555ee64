"""Which encoding some bytes are in: judged by a beginning of the text, by marks first and by plausibility last.

Nearly any bytes decode as GB18030, so that it decodes says nothing. chardet says how likely each encoding is from pairs of
bytes; this is weighed with the share of common characters, which tells more where a text is short.
"""

import codecs
from collections.abc import Iterator

SAMPLE_BYTES = 1 << 16
"""How much of a text's beginning is looked at."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_OTHER_FILES = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive (EPUB and DOCX are such too)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
_WITHOUT_MARK = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_IN_ASCII = {"utf-7": "utf-7", "HZ-GB-2312": "hz", "ISO-2022-JP": "iso2022_jp", "ISO-2022-KR": "iso2022_kr"}
# Big5 as Windows writes it: what Python calls big5 lacks 裏 and 恒.
_CHINESE = {"gb18030": "gb18030", "big5": "cp950", "big5hkscs": "cp950", "cp950": "cp950"}
_CANDIDATES = ("gb18030", "big5", "big5hkscs", "cp949", "euc-jp", "cp932", "tis-620", "koi8-r", "cp1251", "cp1252")
_LIKELY = 0.02  # weight of a long text in its right encoding; of nonsense it is less
_LIKELY_WHERE_SHORT = 0.008
_SHORT = 100  # bytes that are not ASCII
_LEAD = 1.5  # how much likelier than the next encoding
_READABLE = 0.7  # of UTF-16 in its right byte order; in another encoding half as much
_SHORTEST_WIDE = 4  # characters
_CONTROLS = bytes({*range(32)} - set(b"\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.002


def detect(sample: bytes) -> tuple[str | None, str | None]:
    """Return the encoding of a text as Python names it, and a guess where that is not sure.

    Args:
        sample: The beginning of the text, `SAMPLE_BYTES` long or the whole of it.

    Returns:
        Of the two names one is None at least: (name, None) is sure, (None, name) a guess, (None, None) is neither. Damaged
        UTF-8 counts as UTF-8, for the damage to be found.
    """
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding, None
    wide = _wide(sample)
    if wide:
        return None, wide
    if sample.isascii():
        disguised = _disguised(sample)
        return (None, disguised) if disguised else ("utf-8", None)
    if _is_mostly_utf8(sample):
        return "utf-8", None
    if len(sample) - len(sample.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(sample):
        return None, None
    return _plausible(sample)


def other_kind(sample: bytes) -> str:
    """Return what a file is that people take for a text by mistake, by its first bytes; empty for a text."""
    return next((kind for magic, kind in _OTHER_FILES if sample.startswith(magic)), "")


def first_error(data: bytes, encoding: str) -> int | None:
    """Return the position of the first byte that cannot be decoded; a character cut at the end is none."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _is_mostly_utf8(sample: bytes) -> bool:
    """Return whether bytes are UTF-8 but for some damage: of another encoding next to nothing decodes as Chinese UTF-8."""
    if first_error(sample, "utf-8") is None:
        return True
    text = sample.decode("utf-8", errors="replace")
    replaced = text.count("\ufffd")
    return sum(character > "\u07ff" for character in text) - replaced > 2 * replaced


def _wide(sample: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 without a mark that a sample comes out as Chinese text in, if there is one."""
    if b"\0" not in sample and first_error(sample, "utf-8") is None:
        return None
    found = {encoding: _readable_share(sample, encoding) for encoding in _WITHOUT_MARK}
    best = max(found, key=lambda encoding: found[encoding])
    return best if found[best] > _READABLE else None


def _readable_share(sample: bytes, encoding: str) -> float:
    """Return the share of ASCII and of common characters in a sample."""
    whole, rest = divmod(len(sample), 4 if "32" in encoding else 2)
    if rest or whole < _SHORTEST_WIDE:
        return 0.0
    text = sample.decode(encoding, errors="ignore")
    return sum(" " <= c <= "~" or c in "\t\r\n" or _is_common(c) for c in text) / whole


def _disguised(sample: bytes) -> str | None:
    """Return the encoding that writes Chinese in ASCII which a sample is in, if it is in one."""
    if not any(sign in sample for sign in (b"+", b"~{", b"\x1b")):
        return None
    import chardet

    return _IN_ASCII.get(chardet.detect(sample)["encoding"] or "")


def _plausible(sample: bytes) -> tuple[str | None, str | None]:
    """Return what `detect` does, for bytes that are neither Unicode nor ASCII."""
    ranked = sorted(_weighed(sample), reverse=True)
    if not ranked:
        return None, None
    weight, confidence, encoding = ranked[0]
    if encoding not in _CHINESE.values():
        return None, encoding if confidence >= _LIKELY else None
    rival = max((other for other, _, name in ranked if name != encoding), default=0.0)
    long = sum(byte > 0x7F for byte in sample) >= _SHORT
    sure = weight >= (_LIKELY if long else _LIKELY_WHERE_SHORT) and weight >= _LEAD * rival
    if sure:
        return encoding, None
    return None, encoding if weight >= _LIKELY_WHERE_SHORT else None


def _weighed(sample: bytes) -> Iterator[tuple[float, float, str]]:
    """Yield for every candidate its weight, chardet's confidence and its name.

    A stray byte rules an encoding out for chardet: it is shown what comes before the byte.
    """
    import chardet

    ends = [position for name in set(_CHINESE.values()) if (position := first_error(sample, name)) is not None]
    known = sample if len(ends) < len(set(_CHINESE.values())) else sample[: max(ends)]
    if not known:
        return
    best: dict[str, float] = {}
    for found in chardet.detect_all(known, ignore_threshold=True, compat_names=False, include_encodings=_CANDIDATES):
        if found["encoding"] is not None:
            name = _CHINESE.get(found["encoding"], found["encoding"])
            best[name] = max(best.get(name, 0.0), found["confidence"])
    for name, confidence in best.items():
        share = _common_share(known, name) if name in _CHINESE.values() else 1.0
        yield confidence * share**3, confidence, name


def _common_share(sample: bytes, encoding: str) -> float:
    """Return the share of common ones among the characters that are not ASCII."""
    text = [character for character in sample.decode(encoding, errors="replace") if character > "\x7f"]
    return sum(map(_is_common, text)) / len(text) if text else 0.0


def _is_common(character: str) -> bool:
    """Return whether a character is in the first level of GB 2312 or of Big5, or a sign of GB 2312."""
    code = character.encode("gb2312", errors="ignore")
    if code and (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xD7):
        return True
    code = character.encode("big5", errors="ignore")
    return len(code) == 2 and 0xA4 <= code[0] <= 0xC6
