"""Ctrl-C while a model is trained: noted, and acted upon between two steps, so that no step is torn in two."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interruption:
    """Notes the first Ctrl-C while it is entered; a second one interrupts at once, as it does everywhere else.

    Attributes:
        asked: Whether Ctrl-C was pressed.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: Any = None

    def __enter__(self) -> "Interruption":
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # as a shell starts what runs in the background
        if threading.current_thread() is threading.main_thread() and not ignored:  # others cannot listen
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._stop_listening()

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  what Python passes
        self.asked = True
        self._stop_listening()

    def _stop_listening(self) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None
