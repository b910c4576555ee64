"""The process that writes for another one."""

import subprocess
import sys
import time

import pytest
from random_models import random_bundle

from zhgen.config import GenerateSettings
from zhgen.generation.channel import Channel, Order, Start
from zhgen.generation.generator import Generator
from zhgen.generation.request import Failure

ENDLESS = Order(settings=GenerateSettings(words=10**9), number=0)


class Worker:
    """A process that writes, spoken to as it will be.

    Args:
        before: What it does before it begins.
    """

    def __init__(self, before=""):
        program = f"from zhgen.generation import worker\n{before}\nworker.main()"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen((sys.executable, "-c", program), **pipes)
        self.channel = Channel(self.process.stdout, self.process.stdin)

    def ask(self, *orders, batch_size=4):
        """Tell it a model, and what to write."""
        for message in (Start(random_bundle(), batch_size), *orders):
            self.channel.send(message)

    def answers(self, count):
        """Return so many answers, by their numbers."""
        found = {}
        while len(found) < count:
            found.update(self.channel.receive())
        return found


@pytest.fixture
def start():
    """Return what starts a process that writes; at the end of the test it is gone, and had nothing to complain of."""
    started = []

    def begun(*arguments):
        started.append(Worker(*arguments))
        return started[-1]

    yield begun
    for worker in started:
        _, stderr = worker.process.communicate(timeout=30)
        assert (worker.process.returncode, stderr) == (0, b"")


def orders(*words):
    """Return an order for a text of each length, numbered from 0 on."""
    settings = [GenerateSettings(words=count, seed=number) for number, count in enumerate(words)]
    return [Order(settings=one, number=number, ids=[0]) for number, one in enumerate(settings)]


def test_orders_are_answered_by_their_numbers(start):
    """The texts are those that are written here, and what does not fit the model fails; no text waits for a longer one."""
    asked = [ENDLESS, *orders(5, 2, 9, 4, 7, 1)[1:], Order(settings=GenerateSettings(ban=("飞",)), number=6)]
    worker = start()
    worker.ask(*asked)
    answers = worker.answers(6)
    here = Generator(random_bundle())
    for order in asked[1:-1]:
        assert answers[order.number].text == "".join(here.stream("宝玉", order.settings))
    assert isinstance(answers[6], Failure)
    assert "飞" in answers[6].message


def test_orders_that_come_late(start):
    """One that comes while another text is being written, or when none is, is written at once."""
    worker = start()
    worker.ask(ENDLESS)
    for order in orders(3, 3, 3)[1:]:
        worker.channel.send(order)
        assert list(worker.answers(1)) == [order.number]


def test_texts_that_are_over_together_are_one_message(start):
    """Three of the same length come at once."""
    worker = start()
    worker.ask(*orders(5, 5, 5))
    assert len(worker.channel.receive()) in (2, 3)  # the first may be begun before the third is there


def test_it_ends_with_who_asks(start):
    """When its orders end it does so too, in the middle of a text; nobody is to be kept waiting."""
    worker = start()
    worker.ask(ENDLESS, *orders(1, 1)[1:])
    worker.answers(1)
    worker.process.stdin.close()
    started = time.monotonic()
    assert worker.process.wait(timeout=30) == 0
    assert time.monotonic() - started < 10
    worker.process.stdin = None


def test_it_ends_when_nobody_listens(start):
    """An answer that cannot be sent is no reason to complain."""
    worker = start()
    worker.process.stdout.close()
    worker.ask(*orders(3))
    assert worker.process.wait(timeout=30) == 0
    worker.process.stdin.close()
    worker.process.stdin = worker.process.stdout = None


def test_what_is_printed_does_not_disturb(start):
    """What a library prints, however it does, goes to stderr; what it reads from stdin is nothing."""
    before = (
        "import os, sys; whole = worker.Generator.task; "
        "worker.Generator.task = lambda *given: "
        "(print('noise', sys.stdin.read()), sys.stdout.flush(), os.write(1, b'more'), whole(*given))[-1]"
    )
    worker = start(before)
    worker.ask(*orders(2))
    assert len(worker.answers(1)[0].words) == 2
    worker.process.stdin.close()
    worker.process.stdin = None
    assert worker.process.stderr.read() == b"noise \nmore"


def test_what_goes_wrong_is_sent_back(start):
    """It is an exception as it was raised, and says where."""
    worker = start("worker.Generator.task = lambda *_: {}[7]")
    worker.ask(*orders(2))
    error = worker.channel.receive()
    assert isinstance(error, KeyError)
    assert "in _task" in error.__notes__[0]


def test_an_order_that_cannot_be_read(start):
    """What is wrong with it is told to the one who asked, and nothing waits for ever."""
    worker = start()
    worker.ask()
    worker.process.stdin.write(b"cno_such_module\nOrder\n.")
    worker.process.stdin.flush()
    assert isinstance(worker.channel.receive(), ModuleNotFoundError)
