"""How many processes write a batch when nobody says."""

import os

_WORDS_EACH = 10_000
"""Words that are worth a process: below, starting it takes longer than it spares."""


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not every system has it
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def choose_workers(texts: int, words: int) -> int:
    """Return how many processes to write a batch with: one a processor, where that pays.

    Args:
        texts: How many texts are to be written; each is written by one process.
        words: How many words they have.
    """
    return max(1, min(processors(), words // _WORDS_EACH, texts))
