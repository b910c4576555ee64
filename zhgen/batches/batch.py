"""Many texts in one run: prompts in, texts out as they are over, in the order of the prompts. A bad line stops no other."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from zhgen.batches.output import Output
from zhgen.batches.processors import choose_workers
from zhgen.batches.prompts import BadLine, Item, Prompts
from zhgen.batches.remarks import Remarks
from zhgen.errors import PartlyFailedError, RefusedError, ZhgenError
from zhgen.generation.generator import Generator
from zhgen.generation.request import Failure, Result
from zhgen.progress import SILENT, Reporter, Task
from zhgen.wording import counted

_COMPLAINTS = 20  # further lines that failed are counted, and not told one by one


@dataclass
class Tally:
    """What became of a batch.

    Attributes:
        lines: How many lines with a prompt were read, bad ones too.
        failed: How many of these could not be fulfilled, wholly or in part.
        failure: What was wrong with the first of them.
        there: How many texts the output held before.
        texts: How many were written.
        words: How many words these have.
    """

    lines: int = 0
    failed: int = 0
    failure: str = ""
    there: int = 0
    texts: int = 0
    words: int = 0


@dataclass
class Extent:
    """What is to be written.

    Attributes:
        texts: How many texts.
        words: How many words at most; where characters are counted, these.
    """

    texts: int = 0
    words: int = 0


class Batch:
    """Writes a text for every prompt that the output does not hold yet.

    Args:
        generator: What writes.
        prompts: Where the prompts come from.
        output: Where the texts go.
        batch_size: How many are written side by side; each is the same, whatever the others are.
        workers: How many processes write; 0 chooses by what is to be written.
        reporter: What is told of prompts that are not read as they stand, and of loops.
        tracker: What is told how it goes on.
        complain: What is told of lines that fail.

    Attributes:
        tally: What became of it so far.
    """

    def __init__(
        self,
        generator: Generator,
        prompts: Prompts,
        output: Output,
        *,
        batch_size: int = 64,
        workers: int = 1,
        reporter: Reporter = SILENT,
        tracker: Reporter = SILENT,
        complain: Callable[[str], None] = SILENT.warn,
    ) -> None:
        self.generator, self.prompts, self.output = generator, prompts, output
        self.batch_size, self.workers = batch_size, workers
        self.reporter, self.tracker, self.complain = reporter, tracker, complain
        self.tally = Tally()
        self._waiting: deque[Item] = deque()  # what is being written, in the order in which it comes back

    def run(self) -> None:
        """Write the texts.

        Raises:
            RefusedError: The settings do not fit the model, the prompts cannot be read, there is none, or the output holds what
                was written otherwise; unless the prompts come from a stream, nothing was written then.
            PartlyFailedError: Some lines failed, and the others were written.
            ZhgenError: The output cannot be written on.
        """
        self.generator.stream("", self.prompts.settings)  # refuses what suits no prompt; nothing is written yet
        extent = self._extent()
        requests = self._requests(SILENT if extent else self.reporter)
        workers = self.workers or (choose_workers(extent.texts, extent.words) if extent else 1)
        try:
            with self.tracker.track("generate", extent.texts if extent else None, "texts") as task:
                self._write(requests, workers, task)
        except (KeyboardInterrupt, ZhgenError) as error:
            if self.output.resumable and not isinstance(error, RefusedError):
                self.reporter.say("What is written is whole; the same command with --resume writes what is missing.")
            raise
        self._finish()

    def _write(self, requests: Iterator[Item], workers: int, task: Task) -> None:
        started, failed = time.monotonic(), 0
        remarks = Remarks(self.reporter, lambda: self._place(self._waiting[-1].line))  # on the prompt that is read
        loops = Remarks(self.reporter, lambda: self._place(item.line))
        written = self.generator.generate(requests, batch_size=self.batch_size, workers=workers, reporter=remarks)
        with closing(written):  # whatever happens, no process is left behind
            for answer in written:
                item = self._waiting.popleft()
                if isinstance(answer, Failure):
                    if item.line != failed:  # a line with several samples fails once
                        self._fail(BadLine(item.line, answer.message))
                    failed = item.line
                else:
                    self._add(item, answer)
                    for loop in answer.loops[:1]:
                        loops.say(loop)
                speed = self.tally.words / max(time.monotonic() - started, 1e-9)
                task.advance(1, f"{self.tally.words:,} words, {speed:,.0f} words/s")

    def _add(self, item: Item, result: Result) -> None:
        self.output.add(item, result)
        self.tally.texts += 1
        self.tally.words += len(result.words)

    def _extent(self) -> Extent | None:
        """Return how much is to be written, and see that the output holds nothing that was written otherwise.

        None is a stream, which can be read but once.
        """
        if not isinstance(self.prompts.given, str | Path):
            return None
        extent = Extent()
        for item in self.prompts.items(self.reporter):
            if isinstance(item, Item) and not self.output.holds(item):
                extent.texts += 1
                extent.words += item.settings.chars or item.settings.words
        return extent

    def _requests(self, reporter: Reporter) -> Iterator[Item]:
        """Yield what is to be written."""
        for item in self.prompts.items(reporter):
            if isinstance(item, BadLine):
                self.tally.lines += 1
                self._fail(item)
                continue
            self.tally.lines += item.sample == 0
            if self.output.holds(item):
                self.tally.there += 1
            else:
                self._waiting.append(item)
                yield item

    def _fail(self, bad: BadLine) -> None:
        """Count a line that failed, and tell of it."""
        self.tally.failed += 1
        self.tally.failure = self.tally.failure or bad.message
        if isinstance(self.prompts.given, str):
            return  # it is raised
        message = f"{self._place(bad.line)}{bad.message}"
        if self.tally.failed <= _COMPLAINTS:
            self.complain(message)
        elif self.tally.failed == _COMPLAINTS + 1:
            self.complain("More lines fail; they are counted.")

    def _place(self, line: int | None) -> str:
        alone = isinstance(self.prompts.given, str)
        return "" if alone or line is None else f"{self.prompts.name}, line {line:,}: "

    def _finish(self) -> None:
        """Say what was written, and raise what a batch ends with that has no prompts, or lines that failed."""
        tally, name = self.tally, self.prompts.name
        if not tally.lines:
            raise RefusedError(f"There is no prompt in {name}.", "Write one a line.")
        if tally.failed and isinstance(self.prompts.given, str):
            raise RefusedError(tally.failure)
        if tally.failed and not tally.texts + tally.there:
            raise RefusedError(
                f"Nothing in {name} can be used: {counted(tally.failed, 'line')} failed.", "Nothing was written."
            )
        if self.output.name:
            there = f"{counted(tally.there, 'text')} there before, " if tally.there else ""
            self.reporter.say(
                f"{self.output.name}: {there}{counted(tally.texts, 'text')} written, {counted(tally.words, 'word')}"
            )
        if tally.failed:
            remedy = "Mend them, and --resume writes what is missing." if self.output.resumable else "The others are written."
            raise PartlyFailedError(f"{tally.failed:,} of {counted(tally.lines, 'line')} failed.", remedy)
