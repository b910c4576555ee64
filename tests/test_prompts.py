"""Prompts out of files and streams."""

import io
import os

import pytest
from heard import Heard

from zhgen.batches.prompts import BadLine, Item, PromptLines, Prompts, sampled
from zhgen.config import MAX_SEED, GenerateSettings
from zhgen.errors import RefusedError
from zhgen.progress import SILENT

SETTINGS = GenerateSettings(words=7, seed=3)


def read(content, name="stdin", reporter=SILENT):
    """Return the prompts in bytes, called by a name."""
    return list(PromptLines(io.BytesIO(content), name, SETTINGS, reporter=reporter).items())


def _item(prompt, line, identity=None, settings=SETTINGS):
    return Item(prompt, settings, identity or str(line), line=line)


def test_a_line_is_a_prompt():
    """A line is a prompt without the white space around it, called by its number; blank lines are passed over and count."""
    assert read("宝玉\r\n\n　黛玉 \n \n宝钗".encode()) == [_item("宝玉", 1), _item("黛玉", 3), _item("宝钗", 5)]


def test_the_name_or_the_first_line_says_what_lines_are():
    """A .jsonl file has JSON lines and a .txt file texts; of another the first line that is not blank decides."""
    line = '{"prompt": "宝玉"}'
    text, parsed = _item(line, 1), _item("宝玉", 1)
    assert [read(line.encode(), name) for name in ("p.txt", "P.TXT", "p.jsonl", "p.NDJSON", "p", "stdin")] == [
        [text],
        [text],
        [parsed],
        [parsed],
        [parsed],
        [parsed],
    ]
    assert read(f"\n宝玉\n{line}".encode()) == [_item("宝玉", 2), _item(line, 3)]
    assert read("宝玉".encode(), "p.jsonl") == [BadLine(1, "It is not JSON (Expecting value, character 1).")]


def test_a_bad_line_stops_no_other():
    """Each line that cannot be used comes back with its number, between the items of the others."""
    content = '{"prompt": "宝玉", "id": "a", "seed": 9}\n{"prompt": \n{"words": 0}\n{}\n'
    assert read(content.encode()) == [
        _item("宝玉", 1, "a", GenerateSettings(words=7, seed=9)),
        BadLine(2, "It is not JSON (Expecting value, character 11)."),
        BadLine(3, "--words must be at least 1. Received: 0."),
        _item("", 4),
    ]


def test_an_id_that_occurs_twice():
    """The second line with an id fails, and so does one whose id is the number of a line without."""
    content = '{"id": "a"}\n{}\n{"id": "a"}\n{"id": 2}\n{"id": 5}\n'
    assert read(content.encode()) == [
        _item("", 1, "a"),
        _item("", 2),
        BadLine(3, "The id a stands on line 1 already. Give each line its own."),
        BadLine(4, "The id 2 stands on line 2 already. Give each line its own."),
        _item("", 5, "5"),
    ]


def test_samples_have_seeds_of_their_own():
    """Sample k of a prompt has the seed + k, and the prompts follow each other."""
    items = list(Prompts(io.BytesIO("宝玉\n黛玉\n".encode()), SETTINGS, samples=2).items())
    assert [(item.prompt, item.sample, item.settings.seed) for item in items] == [
        ("宝玉", 0, 3),
        ("宝玉", 1, 4),
        ("黛玉", 0, 3),
        ("黛玉", 1, 4),
    ]


def test_a_seed_that_would_be_too_large_is_refused():
    """The last sample's seed may be the largest there is, and no larger."""
    last = Item("", GenerateSettings(seed=MAX_SEED - 1), "1")
    assert [item.settings.seed for item in sampled(last, 2)] == [MAX_SEED - 1, MAX_SEED]
    with pytest.raises(RefusedError, match="The last of 3 samples would have the seed 4294967296"):
        sampled(last, 3)
    stream = io.BytesIO(b'{"seed": 4294967295}\n{}')
    first, *others = Prompts(stream, SETTINGS, samples=2).items()
    assert isinstance(first, BadLine)
    assert [item.line for item in others] == [2, 2]


def test_a_prompt_alone():
    """A prompt that is no file is one item, called 1, with nothing changed in it."""
    assert list(Prompts(" 宝玉\n", SETTINGS).items()) == [_item(" 宝玉\n", 1)]


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-16", "utf-8-sig"])
def test_other_encodings(encoding):
    """A file in another encoding is read, and what it is read as is said."""
    heard = Heard()
    prompts = [
        "寶玉聽了這話，便笑道：“我們去罷，明日再來看他。”" if encoding == "big5" else "宝玉听了这话，便笑道：“我们去罢。”"
    ] * 3
    assert [item.prompt for item in read("\n".join(prompts).encode(encoding), reporter=heard)] == prompts
    assert "stdin is read as" in "".join(heard.lines)


def test_bytes_that_are_no_text_end_the_reading():
    """At the beginning they are refused; later the lines before them are kept, and what is wrong says where."""
    with pytest.raises(RefusedError, match="stdin is"):
        read(b"\x00\x01\xff")
    first, bad = read("宝玉\n黛".encode() + b"\xff\n")
    assert first == _item("宝玉", 1)
    assert bad.line is None
    assert bad.message.startswith("stdin is not UTF-8 text (byte 10, line 2)")
    assert bad.message.endswith("What follows was not read.")


def test_a_file_that_is_missing_or_empty_is_refused(tmp_path):
    """So is a folder, by the sentence for files."""
    (tmp_path / "empty").write_bytes(b"")
    for name, said in (("missing", "There is no file"), ("empty", "is empty"), ("", "is a directory")):
        with pytest.raises(RefusedError, match=said):
            Prompts(tmp_path / name, SETTINGS)


def test_a_pipe_is_read_as_it_is_filled():
    """A line from a pipe comes out before the next one is there."""
    end, start = os.pipe()
    with open(end, "rb") as file, open(start, "wb", buffering=0) as pipe:  # noqa: PTH123  descriptors
        items = PromptLines(file, "stdin", SETTINGS).items()
        for line, prompt in enumerate(("宝玉", "黛玉"), start=1):
            pipe.write(f"{prompt}\n".encode())
            assert next(items) == _item(prompt, line)


def test_gbk_through_a_pipe_is_told_from_more_than_a_line():
    """Where a stream begins with what is not UTF-8, more is read before its encoding is decided."""

    class Pipe(io.BytesIO):
        def read1(self, size):
            return super().read1(min(size, 1))

    content = "宝玉听了这话，便笑道：“我们去罢。”\n黛玉道：“好。”\n".encode("gbk") * 3
    assert len(list(PromptLines(Pipe(content), "stdin", SETTINGS).items())) == 6
