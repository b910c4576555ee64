"""Many texts in one run."""

import io
import itertools
import json
from contextlib import contextmanager

import pytest
from heard import Heard
from hypothesis import given, settings
from hypothesis import strategies as st

from zhgen.batches.batch import Batch, Tally
from zhgen.batches.output import file_output, stream_output
from zhgen.batches.prompts import Prompts
from zhgen.config import GenerateSettings
from zhgen.errors import PartlyFailedError, RefusedError, ZhgenError
from zhgen.generation.request import Failure, Result

MODEL = "c0ffee" * 10
BAD, FOREIGN, LOOPS = "坏", "x", "好好"
CUT_SHORT = b'{"id": "4", "sample": 0, "prompt": "\xe5\xae\x9d", "text": "\xe5'


class Echo:
    """Stands in for a generator: writes a prompt backwards and its seed, and fails at one prompt.

    Args:
        stop: After how many texts the user loses patience; None is never.
    """

    def __init__(self, stop=None):
        self.stop, self.taken, self.workers = stop, 0, 0

    def stream(self, _, settings):
        """Refuse what does not fit, as a generator does before the first word."""
        if BAD in settings.ban:
            raise RefusedError("It is no word.")

    def generate(self, requests, *, batch_size, workers, reporter):
        """Yield a text for each request, or a failure, so many at a time, and remark on what is foreign."""
        self.workers = workers
        requests = iter(requests)
        for number in itertools.count():
            running = [self._begun(request, reporter) for request in itertools.islice(requests, batch_size)]
            if not running:
                return
            self.taken += len(running)
            for request in running:
                if number * batch_size + running.index(request) == self.stop:
                    raise KeyboardInterrupt
                if request.prompt == BAD:
                    yield Failure(request, "It is bad. Give a good one.")
                    continue
                words = (*reversed(request.prompt), str(request.settings.seed))
                loops = [f"It loops at {number}." for number in range(2)] if LOOPS in request.prompt else []
                yield Result(request, "".join(words), words, "length", loops)

    def _begun(self, request, reporter):
        if FOREIGN in request.prompt:
            reporter.warn(f"{FOREIGN} is foreign.")
        return request


class Texts:
    """A batch of prompts, what is written, and what is said."""

    def __init__(self, lines, *, stop=None, kind="jsonl", samples=1, settings=None, batch_size=3):
        self.heard, self.complaints, self.stream = Heard(), [], io.StringIO()
        prompts = lines if isinstance(lines, str) else Prompts(io.BytesIO("".join(f"{line}\n" for line in lines).encode()))
        given = prompts if isinstance(prompts, str) else prompts.given
        self.batch = Batch(
            Echo(stop),
            Prompts(given, settings or GenerateSettings(), samples),
            stream_output(self.stream, kind, MODEL),
            batch_size=batch_size,
            reporter=self.heard,
            complain=self.complaints.append,
        )

    def run(self):
        """Run the batch and return what was written."""
        self.batch.run()
        return self.stream.getvalue()


def run_file(folder, *, stop=None, resume=False, settings=None, prompts="p.txt", batch_size=3, samples=2):
    """Write texts for the prompts in one file of a folder into another; return what was heard."""
    heard = Heard()
    with file_output(folder / "out.jsonl", "jsonl", MODEL, resume=resume) as output:
        given = Prompts(folder / prompts, settings or GenerateSettings(), samples)
        Batch(Echo(stop), given, output, batch_size=batch_size, reporter=heard).run()
    return heard.lines


def test_texts_come_in_the_order_of_their_prompts():
    """Each prompt has its samples one after the other, with a seed each."""
    texts = Texts(["宝玉", "黛玉"], samples=2)
    found = [
        (entry["id"], entry["sample"], entry["seed"], entry["text"]) for entry in map(json.loads, texts.run().splitlines())
    ]
    assert found == [("1", 0, 1, "玉宝1"), ("1", 1, 2, "玉宝2"), ("2", 0, 1, "玉黛1"), ("2", 1, 2, "玉黛2")]
    assert texts.batch.tally == Tally(lines=2, texts=4, words=12)


def test_a_bad_line_stops_no_other():
    """The others are written, what is wrong is told with its line, and the batch ends with a count of what failed."""
    texts = Texts(['{"prompt": "宝玉"}', "{", '{"prompt": "坏"}', '{"prompt": "黛玉"}'], kind="text", samples=2)
    with pytest.raises(PartlyFailedError) as failed:
        texts.run()
    assert (str(failed.value), failed.value.exit_code) == ("2 of 4 lines failed. The others are written.", 3)
    assert texts.stream.getvalue() == "宝玉玉宝1\n\n宝玉玉宝2\n\n黛玉玉黛1\n\n黛玉玉黛2\n"
    assert sorted(texts.complaints) == [
        "stdin, line 2: It is not JSON (Expecting property name enclosed in double quotes, character 2).",
        "stdin, line 3: It is bad. Give a good one.",
    ]


def test_many_bad_lines_are_counted():
    """Twenty are told of, and that there are more."""
    texts = Texts(["{}", *["{"] * 99])
    with pytest.raises(PartlyFailedError, match="99 of 100 lines failed"):
        texts.run()
    assert len(texts.complaints) == 21
    assert texts.complaints[-1] == "More lines fail; they are counted."


def test_what_is_remarked_on_prompts():
    """It is said where a prompt stands, once for all its samples; of one alone there is no place."""
    texts = Texts(["宝玉", "x", "xx"], samples=2)
    texts.run()
    assert texts.heard.lines == [f"Warning: stdin, line {line}: x is foreign." for line in (2, 3)]
    alone = Texts("x", samples=2)
    alone.run()
    assert alone.heard.lines == ["Warning: x is foreign."]


def test_loops_are_told():
    """Of a text the first loop is told with the line of its prompt; all stand in its JSON object."""
    texts = Texts(["宝玉", "好好", "黛玉"])
    entries = [json.loads(line) for line in texts.run().splitlines()]
    assert texts.heard.lines == ["stdin, line 2: It loops at 0."]
    assert [len(entry["loops"]) for entry in entries] == [0, 2, 0]


def test_when_all_fail_it_is_refused():
    """Where nothing was written it is a refusal; of a prompt alone the sentence is what is wrong with it."""
    with pytest.raises(RefusedError, match="Nothing in stdin can be used: 2 lines failed"):
        Texts([BAD, BAD]).run()
    alone = Texts(BAD)
    with pytest.raises(RefusedError, match=r"^It is bad\. Give a good one\.$"):
        alone.run()
    assert alone.complaints == []


def test_settings_that_do_not_fit_are_refused():
    """What the model lacks and the whole batch asks for is refused once, not line by line."""
    texts = Texts(["宝玉"] * 3, settings=GenerateSettings(ban=(BAD,)))
    with pytest.raises(RefusedError, match=r"^It is no word\.$"):
        texts.run()
    assert (texts.complaints, texts.batch.tally) == ([], Tally())


def test_no_prompts_are_refused():
    """So is a stream of blank lines, or of nothing."""
    for lines in ([], ["", "  "]):
        with pytest.raises(RefusedError, match="There is no prompt in stdin"):
            Texts(lines).run()


def test_a_million_prompts_do_not_lie_in_memory():
    """No more prompts are read than are being written; the next are read when these are over."""
    read = []

    class Lines(io.BytesIO):
        def read1(self, _):
            read.append(1)
            return b"a\n"

    batch = Batch(Echo(stop=7), Prompts(Lines()), stream_output(io.StringIO(), "text", MODEL), batch_size=3)
    with pytest.raises(KeyboardInterrupt):
        batch.run()
    assert len(read) == 9 == batch.generator.taken


@pytest.mark.parametrize(
    ("given", "own", "samples", "workers"),
    [
        (0, {}, 50, 1),
        (0, {"words": 400}, 50, 2),
        (0, {"words": 399}, 50, 1),
        (0, {"words": 1, "chars": 400}, 50, 2),
        (0, {"words": 10**6}, 1, 1),
        (5, {}, 1, 5),
        (1, {"words": 10**6}, 50, 1),
    ],
)
def test_how_many_processes_write(monkeypatch, given, own, samples, workers):
    """Two, of which there are processors, for twenty thousand words or characters and more; a number that is given is taken."""
    monkeypatch.setattr("zhgen.batches.processors.processors", lambda: 2)
    echo, output = Echo(), stream_output(io.StringIO(), "text", MODEL)
    Batch(echo, Prompts("宝玉", GenerateSettings(**own), samples), output, workers=given).run()
    assert echo.workers == workers


def test_one_process_writes_what_a_stream_asks_for(monkeypatch):
    """Nobody knows how much that will be."""
    monkeypatch.setattr("zhgen.batches.processors.processors", lambda: 2)
    echo, output = Echo(), stream_output(io.StringIO(), "text", MODEL)
    Batch(echo, Prompts(io.BytesIO("宝玉\n".encode() * 200)), output, workers=0).run()
    assert echo.workers == 1


def test_what_is_there_needs_no_process(tmp_path, monkeypatch):
    """Of what the output holds nothing is counted."""
    monkeypatch.setattr("zhgen.batches.processors.processors", lambda: 2)
    (tmp_path / "p.txt").write_text("宝玉\n黛玉\n", "utf-8")
    long = GenerateSettings(words=10**6)
    run_file(tmp_path, samples=1, settings=long)
    for samples, workers in ((1, 1), (2, 2)):
        with file_output(tmp_path / "out.jsonl", "jsonl", MODEL, resume=True) as output:
            batch = Batch(Echo(), Prompts(tmp_path / "p.txt", long, samples), output, workers=0)
            batch.run()
        assert batch.generator.workers == workers


@settings(deadline=None, max_examples=40)
@given(stop=st.integers(0, 10), again=st.integers(0, 10), cut=st.integers(0, 50))
def test_what_was_interrupted_is_gone_on_with(tmp_path_factory, stop, again, cut):
    """However often it is interrupted and wherever a line was cut, at the end the bytes are those of one run."""
    whole, parts = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    for folder in (whole, parts):
        (folder / "p.txt").write_text("宝玉\n黛玉\n\n宝钗\n湘云\n袭人\n", "utf-8")
    run_file(whole)
    for patience in (stop, again):
        try:
            run_file(parts, stop=patience, resume=True, batch_size=patience + 1)
        except KeyboardInterrupt:
            out = parts / "out.jsonl"
            there = out.read_bytes() if out.exists() else b""
            out.write_bytes(there[: there.rfind(b"\n") + 1] + CUT_SHORT[:cut])  # as a killed process leaves it
    run_file(parts, resume=True)
    assert (parts / "out.jsonl").read_bytes() == (whole / "out.jsonl").read_bytes()


def test_an_interrupted_batch_says_how_it_goes_on(tmp_path):
    """What is written is whole, and --resume is named; then it is said what was there and what was written."""
    (tmp_path / "p.txt").write_text("宝玉\n黛玉\n", "utf-8")
    heard = Heard()
    with file_output(tmp_path / "out.jsonl", "jsonl", MODEL) as output, pytest.raises(KeyboardInterrupt):
        Batch(Echo(1), Prompts(tmp_path / "p.txt"), output, reporter=heard).run()
    assert heard.lines == ["What is written is whole; the same command with --resume writes what is missing."]
    assert run_file(tmp_path, resume=True, samples=1) == [
        f"{tmp_path / 'out.jsonl'}: 1 text there before, 1 text written, 3 words"
    ]
    assert run_file(tmp_path, resume=True, samples=1) == [
        f"{tmp_path / 'out.jsonl'}: 2 texts there before, 0 texts written, 0 words"
    ]


def test_how_it_goes_on(tmp_path):
    """Of a file it is known how many texts are missing; each is told when it is over, with the words so far."""

    class Tracker(Heard):
        @contextmanager
        def track(self, title, total, unit):
            self.say(f"{title} {total} {unit}")
            yield self

        def advance(self, amount, note):
            self.say(f"{amount}, {note.split(', ')[0]}")

    (tmp_path / "p.txt").write_text("宝玉\n黛玉\n坏\n", "utf-8")
    (tmp_path / "one.txt").write_text("宝玉\n", "utf-8")
    run_file(tmp_path, prompts="one.txt", samples=1)
    tracker = Tracker()
    with file_output(tmp_path / "out.jsonl", "jsonl", MODEL, resume=True) as output:
        batch = Batch(Echo(), Prompts(tmp_path / "p.txt", samples=2), output, tracker=tracker)
        with pytest.raises(PartlyFailedError):
            batch.run()
    assert tracker.lines == ["generate 5 texts", "1, 3 words", "1, 6 words", "1, 9 words", "1, 9 words", "1, 9 words"]


def test_more_samples_are_added(tmp_path):
    """With more samples than before only the new ones are written."""
    (tmp_path / "p.txt").write_text("宝玉\n黛玉\n", "utf-8")
    run_file(tmp_path, samples=1)
    assert run_file(tmp_path, samples=3, resume=True)[0].endswith("2 texts there before, 4 texts written, 12 words")


def test_a_mended_line_is_done_alone(tmp_path):
    """A line that failed has no entry; when it is mended --resume writes it, at the end, and nothing else."""
    (tmp_path / "p.jsonl").write_text('{\n{"prompt": "宝玉"}\n', "utf-8")
    with pytest.raises(PartlyFailedError, match=r"^1 of 2 lines failed. Mend them, and --resume writes what is missing.$"):
        run_file(tmp_path, prompts="p.jsonl", samples=1)
    (tmp_path / "p.jsonl").write_text('{"prompt": "黛玉"}\n{"prompt": "宝玉"}\n', "utf-8")
    run_file(tmp_path, prompts="p.jsonl", samples=1, resume=True)
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["2", "1"]


def test_other_settings_are_refused_before_anything_is_written(tmp_path):
    """--resume with another temperature is refused by name, and the file stays as it was."""
    (tmp_path / "p.txt").write_text("宝玉\n黛玉\n", "utf-8")
    with pytest.raises(KeyboardInterrupt):
        run_file(tmp_path, stop=3)
    before = (tmp_path / "out.jsonl").read_bytes()
    with pytest.raises(RefusedError, match=r"holds id 1 written with temperature [\d.]+, and now it is 0\.25"):
        run_file(tmp_path, resume=True, settings=GenerateSettings(temperature=0.25))
    assert (tmp_path / "out.jsonl").read_bytes() == before


def test_a_full_disk_says_how_it_goes_on(tmp_path, monkeypatch):
    """When the file cannot be written on, what it holds is whole and --resume is named."""
    (tmp_path / "p.txt").write_text("宝玉\n黛玉\n", "utf-8")
    heard = Heard()
    with file_output(tmp_path / "out.jsonl", "jsonl", MODEL) as output:
        whole = output.add

        def add(item, result):
            if item.line == 2:
                raise ZhgenError("Writing failed.")
            whole(item, result)

        monkeypatch.setattr(output, "add", add)
        with pytest.raises(ZhgenError):
            Batch(Echo(), Prompts(tmp_path / "p.txt"), output, reporter=heard).run()
    assert heard.lines[-1].endswith("--resume writes what is missing.")
