"""What a process and one that it started to write texts say to each other: pickles through a pipe, and nowhere else."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from zhgen.bundle import Bundle
from zhgen.generation.request import Failure, Request, Result


@dataclass(frozen=True)
class Start:
    """What a process is told first.

    Attributes:
        bundle: The model, with other words than its own where it was given some.
        batch_size: How many texts are written side by side.
    """

    bundle: Bundle
    batch_size: int


@dataclass(frozen=True)
class Order(Request):
    """A request on its way: it has the pieces of its prompt in the place of the text.

    Attributes:
        number: Tells it from the others.
        ids: The pieces.
    """

    number: int = 0
    ids: Sequence[int] = ()


Answers = list[tuple[int, Result | Failure]]
"""What came of orders, by their numbers; what it says of its request is not looked at."""


class Channel:
    """Two pipes between two processes, neither of which takes anything from anybody else.

    Args:
        reader: A binary file from which messages come.
        writer: A binary file into which they go.
    """

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        self._reader, self._writer = reader, writer

    def send(self, message: object) -> None:
        """Send a message; this waits until there is room for it in the pipe.

        Raises:
            OSError: The other process is gone.
        """
        pickle.dump(message, self._writer, pickle.HIGHEST_PROTOCOL)
        self._writer.flush()

    def receive(self) -> Any:
        """Return the next message, which this waits for.

        Raises:
            EOFError: The other process is gone.
        """
        try:
            return pickle.load(self._reader)  # noqa: S301  it comes from a process that this one started, or that started it
        except (pickle.UnpicklingError, OSError):  # cut off in the middle
            raise EOFError from None
