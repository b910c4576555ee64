"""jieba's cache is the user's alone, and can be done without."""

import sys
from pathlib import Path

import pytest

from zhgen.corpus import jieba_cache
from zhgen.corpus.engines import JiebaCutter

SENTENCE = "我们都是读书人"


def names(folder):
    """Return the names of what is in a folder, in order."""
    return sorted(path.name for path in folder.iterdir())


def cut():
    """Return the words of a sentence, cut with the whole dictionary, which is loaded anew."""
    return list(JiebaCutter(whole=True).cut(SENTENCE, hmm=True))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder for caches with jieba's in it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        assert cut() == ["我们", "都", "是", "读书人"]
    return folder


def test_lies_in_a_private_folder(made):
    """The folder under XDG_CACHE_HOME is closed to others, and the cache's name changes with what is in it."""
    assert names(made) == ["zhgen"]
    assert (made / "zhgen").stat().st_mode & 0o777 == 0o700
    (name,) = names(made / "zhgen")
    assert name.startswith("jieba-")
    assert name.endswith(f"-{sys.implementation.cache_tag}.cache")
    assert len(name.split("-")[1]) == 16


def test_folder_is_closed_when_it_stood_open(made, monkeypatch):
    """A folder of the user's that others could write to is made private before anything is read from it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(made))
    (made / "zhgen").chmod(0o777)
    assert len(cut()) == 4
    assert (made / "zhgen").stat().st_mode & 0o777 == 0o700


def test_is_under_the_home_directory_by_default(tmp_path, monkeypatch):
    """Without XDG_CACHE_HOME, or with an empty one, the folder is ~/.cache/zhgen."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for change in (lambda: monkeypatch.delenv("XDG_CACHE_HOME"), lambda: monkeypatch.setenv("XDG_CACHE_HOME", "")):
        monkeypatch.setenv("XDG_CACHE_HOME", "x")
        change()
        with jieba_cache._cache_folder() as folder:
            assert folder == str(tmp_path / ".cache" / "zhgen")


@pytest.mark.parametrize("content", [b"", b"damaged", b"\xe9\x00\x00\x00\x00"])
def test_that_is_damaged_is_made_anew(tmp_path, monkeypatch, made, content):
    """A cache that cannot be understood is passed over and replaced."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "zhgen").mkdir()
    (path,) = (tmp_path / "zhgen" / name for name in names(made / "zhgen"))
    path.write_bytes(content)
    assert cut() == ["我们", "都", "是", "读书人"]
    assert path.stat().st_size > 1_000_000


def test_goes_to_a_temporary_folder_where_there_is_no_other(tmp_path, monkeypatch):
    """Where the cache folder cannot be made the cache is temporary, private, and gone when the dictionary is loaded."""
    (tmp_path / "file").touch()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(jieba_cache.tempfile, "tempdir", str(tmp_path / "tmp"))
    with jieba_cache._cache_folder() as folder:
        assert Path(folder).parent == tmp_path / "tmp"
        assert Path(folder).stat().st_mode & 0o777 == 0o700
    assert names(tmp_path / "tmp") == []


def test_needs_no_home_directory(monkeypatch):
    """A user without a home directory, as in a container, gets a temporary cache."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(jieba_cache.os.path, "expanduser", lambda path: path)
    with jieba_cache._cache_folder() as folder:
        assert Path(folder).is_dir()
    assert not Path(folder).exists()
