"""Messages between two processes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.config import GenerateSettings
from zhgen.generation.channel import Channel, Order
from zhgen.generation.request import Request, Result

ORDER = Order(settings=GenerateSettings(words=3, stop=("。",)), number=7, ids=[1, 2])
ANSWERS = [(7, Result(Request(), "宝玉", ["宝玉"], "length"))]


def sent(*messages):
    """Return what is in a pipe after messages."""
    pipe = io.BytesIO()
    for message in messages:
        Channel(io.BytesIO(), pipe).send(message)
    return pipe.getvalue()


def test_messages_come_as_they_went():
    """One after the other, whole, and then the end is told."""
    channel = Channel(io.BytesIO(sent(ORDER, ANSWERS)), io.BytesIO())
    assert (channel.receive(), channel.receive()) == (ORDER, ANSWERS)
    with pytest.raises(EOFError):
        channel.receive()


@given(cut=st.integers(0, len(sent(ANSWERS)) - 1))
def test_a_message_that_is_cut_off_is_the_end(cut):
    """Wherever the other process was ended, this is an EOFError and nothing else."""
    with pytest.raises(EOFError):
        Channel(io.BytesIO(sent(ANSWERS)[:cut]), io.BytesIO()).receive()


def test_a_message_goes_at_once():
    """It does not wait in a buffer for a second one."""
    pipe = io.BytesIO()
    channel = Channel(io.BytesIO(), io.BufferedWriter(pipe))
    channel.send(ORDER)
    assert pipe.getvalue() == sent(ORDER)
