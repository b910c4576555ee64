"""How a text is laid out for training. The ids are 0, 1, 2, …, so that every number names its place in the text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.errors import RefusedError
from zhgen.training.windows import FirstWindows, Streams


def ids(count):
    """Return the ids 0, 1, … of a text of so many pieces."""
    return np.arange(count, dtype=np.int32)


def written_out(windows):
    """Return the batches as lists: x and y with a row a stream, and whether the state is zero before."""
    return [(batch.x.T.tolist(), batch.y.T.tolist(), batch.starts) for batch in windows.batches()]


def test_streams_go_on_where_they_stopped():
    """Two streams of six in windows of four steps: the second window of each goes on after its first."""
    assert written_out(Streams(ids(14), batch_size=2, timesteps=4)) == [
        ([[0, 1, 2, 3], [6, 7, 8, 9]], [[1, 2, 3, 4], [7, 8, 9, 10]], True),
        ([[4, 5], [10, 11]], [[5, 6], [11, 12]], False),
    ]


def test_windows_come_with_the_first_step_first():
    """A batch is (T, B), not (B, T): its first row is what all streams read first."""
    batch = next(Streams(ids(14), batch_size=2, timesteps=4).batches())
    assert batch.x[0].tolist() == [0, 6]
    assert batch.y[0].tolist() == [1, 7]
    assert batch.x.dtype == np.int32


def test_a_text_of_one_window_is_one_window():
    """T + 1 pieces make one window in which every step is predicted."""
    assert written_out(Streams(ids(5), batch_size=64, timesteps=4)) == [([[0, 1, 2, 3]], [[1, 2, 3, 4]], True)]


def test_streams_are_no_more_than_there_are_windows():
    """A short text is read in fewer streams than were asked for, so that a stream holds a whole window."""
    assert Streams(ids(10), batch_size=64, timesteps=4).batch_size == 2
    assert Streams(ids(15), batch_size=64, timesteps=4).batch_size == 3
    assert Streams(ids(15), batch_size=2, timesteps=4).batch_size == 2


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 400), st.integers(1, 70), st.integers(1, 30))
def test_every_piece_but_the_rest_is_read_once_and_followed_by_its_next(more, batch_size, timesteps):
    """Whatever the sizes: targets are the next ids, nothing is read twice, and fewer than B pieces are not read."""
    count = timesteps + 1 + more
    windows = Streams(ids(count), batch_size, timesteps)
    batches = list(windows.batches())
    read = np.concatenate([batch.x.ravel() for batch in batches])
    targets = np.concatenate([batch.y.ravel() for batch in batches])
    assert np.array_equal(targets, read + 1)
    assert sorted(read.tolist()) == list(range(len(read)))
    assert 0 <= count - 1 - len(read) < windows.batch_size
    assert windows.predictions == len(read)
    assert all(batch.x.shape[0] <= timesteps and batch.x.size for batch in batches)
    assert [batch.starts for batch in batches] == [True] + [False] * (len(batches) - 1)


def test_all_ten_first_windows():
    """The ten first windows of three steps, one step apart, in batches of four, each with the piece that follows it."""
    assert written_out(FirstWindows(ids(100), batch_size=4, timesteps=3, count=10)) == [
        ([[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]], [[3], [4], [5], [6]], True),
        ([[4, 5, 6], [5, 6, 7], [6, 7, 8], [7, 8, 9]], [[7], [8], [9], [10]], True),
        ([[8, 9, 10], [9, 10, 11]], [[11], [12]], True),
    ]


def test_no_window_is_lost():
    """A hundred pieces and twenty steps make 80 windows, of which the last is followed by the last piece."""
    windows = FirstWindows(ids(100), batch_size=64, timesteps=20, count=1000)
    batches = list(windows.batches())
    assert [batch.x.shape for batch in batches] == [(20, 64), (20, 16)]
    assert windows.predictions == 80
    assert batches[-1].x[:, -1].tolist() == list(range(79, 99))
    assert batches[-1].y.tolist() == [list(range(84, 100))]


@pytest.mark.parametrize("make", [lambda text: Streams(text, 4, 20), lambda text: FirstWindows(text, 4, 20, 10)])
def test_a_text_too_short_for_one_window_is_refused(make):
    """Twenty pieces are one too few for a window of twenty steps, and the way out is told."""
    make(ids(21))
    with pytest.raises(RefusedError) as refused:
        make(ids(20))
    assert str(refused.value) == (
        "The text is too short for one window: it has 20 pieces to learn and a window of 20 steps needs 21. "
        "Give a longer text, or a smaller --timesteps."
    )
