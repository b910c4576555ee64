"""Texts written by several processes: the same texts, failures and order as by one.

The process that asks reads the prompts and puts the texts in order. Those that write are each told the model once, and then
prompts as pieces: each holds a model of its own in memory and computes in one thread. They end with the process that asks,
however that ends.
"""

import atexit
import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from subprocess import PIPE, Popen, TimeoutExpired
from typing import Self

from zhgen.bundle import Bundle
from zhgen.errors import ZhgenError
from zhgen.generation.channel import Answers, Channel, Order, Start
from zhgen.generation.engine import MOST_WAITING
from zhgen.generation.request import Failure, Request, Result
from zhgen.threads import ONE_THREAD

_AHEAD = 2  # times the texts that a process writes side by side: what it is asked for at most
_PATIENCE = 1.0  # seconds that processes have to end
_PROGRAM = "import sys; sys.path[:] = {path!a}; from zhgen.generation.worker import main; main()"


def write(
    bundle: Bundle, requests: Iterable[Request], read: Callable[[str], Sequence[int]], batch_size: int, workers: int
) -> Generator[Result | Failure, None, None]:
    """Yield a text for each request, or a failure, in the order given.

    Close the iterator when it is not read to its end; the processes end then.

    Args:
        bundle: The model.
        requests: What is asked for. There may be no end of them: about two batches are read ahead for each process, and never
            more than sixteen.
        read: Returns the pieces of a prompt as soon as it is there. What it cannot read is a failure.
        batch_size: How many texts each process writes side by side.
        workers: How many processes.

    Raises:
        ZhgenError: A process could not be started, or was killed, for want of memory say.
    """
    coming, texts, ended = iter(requests), _InOrder(), False
    most = MOST_WAITING * batch_size * workers
    with Crew(bundle, batch_size, workers) as crew:
        while True:
            texts.settle(crew.answers())
            yield from texts.over()
            if not ended and crew.has_room and len(texts) < most:
                request = next(coming, None)
                ended = request is None
                if request is not None:
                    texts.settle(_ask(crew, request, texts.add(request), read))
            elif texts:
                texts.settle(crew.answers(wait=True))
            else:
                return


def _ask(crew: "Crew", request: Request, number: int, read: Callable[[str], Sequence[int]]) -> Answers:
    """Hand a request to the crew, and return what comes of it at once."""
    try:
        ids = read(request.prompt)
    except ZhgenError as error:
        return [(number, Failure(request, str(error)))]
    crew.give(Order(settings=request.settings, number=number, ids=ids))
    return []


class _InOrder:
    """Requests in the order in which they were given, and their answers, which come in any."""

    def __init__(self) -> None:
        self._requests, self._answers = deque[Request](), dict[int, Result | Failure]()
        self._first = 0  # the number of the first request that waits

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, request: Request) -> int:
        """Take a request and return its number."""
        self._requests.append(request)
        return self._first + len(self) - 1

    def settle(self, answers: Answers) -> None:
        """Take answers."""
        self._answers.update(answers)

    def over(self) -> Iterator[Result | Failure]:
        """Yield the answers whose turn it is."""
        while self._first in self._answers:
            answer = replace(self._answers.pop(self._first), request=self._requests.popleft())
            self._first += 1
            yield answer


class Crew:
    """Processes that write. They are started when the block begins, and gone when it has ended.

    Args:
        bundle: The model.
        batch_size: How many texts each writes side by side.
        workers: How many there are.
    """

    def __init__(self, bundle: Bundle, batch_size: int, workers: int) -> None:
        self._start, self._size = Start(bundle, batch_size), workers
        self._workers = list[_Worker]()
        self._inbox = queue.SimpleQueue[_Said]()

    def __enter__(self) -> Self:
        atexit.register(self._end)  # when Python ends it is too late to close what a thread reads
        try:
            for _ in range(self._size):
                self._workers.append(_Worker(self._start, self._inbox))
        except BaseException as error:
            self._end()
            if isinstance(error, OSError):
                raise ZhgenError(f"A process that writes cannot be started ({error}).", "Give fewer --workers.") from None
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    @property
    def has_room(self) -> bool:
        """Whether one more order makes sense now."""
        return any(worker.orders < _AHEAD * self._start.batch_size for worker in self._workers)

    def give(self, order: Order) -> None:
        """Hand an order to the process that has the fewest.

        Raises:
            ZhgenError: The process is gone.
        """
        worker = min(self._workers, key=lambda worker: worker.orders)
        try:
            worker.take(order)
        except OSError:
            worker.thread.join()
            self.answers()  # the last that is heard of it is why

    def answers(self, *, wait: bool = False) -> Answers:
        """Return what has come since; with `wait` that is something.

        Raises:
            ZhgenError: A process is gone. What goes wrong in one is raised as it is.
        """
        found: Answers = []
        with suppress(queue.Empty):
            while True:
                worker, said = self._inbox.get(block=wait and not found)
                if said is None:
                    raise ZhgenError(
                        "A process that writes was ended from outside, for want of memory perhaps.",
                        "Give fewer --workers: each holds a model of its own.",
                    )
                if isinstance(said, Exception):
                    raise said
                worker.orders -= len(said)
                found += said
        return found

    def _end(self) -> None:
        """End the processes, whatever they are about."""
        atexit.unregister(self._end)
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.end()


class _Worker:
    """A process that writes, as the one that started it sees it.

    Args:
        start: What it is told first.
        inbox: Where what it says is put, and at last what went wrong, or None: it is gone.

    Attributes:
        orders: How many it has that are not answered.
        thread: What listens to it.
    """

    def __init__(self, start: Start, inbox: "queue.SimpleQueue[_Said]") -> None:
        folders = [str(folder) for folder in sys.path]  # it finds what this process finds, wherever it runs
        self.process = Popen(  # noqa: S603  it is our own
            (sys.executable, "-c", _PROGRAM.format(path=folders)),
            stdin=PIPE,
            stdout=PIPE,
            env=os.environ | ONE_THREAD,
            start_new_session=True,  # Ctrl-C is for this process alone
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._pipes = self.process.stdin, self.process.stdout
        self._channel = Channel(self.process.stdout, self.process.stdin)
        self._told = threading.Event()
        self.orders = 0
        self.thread = threading.Thread(target=self._listen, args=(start, inbox), daemon=True)
        try:
            self.thread.start()
        except RuntimeError as error:  # there are too many threads
            self.process.kill()
            self.process.wait()
            self._close()
            raise OSError(str(error)) from None

    def _listen(self, start: Start, inbox: "queue.SimpleQueue[_Said]") -> None:
        """Tell it the model, while the prompts are read, and pass on what it says."""
        try:
            try:
                self._channel.send(start)
            finally:
                self._told.set()
            while True:
                said = self._channel.receive()
                inbox.put((self, said))
        except (EOFError, OSError):
            inbox.put((self, None))
        except Exception as error:
            inbox.put((self, error))

    def take(self, order: Order) -> None:
        """Hand it an order.

        Raises:
            OSError: It is gone.
        """
        self._told.wait()
        self.orders += 1
        self._channel.send(order)

    def end(self) -> None:
        """Wait until it is gone, not for long, and close what led to it."""
        try:
            self.process.wait(_PATIENCE)
        except TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.thread.join()
        self._close()

    def _close(self) -> None:
        for pipe in self._pipes:
            with suppress(OSError):  # what was not sent is lost
                pipe.close()


_Said = tuple[_Worker, Answers | Exception | None]
