"""What encodings are called: by Python, by iconv, and in a sentence."""

import codecs
import difflib
import encodings.aliases

from zhgen.errors import RefusedError

AUTO = "auto"
"""The encoding is found out from the text's beginning."""

_SPOKEN = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-32": "UTF-32",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "utf-32-le": "UTF-32LE",
    "utf-32-be": "UTF-32BE",
    "utf-7": "UTF-7",
    "gb18030": "GB18030",
    "gbk": "GBK",
    "big5": "Big5",
    "cp950": "Big5 (cp950)",
}
_OF_NO_FILE = ("idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem")


def find_encoding(name: str) -> str:
    """Return an encoding by the name that Python has for it, or `auto`.

    Raises:
        RefusedError: Python knows no encoding of text by that name; the nearest ones are named.
    """
    if name.lower() == AUTO:
        return AUTO
    try:
        known = codecs.lookup(name).name.replace("_", "-")
        "a".encode(known)  # refuses what is no encoding of text, base64 say
    except (LookupError, ValueError):
        known = ""
    if not known or known in _OF_NO_FILE:
        names = {name.replace("_", "-") for name in encodings.aliases.aliases.values()} - {*_OF_NO_FILE, "mbcs"}
        near = difflib.get_close_matches(name.lower(), sorted({*names, AUTO}), n=3) or ["auto", "gb18030", "big5"]
        raise RefusedError(f"{name!r} is no encoding of text.", f"Near are: {', '.join(near)}.")
    return "utf-8" if known == "utf-8-sig" else known


def spoken(encoding: str) -> str:
    """Return what to call an encoding in a sentence."""
    return _SPOKEN.get(encoding, encoding)


def for_iconv(encoding: str) -> str:
    """Return what iconv calls an encoding."""
    return spoken(encoding) if encoding.startswith("utf-") else encoding.upper()
