"""Lines of text while a model learns."""

import pytest
from heard import Heard

from zhgen.config import GenerateSettings, TrainSettings
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.generation.generator import Generator
from zhgen.training.samples import SAMPLE_WORDS, Sampler, default_prompts


def test_the_prompts_are_a_start_and_the_first_words():
    """Nothing, and the first two pieces that are words of two characters or more: no sign, no paragraph's end."""
    assert default_prompts(Vocabulary(("，", "</s>", "……", "的", "宝玉", "了", "什么", "黛玉"))) == ("", "宝玉", "什么")
    assert default_prompts(Vocabulary(("，", "的"))) == ("",)


@pytest.mark.parametrize(
    ("epochs", "sampled"), [(3, [1, 2, 3]), (8, [1, 2, 3, 4, 5, 6, 7, 8]), (20, [3, 6, 9, 12, 15, 18, 20])]
)
def test_of_many_epochs_some_are_sampled(tiny_bundle, epochs, sampled):
    """All of eight, and of twenty every third and the last; the model is not asked for otherwise."""
    asked = []

    def bundle():
        asked.append(epoch)
        return tiny_bundle

    sampler = Sampler(bundle, ("今天",), TrainSettings(epochs=epochs), Heard())
    for epoch in range(1, epochs + 1):
        sampler(epoch)
    assert asked == sampled


def test_a_sample_is_what_generate_writes(tiny_bundle):
    """The same prompts and seed each time, a line each, with a sign where a line would end."""
    heard = Heard()
    sampler = Sampler(lambda: tiny_bundle, ("今天", "学习"), TrainSettings(epochs=2, seed=5), heard)
    sampler(1)
    sampler(2)
    generator = Generator(tiny_bundle)
    settings = GenerateSettings(words=SAMPLE_WORDS, seed=5)
    written = [prompt + "".join(generator.stream(generator.read_prompt(prompt), settings)) for prompt in ("今天", "学习")]
    assert heard.lines == ["  " + text.replace("\n", " ⏎ ") for text in written] * 2
    sampler.prompts = ()
    sampler(2)
    assert len(heard.lines) == 7
