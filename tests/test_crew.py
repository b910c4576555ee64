"""Texts written by several processes."""

import dataclasses
import itertools
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from heard import Heard
from random_models import PIECES, random_bundle

from zhgen.config import GenerateSettings
from zhgen.errors import RefusedError, ZhgenError
from zhgen.generation import crew
from zhgen.generation.exchange import open_lexicon
from zhgen.generation.generator import Generator
from zhgen.generation.request import Failure, Request
from zhgen.ngrams.kneser_ney import KneserNey

ENDLESS = GenerateSettings(words=10**9)


@pytest.fixture(autouse=True)
def started(monkeypatch):
    """Return the processes as they are started. At the end of every test they are gone, and so are the threads and pipes."""
    processes, threads = [], threading.active_count()

    class Process(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            processes.append(self)

    monkeypatch.setattr(crew, "Popen", Process)
    yield processes
    assert [process.returncode for process in processes if process.returncode is None] == []
    assert [process for process in processes if not (process.stdin.closed and process.stdout.closed)] == []
    assert threading.active_count() == threads


def full_bundle():
    """Return a bundle of random weights with n-grams and the text that they were counted in."""
    text = np.random.default_rng(0).integers(0, len(PIECES), 300).astype(np.int32)
    counted = KneserNey.fit(text, len(PIECES), PIECES.index("</s>"))
    return dataclasses.replace(random_bundle(members=2), counted=counted, kept=text)


class Reader(Generator):
    """It cannot read one prompt."""

    def read_prompt(self, text, reporter=None):
        """Refuse what is in French."""
        if text == "oui":
            raise RefusedError("It is French.")
        return super().read_prompt(text, reporter)


def mixed_requests():
    """Return texts of all lengths and settings, among them such as fail here and there, and such as are remarked on."""
    ways = (
        {},
        {"mix": True, "cache": True},
        {"metric": "cosine", "top_k": 3},
        {"max_copy": 2},
        {"stop": ("。",), "until": "sentence"},
        {"ban": ("飞",)},
        {"greedy": True},
    )
    prompts = ("宝玉", "", "好\n风", "月", "oui", "月\u200b")
    return [
        Request(prompt, GenerateSettings(words=1 + number * 7 % 40, seed=number, **way), id=str(number))
        for number, (prompt, way) in enumerate(itertools.islice(itertools.product(prompts, ways), 42))
    ]


def test_as_by_one():
    """Two processes and three give the texts, failures and remarks of one, in the order given."""
    found = []
    for workers in (1, 2, 3):
        heard = Heard()
        answers = list(Reader(full_bundle()).generate(mixed_requests(), batch_size=7, workers=workers, reporter=heard))
        found.append((answers, heard.lines))
    assert found[0] == found[1] == found[2]
    answers, lines = found[0]
    assert [answer.request for answer in answers] == mixed_requests()
    assert sum(isinstance(answer, Failure) for answer in answers) == 12
    assert {answer.longest_copy is None for answer in answers if not isinstance(answer, Failure)} == {False}
    assert lines == ["Warning: Invisible characters of the prompt are dropped: U+200B."] * 7


def test_other_words(tmp_path):
    """A model that was given a list of words writes with these in the processes too."""
    (tmp_path / "words.txt").write_text("黛玉\n笑\n", "utf-8")
    generator = Generator(open_lexicon(random_bundle(), None, tmp_path / "words.txt"))
    one, two = (list(generator.generate(["", "黛玉"], words=30, temperature=5, workers=workers)) for workers in (1, 2))
    assert one == two
    assert set("".join(result.text for result in two)) == set("黛玉笑\n")


def test_prompts_without_end(started):
    """Texts come although the prompts never end, from as many processes as were asked for."""
    read = itertools.count()
    requests = (Request("", GenerateSettings(words=2, seed=seed)) for seed in read)
    with closing(Generator(random_bundle()).generate(requests, batch_size=4, workers=2)) as answers:
        first = list(itertools.islice(answers, 50))
    assert [answer.request.settings.seed for answer in first] == list(range(50))
    assert next(read) <= 50 + 2 * 4 * 16
    assert len(started) == 2


def test_no_more_is_read_than_will_be_written_next():
    """While no further text is over, each process has a batch and as much again, and no more is read."""
    read = itertools.count()
    requests = (Request("", ENDLESS if number else GenerateSettings(words=1)) for number in read)
    with closing(Generator(random_bundle()).generate(requests, batch_size=4, workers=2)) as answers:
        next(answers)
    assert 2 * 2 * 4 <= next(read) <= 1 + 2 * 2 * 4


def test_short_texts_wait_for_a_long_one():
    """While the first text is long no more than sixteen batches of short ones are asked for, for each process."""
    begun = []

    def requests():
        for seed in itertools.count():
            begun.append(seed)
            yield Request("", GenerateSettings(words=5000 if seed == 0 else 1, seed=seed))

    with closing(Generator(random_bundle()).generate(requests(), batch_size=2, workers=2)) as answers:
        assert len(next(answers).words) == 5000
    assert len(begun) <= 2 * 2 * 16


def test_no_prompts(started):
    """Of nothing nothing comes; and nothing is started before a text is asked for."""
    Generator(random_bundle()).generate(["好"], workers=2).close()
    assert started == []
    assert list(Generator(random_bundle()).generate([], workers=2)) == []


def test_numbers_that_are_none(started):
    """They are refused at once."""
    with pytest.raises(RefusedError, match=r"^workers must be at least 1\. Received: 0\.$"):
        Generator(random_bundle()).generate(["好"], workers=0)


def test_a_process_that_is_killed(started):
    """It is told in two sentences; what was given before stays, and nothing is waited for."""
    answers = Generator(random_bundle()).generate(itertools.repeat("宝玉"), words=3, batch_size=2, workers=2)
    assert len(next(answers).words) == 3
    started[1].kill()
    with pytest.raises(ZhgenError) as caught:
        for _ in answers:
            pass
    assert str(caught.value) == (
        "A process that writes was ended from outside, for want of memory perhaps. "
        "Give fewer --workers: each holds a model of its own."
    )
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("listens", [True, False])
def test_processes_are_ended_in_the_middle(started, monkeypatch, listens):
    """When the iterator is closed they end, though none has written its text; those that do not listen are killed."""
    monkeypatch.setattr(crew, "_PATIENCE", 30 if listens else 0.2)
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL if listens else signal.SIG_IGN)  # they inherit it
    requests = [Request("", GenerateSettings(words=1)), Request("", ENDLESS), Request("", ENDLESS)]
    with closing(Generator(random_bundle()).generate(requests, workers=2)) as answers:
        next(answers)
        signal.signal(signal.SIGTERM, before)
        begun = time.monotonic()
    assert time.monotonic() - begun < 10
    assert {process.returncode for process in started} == {-signal.SIGTERM if listens else -signal.SIGKILL}


def test_an_iterator_that_is_left_open():
    """A program ends without waiting for it, and without a word; and it needs no guard of `__main__`."""
    program = """
        from random_models import random_bundle
        from zhgen import Generator
        answers = Generator(random_bundle()).generate(["", ""], words=1, workers=2)
        print(len(next(answers).words))
    """
    command = (sys.executable, "-X", "dev", "-c", textwrap.dedent(program))
    run = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=Path(__file__).parent)
    assert (run.returncode, run.stdout, run.stderr) == (0, b"1\n", b"")


def test_a_process_that_cannot_be_started(monkeypatch, started):
    """It is told, and the one that was started is ended."""

    class Second(crew.Popen):
        def __init__(self, *arguments, **options):
            if started:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            super().__init__(*arguments, **options)

    monkeypatch.setattr(crew, "Popen", Second)
    with pytest.raises(ZhgenError, match=r"^A process that writes cannot be started .*unavailable\)\. Give fewer --workers\.$"):
        next(Generator(random_bundle()).generate(["好"], workers=2))
    assert len(started) == 1


def test_what_goes_wrong_in_a_process_is_raised_here():
    """A model that cannot write is refused as by one process."""
    bundle = random_bundle()
    bundle.weights["output/kernel"][:] = np.nan
    with pytest.raises(RefusedError, match=r"^The weights of this model are not finite numbers\."):
        list(Generator(bundle).generate(itertools.repeat(""), workers=2))


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="reads /proc, which is of Linux")
def test_a_batch_that_is_stopped_goes_on(run_zhgen, zhgen, tiny_model, tmp_path):
    """After Ctrl-C what two processes wrote is whole and they are gone; --resume gives the bytes that one process writes."""
    prompts = "今天\n我们\n语文\n"
    (tmp_path / "p.txt").write_text(prompts, "utf-8")
    arguments = ("generate", tiny_model, "-n", 40, "--samples", 100, "--batch-size", 4, "--prompts")
    assert zhgen(*arguments, "p.txt", "-o", "whole.jsonl", "--workers", 1)[0] == 0
    path, whole = tmp_path / "t.jsonl", (tmp_path / "whole.jsonl").read_bytes()
    process = run_zhgen.start(*arguments, "-", "-o", "t.jsonl", "--workers", 2, cwd=tmp_path)
    process.stdin.write(prompts[:6].encode())  # the last is waited for: however late it is stopped, it is not done
    process.stdin.flush()
    patience = time.monotonic() + 60
    while not (path.exists() and path.stat().st_size) and process.poll() is None and time.monotonic() < patience:
        time.sleep(0.001)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()
    process.send_signal(signal.SIGINT)
    stderr = process.communicate(timeout=60)[1].decode()
    assert (process.returncode, len(children)) == (130, 2)
    assert stderr.endswith("--resume writes what is missing.\n\nzhgen: Interrupted.\n")
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    there = path.read_bytes()
    assert whole.startswith(there)
    assert len(there) < len(whole)
    assert there.endswith(b"\n")
    assert zhgen(*arguments, "p.txt", "-o", "t.jsonl", "--workers", 2, "--resume")[0] == 0
    assert path.read_bytes() == whole


def test_too_many_threads(started, monkeypatch):
    """Where no thread can be started that is told with the way out, and the process that was begun is gone."""

    def refused(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refused)
    with pytest.raises(ZhgenError, match=r"cannot be started \(can't start new thread\)\. Give fewer --workers\."):
        next(Generator(random_bundle()).generate(["好"], workers=2))
    assert [process.poll() is not None for process in started] == [True]
