"""A prompt as a JSON object, with settings of its own."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.batches.prompt_entry import Entry, parse_entry
from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError

BASE = GenerateSettings(words=7, seed=3)


def test_what_is_not_said_is_as_it_is_elsewhere():
    """An empty object is an empty prompt without an id, written with the settings of the whole batch."""
    assert parse_entry("{}", BASE) == Entry("", None, BASE)


def test_everything_can_be_said():
    """Prompt, id and settings are taken from the object; a whole number is a temperature too, and an id is a text."""
    entry = parse_entry('{"prompt": "宝玉", "id": 17, "temperature": 1, "greedy": false, "seed": 4}', BASE)
    assert entry == Entry("宝玉", "17", GenerateSettings(words=7, seed=4, temperature=1.0))
    assert type(entry.settings.temperature) is float


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 9999), st.floats(0.01, 9))
def test_settings_come_back_from_json(prompt, words, temperature):
    """All settings written as JSON are read as the same settings, and the prompt is the same to the character."""
    chosen = GenerateSettings(words=words, temperature=temperature)
    line = json.dumps({"prompt": prompt, **asdict(chosen)})
    assert parse_entry(line, BASE) == Entry(prompt, None, chosen)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"prompt": ', "It is not JSON (Expecting value, character 12)."),
        ('["宝玉"]', 'It is JSON, but not an object. Write {"prompt": "…"}.'),
        ('{"prompt": "\\ud83d"}', "It has half a character: an escape such as \\ud83d without the other half."),
        ('{"prompt": null}', "prompt must be a text. Received: null."),
        ('{"id": true}', "id must be a text or a whole number. Received: true."),
        ('{"id": 1.5}', "id must be a text or a whole number. Received: 1.5."),
        ('{"id": null}', "id must be a text or a whole number. Received: null."),
        ('{"id": ""}', 'id must be a text or a whole number. Received: "".'),
        ('{"tempersture": 1}', "'tempersture' is no setting. Did you mean temperature?"),
        ('{"text": "宝玉"}', "'text' is no setting. "),
        ('{"words": 2.0}', "words must be a whole number. Received: 2.0."),
        ('{"words": "2"}', 'words must be a whole number. Received: "2".'),
        ('{"greedy": 1}', "greedy must be true or false. Received: 1."),
        ('{"temperature": true}', "temperature must be a number. Received: true."),
        ('{"temperature": null}', "temperature must be a number. Received: null."),
        ('{"temperature": NaN}', "--temperature must be a finite number. Received: nan."),
        ('{"temperature": 1' + "0" * 400 + "}", "temperature must be a number. Received: 1000"),
        ('{"words": 0}', "--words must be at least 1. Received: 0."),
        ('{"a": ' + "[" * 100_000 + "}", "It is not JSON"),
        ('{"words": ' + "9" * 9999 + "}", "It is not JSON that can be read"),
    ],
)
def test_what_cannot_be_used_is_refused(line, said):
    """What is no JSON, no object, no setting, or a value of another type is refused in a sentence that names it."""
    with pytest.raises(RefusedError) as refused:
        parse_entry(line, BASE)
    assert str(refused.value).startswith(said)
    assert len(str(refused.value)) < 500
