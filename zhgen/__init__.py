"""zhgen turns one Chinese text into a small generator of text in its manner.

From Python:

    from zhgen import Generator

    generator = Generator.load("models/novel")
    for word in generator.stream("宝玉", words=200):
        print(word, end="")
"""

from typing import Any

__version__ = "0.1.0"

__all__ = ["Candidate", "Failure", "GenerateSettings", "Generator", "Request", "Result"]

_PLACES = {
    "Generator": "zhgen.generation.generator",
    "GenerateSettings": "zhgen.config",
    "Request": "zhgen.generation.request",
    "Result": "zhgen.generation.request",
    "Failure": "zhgen.generation.request",
    "Candidate": "zhgen.generation.follower",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: `zhgen --help` needs none of it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_PLACES[name]), name)
