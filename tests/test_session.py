"""A text that a person and a model write in turns."""

from contextlib import closing

import numpy as np
import pytest
from heard import Heard

from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError
from zhgen.generation import session as module
from zhgen.generation.session import Session

ALL = 100


@pytest.fixture
def session(generator):
    """Return a session that has no text yet."""
    return Session(generator)


def written(session, **settings):
    """Let the model write, and return what was shown."""
    return "".join(session.write(GenerateSettings(**settings)))


def test_candidates_are_those_of_the_generator(session, generator):
    """Before anything is written, and after a text was typed in two goes, to the last bit."""
    assert session.candidates(ALL) == generator.next("", ALL)
    session.type("今天我们")
    session.type("学习")
    assert session.text == "今天我们学习"
    assert session.candidates(ALL) == generator.next("今天我们学习", ALL)


def test_picking_what_is_likeliest_goes_round(session):
    """The first candidate, five times, after the first word."""
    session.type("今天")
    for _ in range(5):
        session.pick(session.candidates(1)[0])
    assert session.text == "今天我们学习语文今天我们"


def test_a_paragraph_ends(session, generator):
    """By itself or as a candidate; there is no empty one."""
    with pytest.raises(RefusedError, match="nothing before"):
        session.end_paragraph()
    session.type("今天")
    (end,) = [one for one in session.candidates(ALL) if one.piece == "</s>"]
    session.pick(end)
    assert session.text == "今天\n"
    with pytest.raises(RefusedError):
        session.pick(end)
    session.type("我们")
    assert session.candidates(ALL) == generator.next("今天\n我们", ALL)


STEPS = {
    "type": lambda session: session.type("学习😀"),
    "pick": lambda session: session.pick(session.candidates(2)[1]),
    "break": lambda session: session.end_paragraph(),
    "write": lambda session: written(session, words=7),
    "chars": lambda session: written(session, chars=5),
    "stop": lambda session: written(session, words=20, stop=("文",), temperature=2),
}


@pytest.mark.parametrize("settings", [{}, {"mix": True, "cache": True}], ids=["alone", "mixed"])
@pytest.mark.parametrize("kept", [1, 1000], ids=["read again", "kept"])
def test_undo_is_exact(generator, monkeypatch, settings, kept):
    """After every kind of step and its undoing the text and all candidates are the same to the last bit."""
    monkeypatch.setattr(module, "_KEPT", kept)
    monkeypatch.setattr(module, "_KEPT_MIXED", kept)
    session = Session(generator, GenerateSettings(**settings))
    session.type("今天我们")
    states = []
    for step in STEPS.values():
        states.append((session.text, session.candidates(ALL)))
        step(session)
    for before in reversed(states):
        assert session.undo() is not None
        assert (session.text, session.candidates(ALL)) == before
    assert session.undo() == "今天我们"
    assert session.undo() is None
    assert session.text == ""


@pytest.mark.parametrize("name", STEPS)
def test_what_is_read_is_what_is_shown(generator, name):
    """After any step the candidates are those after the text as it stands, as if it were a prompt."""
    session = Session(generator)
    session.type("今天我们学习")
    STEPS[name](session)
    prompt = generator.read_prompt(session.text)
    expected = generator.next(prompt, ALL) if name != "break" else None
    found = session.candidates(ALL)
    if expected is None:
        assert session.text.endswith("\n")
    elif [generator.vocabulary.text(i) for i in prompt.ids] == [*session.text]:
        assert found == expected
    else:
        np.testing.assert_allclose(sum(one.probability for one in found), 1)


def test_what_is_shown_is_the_text(session):
    """What came while the model wrote is what stands in the text, and a stretch is one step."""
    session.type("今天")
    shown = written(session, words=30)
    assert session.text == "今天" + shown
    assert session.undo() == shown


def test_a_text_to_stop_at_is_no_part_of_it(session, generator):
    """Neither is it read: the candidates are those before it."""
    session.type("今天")
    assert written(session, words=20, stop=("语文",), greedy=True) == "我们学习"
    assert session.text == "今天我们学习"
    assert session.candidates(ALL) == generator.next("今天我们学习", ALL)


def test_what_is_shown_without_a_piece_stays(session):
    """A stop in mid-word leaves a character that is no piece of the model: it is a step, and can be taken back."""
    session.type("今天")
    before = session.candidates(ALL)
    assert written(session, words=20, stop=("们",), greedy=True) == "我"
    assert (session.text, session.steps) == ("今天我", 2)
    assert session.candidates(ALL) == before
    assert session.undo() == "我"
    assert session.text == "今天"


def test_a_run_that_writes_nothing_leaves_no_step(session):
    """Its text to stop at comes at once."""
    session.type("今天")
    assert written(session, words=20, stop=("我们",), greedy=True) == ""
    assert (session.text, session.steps) == ("今天", 1)


def test_loops_are_told_of_the_last_run(generator):
    """When that is asked for, and once it is over."""
    heard = Heard()
    session = Session(generator, reporter=heard)
    session.tell_loops()
    written(session, words=60, greedy=True)
    assert heard.lines == []
    session.tell_loops()
    assert len(heard.lines) == 1
    written(session, words=3, greedy=True)
    session.tell_loops()
    assert len(heard.lines) == 1


def test_stopping_the_model(session, generator):
    """What it wrote until then stays, and has been read."""
    session.type("今天")
    with closing(session.write(GenerateSettings(words=1000, greedy=True))) as words:
        for _ in range(3):
            next(words)
    assert session.text.startswith("今天我们学习语文"[:8])
    assert session.candidates(ALL) == generator.next(session.text, ALL)


def test_stopping_it_before_it_began(session):
    """Leaves no step."""
    session.type("今天")
    session.write(GenerateSettings()).close()
    assert session.undo() == "今天"


def test_the_same_again_and_something_else(generator):
    """The same steps with the same seed give the same text; stretches one after the other have luck of their own."""

    def story(seed):
        session = Session(generator)
        return [written(session, words=9, seed=seed, temperature=3, top_p=1) for _ in range(3)]

    assert story(1) == story(1)
    assert len({tuple(story(seed)) for seed in range(5)}) == 5
    assert len(set(story(1))) == 3


def test_what_cannot_be_read_is_told(generator):
    """As of a prompt."""
    heard = Heard()
    Session(generator, reporter=heard).type("今天😀")
    assert heard.lines == ["Warning: The model has never seen 😀 and passes over it."]


def test_what_does_not_fit_the_model_is_refused(session):
    """Before a step is begun."""
    with pytest.raises(RefusedError, match="no word of the model"):
        session.write(GenerateSettings(ban=("鬼",)))
    assert session.undo() is None
