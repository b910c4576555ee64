"""How many processes write a batch."""

import os

import pytest

from zhgen.batches import processors
from zhgen.batches.processors import choose_workers


@pytest.mark.parametrize(
    ("texts", "words", "workers"),
    [(0, 0, 1), (1, 10**9, 1), (500, 19_999, 1), (500, 20_000, 2), (3, 10**6, 3), (10**6, 10**8, 8)],
)
def test_as_many_as_pay(monkeypatch, texts, words, workers):
    """One a processor, no more than there are texts, and none that has fewer than ten thousand words to write."""
    monkeypatch.setattr(processors, "processors", lambda: 8)
    assert choose_workers(texts, words) == workers


def test_processors_that_may_be_used(monkeypatch):
    """Those that this process is bound to; where the system does not tell, all there are, and one where nobody knows."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7}, raising=False)
    assert processors.processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert processors.processors() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors.processors() == 1
