"""What a file is that was taken for vectors."""

import io
import json
import pickle
import struct
import subprocess
import tarfile
import zipfile

import h5py
import numpy as np
import pytest
from gensim.models import KeyedVectors, Word2Vec

from zhgen.errors import RefusedError
from zhgen.vectors.binary import read_header, read_vectors
from zhgen.vectors.recognition import foreign_file

GLOVE = b"the " + b" ".join(b"%.4f" % (number / 7) for number in range(-25, 25)) + b"\n"


def archive(opened):
    """Return the bytes of an archive with one small file in it."""
    buffer = io.BytesIO()
    with opened(buffer) as made:
        if isinstance(made, tarfile.TarFile):
            made.addfile(tarfile.TarInfo("vectors.bin"))
        else:
            made.writestr("vectors.bin", "1 1\n")
    return buffer.getvalue()


def numpy_file():
    """Return the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ones((2, 3)))
    return buffer.getvalue()


def hdf5():
    """Return the bytes of an HDF5 file, as Keras writes its weights."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["weights"] = np.ones(3)
    return buffer.getvalue()


def safetensors():
    """Return the bytes of a safetensors file: the length of a JSON header, the header, the numbers."""
    header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(4)


FILES = {
    "a NumPy array": numpy_file(),
    "an HDF5 file": hdf5(),
    "a fastText model": struct.pack("<ii", 793712314, 12) + bytes(100),
    "a zip archive": archive(lambda buffer: zipfile.ZipFile(buffer, "w")),
    "a tar archive": archive(lambda buffer: tarfile.TarFile(fileobj=buffer, mode="w")),
    "a bzip2 archive": b"BZh91AY&SY",
    "an xz archive": b"\xfd7zXZ\x00\x00",
    "a Zstandard archive": b"\x28\xb5\x2f\xfd\x00",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c",
    "a RAR archive": b"Rar!\x1a\x07",
    "a PDF document": b"%PDF-1.7\n",
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "a safetensors file": safetensors(),
    "a web page": b"\n<!DOCTYPE html><html><title>Sign in</title></html>",
    "a Python pickle": pickle.dumps({"words": [1, 2]}),
    "a file of vectors without a header": GLOVE * 3,
    "GloVe's binary file": np.linspace(-0.5, 0.5, 40).tobytes(),
    "a JSON document": b'{"a": [1, 2]}',
    "plain text": "今天我们学习语文。\n".encode(),
    "UTF-16 text": "今天".encode("utf-16"),
    "text with a byte order mark": b"\xef\xbb\xbf1 1\na 1\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_other_files_are_named(tmp_path, kind):
    """A file of another kind is refused by what it is, in two sentences; the second tells the way out."""
    path = tmp_path / "vectors.bin"
    path.write_bytes(FILES[kind])
    for read in (read_vectors, read_header):
        with pytest.raises(RefusedError) as refused:
            read(path)
        assert refused.value.problem.startswith(f"{path} is {kind}")
        assert refused.value.problem.endswith(", not a word2vec file.")
        assert len(refused.value.remedy) > 10
        assert "{" not in refused.value.remedy


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x80\x81\x82", b"\0" * 400, b"\n", b"1 x\n\xff"])
def test_what_nobody_knows(tmp_path, content):
    """Of bytes that are nothing known it is said how a word2vec file begins."""
    assert "does not begin with two counts and a line's end" in str(foreign_file(content, tmp_path))


def test_gensims_own_files(tmp_path):
    """What gensim saves with .save, alone or with arrays beside it, is named with the Python that turns it into vectors.bin."""
    vectors = KeyedVectors(2)
    vectors.add_vectors(["a", "b"], np.eye(2, dtype=np.float32))
    vectors.save(str(tmp_path / "kv.bin"), separately=["vectors"])
    Word2Vec([["a", "b"]] * 5, vector_size=2, min_count=1).save(str(tmp_path / "w2v.bin"))
    for name, loader in (("kv.bin", "KeyedVectors.load({!r})"), ("w2v.bin", "Word2Vec.load({!r}).wv")):
        with pytest.raises(RefusedError, match=r"a pickle in gensim's own format.* is not opened") as refused:
            read_vectors(tmp_path / name)
        assert f"gensim.models.{loader.format(str(tmp_path / name))}.save_word2vec_format(" in refused.value.remedy
    with pytest.raises(RefusedError, match="a NumPy array, which has no words"):
        read_vectors(tmp_path / "kv.bin.vectors.npy")


def test_a_pickle_is_not_opened(tmp_path):
    """A pickle that would write a file when it is loaded is refused, and the file is not there."""

    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    (tmp_path / "vectors.bin").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(RefusedError, match="a Python pickle"):
        read_vectors(tmp_path / "vectors.bin")
    assert not (tmp_path / "sprung").exists()


def test_the_header_that_glove_lacks(tmp_path):
    """The command that is told for text without a header makes a file that is read, also where the name has a space."""
    path = tmp_path / "glove 6B.txt"
    path.write_bytes(GLOVE.replace(b"the", b"a") + GLOVE)
    with pytest.raises(RefusedError, match="as GloVe writes them") as refused:
        read_vectors(path)
    command = refused.value.remedy.partition("Type: ")[2]
    subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, check=True)
    reading = read_vectors(tmp_path / "with-header-glove 6B.txt")
    assert (reading.table.words, reading.table.vector_size) == (("a", "the"), 50)
