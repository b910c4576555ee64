"""Traditional characters to simplified ones and back."""

import builtins
import importlib.util

import pytest

from zhgen.errors import RefusedError
from zhgen.raw.conversion import Converter

needs_opencc = pytest.mark.skipif(importlib.util.find_spec("opencc") is None, reason="OpenCC is installed on demand")


@needs_opencc
def test_converts_one_way():
    """By words where characters alone do not tell."""
    assert Converter("t2s").convert("頭髮和發財，紅樓夢") == "头发和发财，红楼梦"
    assert Converter("s2t").convert("头发和发财，红楼梦") == "頭髮和發財，紅樓夢"


@needs_opencc
def test_is_known_by_its_version():
    """The record names the engine, its version and the direction."""
    identity = Converter("t2s").identity
    assert (identity["engine"], identity["direction"]) == ("opencc", "t2s")
    assert identity["version"].split(".")[0].isdecimal()


def test_that_is_not_installed_is_refused_with_what_to_type(monkeypatch):
    """The way out is the command that installs it."""
    plain = builtins.__import__

    def without(name, *arguments, **keywords):
        if name == "opencc":
            raise ImportError
        return plain(name, *arguments, **keywords)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(RefusedError) as caught:
        Converter("s2t")
    assert str(caught.value) == "--s2t needs OpenCC, which is not installed. Type: pip install 'zhgen[opencc]'"
