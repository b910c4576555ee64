"""One text being written."""

import numpy as np

from zhgen.config import GenerateSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.copies import TrainingText
from zhgen.generation.passage import Passage
from zhgen.generation.writing import Writing

VOCABULARY = Vocabulary(("</s>", "今天", "好", "我们"))
SCORES = np.array([0, 3, 2, 1], dtype=np.float32)


def write(words, training=None, prompt=(), **settings):
    """Return the pieces and what is shown when the scores never change."""
    passage = Passage(Writing(GenerateSettings(words=words, greedy=True, **settings), VOCABULARY, prompt, training), [*prompt])
    for piece in prompt:
        assert (passage.waits, passage.take()) == (False, piece)
    written = []
    while not passage.over:
        assert passage.waits
        written.append(passage.write(passage.choose(SCORES.copy())))
        assert passage.over or passage.take() == written[-1][0]  # it is read before the next one is written
    return written


def test_the_best_is_written():
    """As many words as asked for, each shown at once."""
    assert write(3) == [(1, "今天")] * 3


def test_copies():
    """After two words that stand in the training text none comes that follows them there, and the prompt counts."""
    training = TrainingText(np.array([1, 1, 1, 1, 2, 0], dtype=np.int32), VOCABULARY.end)
    assert [piece for piece, _ in write(4, training, prompt=[1], max_copy=2)] == [1, 3, 1, 1]


def test_the_end_of_a_text():
    """It is over when it has its words, and not before, and then there is a reason."""
    writing = Writing(GenerateSettings(words=2), VOCABULARY, [])
    writing.add(1)
    assert writing.reason is None
    writing.add(2)
    assert (writing.reason, writing.tail()) == ("length", "")
