"""What is asked of a generator, and what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from zhgen.config import GenerateSettings
from zhgen.generation.copies import Run

FinishReason = Literal["length", "chars", "sentence", "paragraph", "stop"]
"""Why a text ended: as many words or characters as asked, a sentence's or paragraph's end, or a text it was to stop at."""


@dataclass(frozen=True)
class Request:
    """One text to be written.

    Attributes:
        prompt: What it begins with.
        settings: How it is written; the same request gives the same text, whatever is written beside it.
        id: What it is called; None is nameless.
    """

    prompt: str = ""
    settings: GenerateSettings = field(default_factory=GenerateSettings)
    id: str | None = None


@dataclass(frozen=True)
class Result:
    """A text that was written.

    Attributes:
        request: What was asked for.
        text: What follows the prompt.
        words: The pieces written, in order; a paragraph's end is a line's end.
        finish_reason: Why it ended.
        loops: What was noticed of loops, a sentence each.
        longest_copy: The longest run that it shares with the training text; None when that text is not at hand.
    """

    request: Request
    text: str
    words: Sequence[str]
    finish_reason: FinishReason
    loops: Sequence[str] = ()
    longest_copy: Run | None = None


@dataclass(frozen=True)
class Failure:
    """A request that could not be fulfilled.

    Attributes:
        request: What was asked for.
        message: What is wrong with it, and the way out.
    """

    request: Request
    message: str
