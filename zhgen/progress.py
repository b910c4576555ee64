"""What long work says while it goes on: to stderr, as a bar on a terminal and as a line now and then elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

SECONDS_BETWEEN_LINES = 5.0


class Task(Protocol):
    """One piece of long work that goes on."""

    def advance(self, amount: int, note: str = "") -> None:
        """Say that `amount` more is done, and in `note` what there is to know now."""


class Reporter:
    """Says nothing; the base of those that do."""

    def say(self, message: str) -> None:
        """Print one line for the user."""

    def warn(self, message: str) -> None:
        """Print one line that the user should not miss."""
        self.say(f"Warning: {message}")

    @contextmanager
    def track(self, title: str, total: int | None, unit: str) -> Iterator[Task]:  # noqa: ARG002  for those that speak
        """Follow work of `total` units (None where nobody knows) from the block's start to its end."""
        yield _SilentTask()


class _SilentTask:
    def advance(self, amount: int, note: str = "") -> None:
        """Do nothing."""


SILENT = Reporter()


class LineReporter(Reporter):
    """Prints lines to stderr: for logs and pipes."""

    def say(self, message: str) -> None:
        """Print one line to stderr."""
        print(message, file=sys.stderr, flush=True)

    @contextmanager
    def track(self, title: str, total: int | None, unit: str) -> Iterator[Task]:
        """Print a line every few seconds with what is done, the speed and the time left."""
        yield _LineTask(self, title, total, unit)


class _LineTask:
    def __init__(self, reporter: Reporter, title: str, total: int | None, unit: str) -> None:
        self.reporter, self.title, self.total, self.unit = reporter, title, total, unit
        self.done = 0
        self.started = self.last_line = time.monotonic()

    def advance(self, amount: int, note: str = "") -> None:
        self.done += amount
        now = time.monotonic()
        if now - self.last_line >= SECONDS_BETWEEN_LINES:
            self.last_line = now
            speed = self.done / (now - self.started)
            self.reporter.say(", ".join(filter(None, (self._amount(), f"{speed:,.0f}/s", self._left(speed), note))))

    def _amount(self) -> str:
        if self.total is None:
            return f"{self.title}: {self.done:,} {self.unit}"
        return f"{self.title}: {self.done:,} of {self.total:,} {self.unit}"

    def _left(self, speed: float) -> str:
        return "" if self.total is None or not speed else f"{max(self.total - self.done, 0) / speed:,.0f} s left"


class TerminalReporter(Reporter):
    """Draws bars with speed and time left on a terminal, with rich."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

    def say(self, message: str) -> None:
        """Print one line to stderr, above the bar if there is one."""
        self.console.print(message)

    @contextmanager
    def track(self, title: str, total: int | None, unit: str) -> Iterator[Task]:
        """Draw a bar that disappears when the work is done."""
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:,.0f} {task.fields[unit]} {task.fields[speed]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            identity = progress.add_task(title, total=total, unit=unit, speed="", note="")

            class BarTask:
                def advance(self, amount: int, note: str = "") -> None:
                    progress.advance(identity, amount)
                    speed = progress.tasks[identity].speed
                    progress.update(identity, speed=f"{speed:,.0f}/s" if speed else "", note=note)

            yield BarTask()
