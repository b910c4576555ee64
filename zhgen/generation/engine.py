"""Writes many texts side by side, in one matrix product for each next word; each is the same as if it were written alone."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from zhgen.generation.exact_model import ExactModel
from zhgen.generation.exact_rows import Floats, rows_of
from zhgen.generation.passage import Passage
from zhgen.generation.prompt import track_reading
from zhgen.generation.task import Task
from zhgen.progress import SILENT, Reporter

MOST_WAITING = 16  # times the batch size: texts that are over and wait for one before them


class Engine:
    """Writes texts with a model.

    Args:
        model: What reads and scores. Threads may share it, but not an engine.
    """

    def __init__(self, model: ExactModel) -> None:
        self.model, self.rows = model, rows_of(model)

    def stream(self, passage: Passage, reporter: Reporter = SILENT) -> Iterator[tuple[int, str]]:
        """Yield each piece of one text, and what may be shown now; nothing is kept of it.

        Args:
            passage: The text.
            reporter: What is told how far a long prompt is read.
        """
        self.rows.add()
        with track_reading(passage.unread, reporter) as task:
            while passage.unread > 1:
                self._read(passage)
                task.advance(1)
        if passage.waits:
            yield passage.write(passage.choose(self.model.decoder.bias.copy()))
        by_cosine = [0] if passage.by_cosine else []
        while not passage.over:
            (scores,) = self.model.decoder.scores(self._read(passage), by_cosine)
            yield passage.write(passage.choose(scores))

    def _read(self, passage: Passage) -> Floats:
        """Read a piece of the one text and return the output, (1, D)."""
        piece = passage.take()
        outputs = self.rows.read([piece])
        passage.hear(piece, outputs[0])
        return outputs

    def run(self, tasks: Iterable[Task], batch_size: int) -> Iterator[Task]:
        """Yield tasks when they are done, in the order given.

        Args:
            tasks: What is to be done. There may be no end of them: one is asked for when there is a row for it.
            batch_size: How many texts are written side by side.
        """
        ordered = deque[Task]()
        for _ in self.work(_noted(tasks, ordered, MOST_WAITING * batch_size), batch_size):
            while ordered and ordered[0].done:
                yield ordered.popleft()

    def work(self, tasks: Iterable[Task | None], batch_size: int) -> Iterator[Task]:
        """Yield tasks when they are done, the shorter before the longer.

        Args:
            tasks: What is to be done. One is asked for when there is a row for it; None is that there is none yet: then what is
                running goes on by a piece. When nothing is running they may wait.
            batch_size: How many texts are written side by side.
        """
        coming, running = iter(tasks), list[Task]()
        ended = False
        while running or not ended:
            task: Task | None = None
            if not ended and len(running) < batch_size:
                try:
                    task = next(coming)
                except StopIteration:
                    ended = True
            if task is not None:
                self._begin(task, running)
                if task.done:
                    yield task
            elif running:
                under_way = tuple(running)
                self._write(running)
                yield from (task for task in under_way if task.done)

    def _begin(self, task: Task, running: list[Task]) -> None:
        if task.passage is None:
            return
        if task.passage.waits:  # there is nothing to be read: the bias alone decides
            task.add(*task.passage.write(task.passage.choose(self.model.decoder.bias.copy())))
        if not task.done:
            self.rows.add()
            running.append(task)

    def _write(self, running: list[Task]) -> None:
        """Go on with all that are running, by a piece each, and take out those that are over."""
        for row, piece, shown in self._advance([task.passage for task in running if task.passage is not None]):
            running[row].add(piece, shown)
        for row in range(len(running) - 1, -1, -1):
            if running[row].done:
                self.rows.drop(row)
                del running[row]

    def _advance(self, passages: Sequence[Passage]) -> Iterator[tuple[int, int, str]]:
        """Read a piece of each text, and yield the row of each that goes on, what it writes, and what may be shown of it."""
        ids = [passage.take() for passage in passages]
        outputs = self.rows.read(ids)
        for passage, piece, output in zip(passages, ids, outputs, strict=True):
            passage.hear(piece, output)
        ready = [row for row, passage in enumerate(passages) if passage.waits]
        if ready:
            yield from self._choose(passages, ready, outputs if len(ready) == len(passages) else outputs[ready])

    def _choose(self, passages: Sequence[Passage], ready: Sequence[int], outputs: Floats) -> Iterator[tuple[int, int, str]]:
        by_cosine = [number for number, row in enumerate(ready) if passages[row].by_cosine]
        scores = self.model.decoder.scores(outputs, by_cosine)
        for number, row in enumerate(ready):
            passage = passages[row]
            yield row, *passage.write(passage.choose(scores[number]))


def _noted(tasks: Iterable[Task], ordered: deque[Task], most: int) -> Iterator[Task | None]:
    """Yield tasks and put them at the end of those that wait for their turn; none while there are so many of these."""
    for task in tasks:
        ordered.append(task)
        yield task
        while len(ordered) >= most:
            yield None
