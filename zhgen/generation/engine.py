"""Writes many texts side by side, in one matrix product for each next word; each is the same as if it were written alone."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from zhgen.generation.exact_model import ExactModel
from zhgen.generation.exact_rows import Floats, rows_of
from zhgen.generation.passage import Passage
from zhgen.generation.task import Task

_MOST_WAITING = 16  # times the batch size: texts that are over and wait for one before them


class Engine:
    """Writes texts with a model.

    Args:
        model: What reads and scores. Threads may share it, but not an engine.
    """

    def __init__(self, model: ExactModel) -> None:
        self.model, self.rows = model, rows_of(model)

    def stream(self, passage: Passage) -> Iterator[tuple[int, str]]:
        """Yield each piece of one text, and what may be shown now; nothing is kept of it."""
        self.rows.add()
        if passage.waits:
            yield passage.write(self.model.decoder.bias)
        while not passage.over:
            for _, piece, shown in self._advance([passage]):
                yield piece, shown

    def run(self, tasks: Iterable[Task], batch_size: int) -> Iterator[Task]:
        """Yield tasks when they are done, in the order given.

        Args:
            tasks: What is to be done. There may be no end of them: one is asked for when there is a row for it.
            batch_size: How many texts are written side by side.
        """
        coming, ordered, running = iter(tasks), deque[Task](), list[Task]()
        ended = False
        while True:
            while ordered and ordered[0].done:
                yield ordered.popleft()
            if not ended and len(running) < batch_size and len(ordered) < _MOST_WAITING * batch_size:
                task = next(coming, None)
                ended = task is None
                if task is not None:
                    ordered.append(task)
                    self._begin(task, running)
            elif running:
                self._write(running)
            else:
                return

    def _begin(self, task: Task, running: list[Task]) -> None:
        if task.passage is None:
            return
        if task.passage.waits:  # there is nothing to be read: the bias alone decides
            task.add(*task.passage.write(self.model.decoder.bias))
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
        decoder = self.model.decoder
        cosines = decoder.cosines(outputs)
        nearest = [passages[row].by_cosine for row in ready]
        kept = {number: decoder.nearness(cosines[number]) for number, wanted in enumerate(nearest) if wanted}
        scores = decoder.scores_of(cosines, outputs)
        for number, row in enumerate(ready):
            yield row, *passages[row].write(kept.get(number, scores[number]))
