"""What a file is that was taken for vectors and is none: named, with the way to vectors from there.

Nothing is opened to find out: the first bytes tell.
"""

import re
import shlex
import struct
from pathlib import Path

import numpy as np

from zhgen.errors import RefusedError
from zhgen.vectors.source import GZIP_MAGIC

_UNPACK = "Unpack it and give the file of vectors that is in it."
_EXPORT = "Write it in the word2vec format where it was made: a line with the counts, then a line for every word."
_AGAIN = "Download it again, and look at what the link gives in a browser."
_FASTTEXT = (
    "Give the .vec file that fastText writes beside it, or in Python: "
    'gensim.models.fasttext.load_facebook_vectors({path}).save_word2vec_format("vectors.bin", binary=True)'
)
_GENSIM = (
    "If you trust where it came from, in Python: "
    'gensim.models.{loader}.load({path}){part}.save_word2vec_format("vectors.bin", binary=True)'
)

_MAGIC = (
    (0, b"\x93NUMPY", "a NumPy array, which has no words", "Give the file of words and vectors it belongs to. " + _EXPORT),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file (a Keras model, say)", _EXPORT),
    (0, struct.pack("<i", 793_712_314), "a fastText model", _FASTTEXT),
    (0, b"PK\x03\x04", "a zip archive (.npz, .keras and PyTorch's files are such too)", _UNPACK),
    (0, b"PK\x05\x06", "an empty zip archive", _AGAIN),
    (257, b"ustar", "a tar archive", _UNPACK),
    (0, GZIP_MAGIC, "gzipped twice", "Unpack it once with gunzip."),
    (0, b"BZh", "a bzip2 archive", _UNPACK),
    (0, b"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive", _UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (0, b"Rar!", "a RAR archive", _UNPACK),
    (0, b"%PDF", "a PDF document", _AGAIN),
    (0, b"version https://git-lfs.github.com/", "a Git LFS pointer that stands for the file", "Type: git lfs pull"),
    (0, b"\xef\xbb\xbf", "text with a byte order mark", "Save it as UTF-8 without one."),
    (0, b"\xff\xfe", "UTF-16 text", "Save it as UTF-8."),
    (0, b"\xfe\xff", "UTF-16 text", "Save it as UTF-8."),
)
_HTML = re.compile(rb"\s*<(?:!doctype html|html|head|\?xml)", re.IGNORECASE)
_PICKLE = re.compile(rb"\x80[\x02-\x05]")
_ROW = re.compile(rb"[^ ]+((?: [-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?){10,}) ?\r?\n")
_GLOVE_SIZES = (1e-9, 1e3)  # a parameter of GloVe lies between
_GLOVE_NUMBERS = 16


def foreign_file(head: bytes, path: Path) -> RefusedError:
    """Return the refusal of a file that does not begin as a word2vec file does.

    Args:
        head: How it begins; a few hundred bytes tell most, a few thousand all.
        path: The file, for the message.
    """
    kind, remedy = _recognise(head, path)
    if not kind:
        return RefusedError(
            f"{path} is not a word2vec file: it does not begin with two counts and a line's end.",
            "Make one with zhgen embed, or save yours with save_word2vec_format(…, binary=True).",
        )
    return RefusedError(f"{path} is {kind}, not a word2vec file.", remedy)


def _recognise(head: bytes, path: Path) -> tuple[str, str]:
    """Return what a file is and the way to vectors from there, both empty where nobody knows."""
    for offset, magic, kind, remedy in _MAGIC:
        if head.startswith(magic, offset):
            return kind, remedy.replace("{path}", repr(str(path)))
    if _HTML.match(head):
        return "a web page", _AGAIN
    if _PICKLE.match(head):
        return _pickle(head, path)
    if _is_safetensors(head):
        return "a safetensors file, which has no words", _EXPORT
    if row := _ROW.match(head):
        return "a file of vectors without a header, as GloVe writes them", _headed(path, len(row[1].split()))
    if _is_glove_binary(head):
        return "GloVe's binary file, which has no words", "Give its text file, vectors.txt, with a header."
    return _text(head)


def _pickle(head: bytes, path: Path) -> tuple[str, str]:
    if b"gensim" not in head:
        return "a Python pickle, which can run any program and is not opened", _EXPORT
    loader, part = ("KeyedVectors", "") if b"KeyedVectors" in head[:200] else ("Word2Vec", ".wv")
    remedy = _GENSIM.format(loader=loader, path=repr(str(path)), part=part)
    return "a pickle in gensim's own format (saved with .save), which can run any program and is not opened", remedy


def _is_safetensors(head: bytes) -> bool:
    """Return whether there is a length and then a JSON object with tensors in it."""
    return head[8:10] == b'{"' and b"data_offsets" in head


def _headed(path: Path, size: int) -> str:
    """Return the shell command that puts a header before vectors as text."""
    name = shlex.quote(path.name)
    headed = shlex.quote(f"with-header-{path.name}")
    return f'Put the header before them. Type: (echo "$(wc -l < {name}) {size}"; cat {name}) > {headed}'


def _is_glove_binary(head: bytes) -> bool:
    """Return whether the file begins with float64 of the size of GloVe's parameters; it has no mark of its own."""
    if len(head) < 8 * _GLOVE_NUMBERS:
        return False
    sizes = np.abs(np.frombuffer(head, dtype="<f8", count=_GLOVE_NUMBERS))
    least, most = _GLOVE_SIZES
    return bool(np.all((sizes > least) & (sizes < most)))


def _text(head: bytes) -> tuple[str, str]:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":  # a character that the head cuts is no error
            return "", ""
        text = head[: error.start].decode("utf-8")
    if not text.strip() or "\0" in text:
        return "", ""
    if text.lstrip().startswith(("{", "[{")):
        return "a JSON document", _EXPORT
    return "plain text", "Make vectors of a text with zhgen segment and zhgen embed."
