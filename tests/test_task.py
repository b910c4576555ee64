"""What came of a request."""

from types import SimpleNamespace

from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.request import Failure, Request, Result
from zhgen.generation.task import Task

VOCABULARY = Vocabulary(("</s>", "今天", "好"))
REQUEST = Request("你", id="a")


def passage(reason):
    """Return what stands for a passage that ended for a reason, without loops."""
    writing = SimpleNamespace(reason=reason, sampler=SimpleNamespace(loops=[]))
    return SimpleNamespace(over=reason is not None, writing=writing)


def answer(reason, *parts):
    """Return the answer of a task that wrote pieces, each with what was shown after it."""
    task = Task(REQUEST, passage(reason))
    for piece, shown in parts:
        task.add(piece, shown)
    return task.answer(VOCABULARY)


def test_a_text():
    """What was shown is the text, and the words are its pieces, a paragraph's end a line's end."""
    expected = Result(REQUEST, "今天\n好", ["今天", "\n", "好"], "length", [])
    assert answer("length", (1, "今天"), (0, "\n"), (2, "好")) == expected


def test_words_that_are_not_shown():
    """Where a text stopped short of a stop text, what spelled it is left out, be it part of a word."""
    assert answer("stop", (1, "今天"), (2, ""), (2, "")).words == ["今天"]
    assert answer("stop", (1, "今"), (2, "")).words == ["今"]  # the stop text began within a word


def test_marks_that_are_closed():
    """Marks added at the end are words of their own."""
    result = answer("sentence", (1, "今天"), (2, "好”"))
    assert (result.text, result.words) == ("今天好”", ["今天", "好", "”"])


def test_a_failure():
    """Where nothing could be written the message says why; the task is done at once."""
    task = Task(REQUEST, None, "So it is.")
    assert task.done
    assert task.answer(VOCABULARY) == Failure(REQUEST, "So it is.")
    assert not Task(REQUEST, passage(None)).done
