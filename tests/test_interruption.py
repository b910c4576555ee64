"""Ctrl-C is noted once and acted upon later; pressed again it interrupts."""

import signal
import threading

import pytest

from zhgen.training.interruption import Interruption


def test_the_first_is_noted_and_the_second_interrupts():
    """One Ctrl-C only sets a flag; another one is the exception that it is everywhere."""
    with Interruption() as interruption:
        assert not interruption.asked
        signal.raise_signal(signal.SIGINT)
        assert interruption.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_all_is_as_it_was():
    """Whether or not Ctrl-C was pressed, what listened before listens again, after an exception too."""
    before = signal.getsignal(signal.SIGINT)
    with Interruption():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
    with pytest.raises(ValueError, match="torn"), Interruption():
        raise ValueError("torn")
    assert signal.getsignal(signal.SIGINT) == before


def test_what_runs_in_the_background_stays_deaf():
    """A process that ignores Ctrl-C, as a shell starts them in the background, goes on ignoring it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interruption() as interruption:
            signal.raise_signal(signal.SIGINT)
        assert not interruption.asked
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_can_train_too():
    """Only the main thread may listen; elsewhere nothing is listened to and nothing fails."""
    failed = []

    def enter():
        try:
            with Interruption():
                pass
        except ValueError as error:
            failed.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert failed == []
