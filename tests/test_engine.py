"""Many texts side by side."""

import collections
import dataclasses
import itertools
import os
import subprocess
import sys
import textwrap
import threading
import tracemalloc
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_models import PIECES, random_bundle, texts_hash

from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.generator import Generator
from zhgen.generation.request import Failure, Request
from zhgen.ngrams.kneser_ney import KneserNey


def with_counts(seed=0, **shape):
    """Return a generator of random weights, with n-grams of a random text."""
    bundle = random_bundle(seed, **shape)
    text = np.random.default_rng(seed).integers(0, len(PIECES), 300).astype(np.int32)
    object.__setattr__(bundle, "counted", KneserNey.fit(text, len(PIECES), PIECES.index("</s>")))
    return Generator(bundle)


REQUESTS = st.lists(
    st.builds(
        Request,
        st.sampled_from(["", "宝玉", "好\n风", "月" * 9]),
        st.builds(
            GenerateSettings,
            words=st.integers(1, 8),
            seed=st.integers(0, 99),
            temperature=st.sampled_from([0.5, 1, 2]),
            mix=st.booleans(),
            cache=st.booleans(),
        )
        | st.builds(GenerateSettings, words=st.integers(1, 8), metric=st.just("cosine"), top_k=st.integers(0, 4)),
    ),
    min_size=1,
    max_size=7,
)


@given(
    seed=st.integers(0, 3),
    members=st.integers(1, 3),
    state=st.sampled_from(["carried", "zero"]),
    requests=REQUESTS,
    batch_size=st.integers(1, 9),
)
@settings(max_examples=15, deadline=None)
def test_a_text_does_not_depend_on_its_neighbours(seed, members, state, requests, batch_size):
    """Whatever is written beside it, in whatever order and batch, a text is the one that is streamed alone."""
    generator = with_counts(seed, members=members, state=state)
    results = list(generator.generate(requests, batch_size=batch_size))
    assert [result.request for result in results] == requests
    for request, result in zip(requests, results, strict=True):
        assert result.text == "".join(generator.stream(request.prompt, request.settings))
        assert "".join(result.words) == result.text


def test_the_default_way_at_several_batch_sizes():
    """At batch sizes 1, 7 and 64 a hundred texts of different lengths are the same, and in the order given."""
    generator = with_counts(members=2, units=64, vector_size=32)
    requests = [Request("宝玉", GenerateSettings(words=5 + seed % 11, seed=seed)) for seed in range(100)]
    one, seven, many = ([result.text for result in generator.generate(requests, batch_size=size)] for size in (1, 7, 64))
    assert one == seven == many
    assert len(set(one)) > 90


def test_threads_of_the_machine_change_nothing():
    """With one BLAS thread and with two, in processes of their own, the texts are the same."""
    program = """
        from random_models import texts_hash
        print(texts_hash())
    """
    hashes = set()
    for threads in ("1", "2"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "PYTHONPATH": str(Path(__file__).parent)}
        command = [sys.executable, "-c", textwrap.dedent(program)]
        hashes.add(subprocess.check_output(command, env=environment, text=True))
    assert hashes == {texts_hash() + "\n"}


def test_threads_of_the_user():
    """Four threads that stream from one generator at once get the texts that each seed gives alone."""
    generator = Generator(random_bundle())
    expected = ["".join(generator.stream("宝玉", words=200, seed=seed)) for seed in range(4)]
    fresh, found = Generator(random_bundle()), [""] * 4

    def write(seed):
        found[seed] = "".join(fresh.stream("宝玉", words=200, seed=seed))

    threads = [threading.Thread(target=write, args=[seed]) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected


def test_prompts_without_end():
    """Results come although the prompts never end, and no more are read than there is room for."""
    read = itertools.count()
    requests = (Request("", GenerateSettings(words=2, seed=seed)) for seed in read)
    first = list(itertools.islice(Generator(random_bundle()).generate(requests, batch_size=4), 10))
    assert [result.request.settings.seed for result in first] == list(range(10))
    assert next(read) < 10 + 4 + 4


def test_short_texts_wait_for_a_long_one():
    """While the first text is long no more than sixteen batches of short ones are begun, and all come in their order."""
    begun = []

    def requests():
        for seed in range(100):
            begun.append(seed)
            yield Request("", GenerateSettings(words=300 if seed == 0 else 1, seed=seed))

    results = Generator(random_bundle()).generate(requests(), batch_size=2)
    assert len(next(results).words) == 300
    assert len(begun) == 32
    assert [len(result.words) for result in results] == [1] * 99


def test_a_request_that_does_not_fit():
    """It fails in its place, with a sentence, and the others are written; a batch of failures alone ends too."""
    bad = Request("", GenerateSettings(ban=("飞",)), id="bad")
    results = list(
        Generator(random_bundle()).generate([bad, Request("", GenerateSettings(words=3)), *[bad] * 70], batch_size=2)
    )
    assert [isinstance(result, Failure) for result in results] == [True, False, *[True] * 70]
    assert results[0].request is bad
    assert "飞" in results[0].message


def test_no_prompts():
    """Of nothing nothing comes."""
    assert list(Generator(random_bundle()).generate([])) == []


def test_a_long_stream_keeps_nothing():
    """Once it is under way seven hundred words more, without loops, leave nothing in memory."""
    stream = Generator(random_bundle()).stream("宝玉", words=21_000, temperature=5, top_p=1)
    tracemalloc.start()
    held = []
    for _ in range(3):
        collections.deque(itertools.islice(stream, 700), maxlen=0)
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[2] - held[1] < 3_000


def test_nothing_is_mixed_in_before_anything_was_read():
    """Without a prompt and without paragraph ends the first word comes from the bias alone, with --cache too."""
    bundle = random_bundle()
    pieces = tuple("。。" if piece == "</s>" else piece for piece in PIECES)
    generator = Generator(dataclasses.replace(bundle, vocabulary=Vocabulary(pieces)))
    assert len(list(generator.stream("", words=5, cache=True))) == 5
