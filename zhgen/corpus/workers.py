"""Cutting in several processes: the same lines in the same order, and no more of the text in memory than is being cut."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol

from zhgen.errors import ZhgenError

_BATCH = 20_000  # characters: some 50 ms of jieba's time, and little to copy
_UNDER_WAY = 3  # batches a process


class Segments(Protocol):
    """What cuts a paragraph: a `Segmenter`."""

    def words(self, paragraph: str) -> Iterable[str]:
        """Return the words of a paragraph."""


def cut_in_order(paragraphs: Iterable[str], segmenter: Segments, workers: int = 1) -> Generator[tuple[str, str], None, None]:
    """Yield every paragraph and its words with one space between.

    Close the iterator when it is not read to its end (`contextlib.closing`); the processes end then.

    Args:
        paragraphs: The text. Some 60,000 characters for each process are read ahead.
        segmenter: What cuts. Every process gets its own copy of it, and loads the engine itself.
        workers: How many processes; 1 cuts in this one.

    Raises:
        ZhgenError: A process was killed, for want of memory say.
    """
    if workers == 1:
        for paragraph in paragraphs:
            yield paragraph, _line(segmenter, paragraph)
        return
    with _pool(segmenter, workers) as pool:
        under_way: deque[tuple[list[str], Future[list[str]]]] = deque()
        for batch in _batches(paragraphs):
            under_way.append((batch, _start(pool, batch)))
            if len(under_way) == _UNDER_WAY * workers:
                yield from _finish(*under_way.popleft())
        while under_way:
            yield from _finish(*under_way.popleft())


def _line(segmenter: Segments, paragraph: str) -> str:
    return " ".join(segmenter.words(paragraph))


def _batches(paragraphs: Iterable[str]) -> Iterator[list[str]]:
    batch, size = [], 0
    for paragraph in paragraphs:
        batch.append(paragraph)
        size += len(paragraph)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextmanager
def _pool(segmenter: Segments, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield processes that cut. When the block ends they do, and so they do when this process is killed."""
    context = multiprocessing.get_context("spawn")  # a fork of a process with threads, as a progress bar has, may hang
    pool = ProcessPoolExecutor(workers, context, _prepare, (segmenter,))
    try:
        yield pool
    except BrokenProcessPool:
        raise ZhgenError(
            "A process that cuts words was ended from outside, for want of memory perhaps.", "Try again with --workers 1."
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _start(pool: ProcessPoolExecutor, batch: list[str]) -> "Future[list[str]]":
    """Hand a batch to the pool, which starts its processes with the first one; Ctrl-C is for this process alone."""
    with _interrupts_ignored():  # the new processes inherit it
        return pool.submit(_cut, batch)


def _finish(batch: list[str], result: "Future[list[str]]") -> Iterator[tuple[str, str]]:
    return zip(batch, result.result(), strict=True)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # Python lets no other thread set this
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Process:
    """What a process that cuts has of its own."""

    segmenter: Segments


def _prepare(segmenter: Segments) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it is not inherited
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    _Process.segmenter = segmenter


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _cut(batch: list[str]) -> list[str]:
    return [_line(_Process.segmenter, paragraph) for paragraph in batch]
