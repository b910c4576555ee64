"""The process that writes texts for another one, which `zhgen.generation.crew` started.

It is told a model, then orders, and answers with texts as they are over. It ends when its stdin does.
"""

import contextlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from typing import NoReturn

from zhgen.generation.channel import Answers, Channel, Order, Start
from zhgen.generation.engine import Engine
from zhgen.generation.generator import Generator
from zhgen.generation.prompt import Prompt
from zhgen.generation.task import Task


def main() -> NoReturn:
    """Write what is asked for on stdin until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    channel = _own_streams()
    with contextlib.suppress(EOFError, BrokenPipeError):  # nobody asks any more
        try:
            _write(channel, channel.receive())
        except (EOFError, BrokenPipeError):
            raise
        except Exception as error:
            error.add_note(traceback.format_exc())
            channel.send(error)  # it is raised where it was asked for
    os._exit(0)  # a thread may still be reading, which Python cannot end


def _own_streams() -> Channel:
    """Return a channel through stdin and stdout, which nothing else can use from now on: what is printed goes to stderr."""
    sys.stdout.flush()
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Channel(reader, writer)


def _write(channel: Channel, start: Start) -> None:
    generator = Generator(start.bundle)
    orders = _Orders(channel, generator)
    for task in Engine(generator.exact).work(orders, start.batch_size):
        orders.settle(task)


class _Orders:
    """Tasks as they come, and their answers as they go.

    While texts are being written none is waited for. What is over is sent when the next is asked for: that is as soon as all
    are that were over with the same word.
    """

    def __init__(self, channel: Channel, generator: Generator) -> None:
        self._channel, self._generator = channel, generator
        self._come: queue.SimpleQueue[Order | Exception] = queue.SimpleQueue()
        self._answers: Answers = []
        self._under_way = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        """Take orders as they come: who sends them need not wait for the text that is written."""
        try:
            while True:
                self._come.put(self._channel.receive())
        except EOFError:
            os._exit(0)  # nobody asks any more, be a text half written
        except Exception as error:  # an order that cannot be read
            self._come.put(error)

    def __iter__(self) -> Iterator[Task | None]:
        while True:
            if self._answers:
                self._channel.send(self._answers)
                self._answers = []
            try:
                order = self._come.get(block=not self._under_way)
            except queue.Empty:
                yield None
                continue
            if isinstance(order, Exception):
                raise order
            self._under_way += 1
            yield self._task(order)

    def _task(self, order: Order) -> Task:
        return self._generator.task(order, lambda _: Prompt(list(order.ids)))

    def settle(self, task: Task) -> None:
        """Take note of a task that is done."""
        assert isinstance(task.request, Order)
        self._under_way -= 1
        answer = task.answer(self._generator.vocabulary, self._generator.training_text)
        self._answers.append((task.request.number, answer))
