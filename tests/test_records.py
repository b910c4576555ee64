"""Written texts as blocks and as JSON lines, and what a file of these holds."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.batches.prompts import Item
from zhgen.batches.records import JSONForm, TextForm, Written
from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError
from zhgen.generation.copies import Run
from zhgen.generation.request import Result

ITEM = Item("宝玉", GenerateSettings(words=2, seed=3), "a", sample=1, line=9)
MODEL = "c0ffee" * 10


def result(item, text="道\n好", words=("道", "\n", "好")):
    """Return a text that was written for an item."""
    return Result(item, text, words, "length")


def written(path, *items, model=MODEL):
    """Write a text for each item into a file of JSON lines, and return the file as it was."""
    form = JSONForm(model)
    path.write_text("".join(form(item, result(item)) for item in items), "utf-8")
    return path


def test_blocks_are_parted_by_blank_lines():
    """Each text stands after its prompt, a paragraph a line; one blank line parts texts, and none stands within one."""
    form = TextForm()
    blocks = [form(ITEM, result(ITEM)), form(dataclasses.replace(ITEM, prompt="一\n\n 二\n"), result(ITEM))]
    assert blocks == ["宝玉道\n好\n", "\n一\n 二\n道\n好\n"]


def test_a_json_line_says_all():
    """The keys stand in a fixed order, Chinese stands as it is, and all settings that were in force are there."""
    line = JSONForm(MODEL)(ITEM, dataclasses.replace(result(ITEM), loops=["道 12 times"], longest_copy=Run(4, 12)))
    assert line.startswith(
        '{"id": "a", "sample": 1, "prompt": "宝玉", "text": "道\\n好", "words": ["道", "\\n", "好"], "seed": 3, '
    )
    assert line.endswith(
        f'"finish_reason": "length", "model": "{MODEL}", "loops": ["道 12 times"], '
        '"longest_copy": {"words": 4, "paragraph": 12}}\n'
    )
    entry = json.loads(line)
    assert GenerateSettings(seed=entry["seed"], **entry["settings"]) == ITEM.settings


def test_what_is_there_is_found(tmp_path):
    """A file holds the texts whose id and sample it has, in whatever order, and no others."""
    items = [dataclasses.replace(ITEM, id=name, sample=sample) for name in ("c", "a", "b") for sample in (1, 0)]
    there = Written(written(tmp_path / "t", *items[1:]), MODEL)
    assert [there.holds(item) for item in items] == [False, True, True, True, True, True]
    assert not there.holds(dataclasses.replace(ITEM, sample=2))
    assert not there.holds(dataclasses.replace(ITEM, id="d"))
    assert (there.texts, there.size) == (5, (tmp_path / "t").stat().st_size)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 3)), unique=True, max_size=9))
def test_any_id_is_found(tmp_path_factory, keys):
    """Whatever ids and samples there are, those that were written are found, and the one that was not is not."""
    items = [dataclasses.replace(ITEM, id=name, sample=sample) for name, sample in keys]
    there = Written(written(tmp_path_factory.mktemp("any") / "t", *items[1:]), MODEL)
    assert [there.holds(item) for item in items] == [number > 0 for number in range(len(items))]


def test_a_file_that_is_not_there_holds_nothing(tmp_path):
    """Nor does an empty one, or one whose only line was cut short."""
    (tmp_path / "empty").write_bytes(b"")
    for cut in (1, 8, 40):
        (tmp_path / f"{cut}").write_bytes(JSONForm(MODEL)(ITEM, result(ITEM)).encode()[:cut])
    for name in ("missing", "empty", "1", "8", "40"):
        there = Written(tmp_path / name, MODEL)
        assert (there.texts, there.size, there.holds(ITEM)) == (0, 0, False)


def test_a_line_that_was_cut_short_is_left_out(tmp_path):
    """What stands behind the last whole line does not count: `size` ends before it."""
    path = written(tmp_path / "t", ITEM, dataclasses.replace(ITEM, id="b"))
    content = path.read_bytes()
    first = content.index(b"\n") + 1
    path.write_bytes(content[:-1])
    there = Written(path, MODEL)
    assert (there.texts, there.size, there.holds(dataclasses.replace(ITEM, id="b"))) == (1, first, False)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompt": "黛玉"}, 'written with prompt "宝玉", and now it is "黛玉".'),
        ({"settings": GenerateSettings(words=2, seed=4)}, "written with seed 3, and now it is 4."),
        ({"settings": GenerateSettings(words=3, seed=3)}, "written with words 2, and now it is 3."),
    ],
)
def test_what_was_written_otherwise_is_refused(tmp_path, change, said):
    """A text of another prompt, seed or setting under the same id is named with what differs."""
    there = Written(written(tmp_path / "t", ITEM), MODEL)
    with pytest.raises(RefusedError) as refused:
        there.holds(dataclasses.replace(ITEM, **change))
    assert said in str(refused.value)
    assert "t holds id a" in str(refused.value)


def test_a_long_prompt_is_not_said_to_its_end(tmp_path):
    """A prompt of many characters is cut in the sentence that says that it differs."""
    there = Written(written(tmp_path / "t", dataclasses.replace(ITEM, prompt="宝" * 9999)), MODEL)
    with pytest.raises(RefusedError) as refused:
        there.holds(ITEM)
    assert len(str(refused.value)) < 400


def test_another_models_texts_are_refused(tmp_path):
    """Both hashes are named."""
    path = written(tmp_path / "t", ITEM, model="decaf" * 9)
    with pytest.raises(RefusedError, match=r"another model \(sha256 decafdecafde…, this one is c0ffeec0ffee…\)"):
        Written(path, MODEL)


@pytest.mark.parametrize(
    "content", [b"hello\n", b"hello", b'{"id": "a"}\n', b"[1]\n", b"\n", b"\xff\n", b'{"id": 3, "cut short']
)
def test_what_zhgen_did_not_write_is_refused(tmp_path, content):
    """A file of another make is named with the line, so that it is not written over."""
    path = written(tmp_path / "t", ITEM)
    path.write_bytes(path.read_bytes() + content)
    with pytest.raises(RefusedError, match=r"is not what zhgen generate --format jsonl writes \(line 2\)"):
        Written(path, MODEL)


def test_an_empty_text_is_no_block():
    """One that was to stop at once leaves no empty line, and nothing parts it from the next."""
    form, nameless = TextForm(), dataclasses.replace(ITEM, prompt="")
    empty = dataclasses.replace(result(nameless), text="", words=())
    assert [form(nameless, empty), form(ITEM, result(ITEM)), form(nameless, empty)] == ["", form(ITEM, result(ITEM))[1:], ""]
