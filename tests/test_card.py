"""The model card."""

import dataclasses

from zhgen.config import GenerateSettings
from zhgen.evaluation.card import SAMPLE_WORDS, model_card
from zhgen.generation.generator import Generator, Prompt


def test_the_card_says_what_the_model_is(tiny_bundle):
    """Corpus, settings and the figures of the epoch that was kept stand in the card as they do in the configuration."""
    lines = model_card(tiny_bundle, "tiny").split("\n")
    config = tiny_bundle.config
    assert lines[0] == "# tiny"
    assert f"A text generator trained by zhgen {config['zhgen']} with the recipe `default`." in lines
    assert "`tiny.seg.txt`: 760 words." in lines
    assert "768 pieces were learnt and 41 validated on." in lines
    for name, value in {**config["settings"], **config["best"]}.items():
        assert f"| {name.replace('_', ' ')} | {value} |" in lines
    assert [line for line in lines if line.startswith("#")] == [
        "# tiny",
        "## Corpus",
        "## Settings",
        "## Figures of the epoch that was kept",
        f"## Sample ({SAMPLE_WORDS} words, default settings)",
    ]


def test_the_sample_is_what_generate_writes(tiny_bundle, tiny_model):
    """The quoted sample is the text that the default settings and seed give, so that a reader can make it again."""
    card = model_card(tiny_bundle, "tiny")
    quoted = [line.removeprefix("> ") for line in card.split("\n") if line.startswith("> ")]
    expected = "".join(Generator.load(tiny_model).stream(Prompt([]), GenerateSettings(words=SAMPLE_WORDS)))
    assert "\n".join(quoted) == expected
    assert (tiny_model / "README.md").read_text("utf-8") == card


def test_a_model_without_figures_has_a_card(tiny_bundle):
    """A model whose history is empty gets an empty table, not an error."""
    card = model_card(dataclasses.replace(tiny_bundle, config={**tiny_bundle.config, "best": None}), "tiny")
    assert "## Figures of the epoch that was kept\n\n| | |\n|---|---|\n\n## Sample" in card
    assert card.endswith("\n")
    assert not card.endswith("\n\n")
