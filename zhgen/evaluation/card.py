"""The model card: what a bundle's README.md says of it."""

from collections.abc import Mapping
from typing import Any

from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.generation.generator import Generator
from zhgen.generation.prompt import Prompt

SAMPLE_WORDS = 120


def model_card(bundle: Bundle, name: str) -> str:
    """Return a model card in Markdown: corpus, settings, figures, and a sample drawn with the default settings."""
    config = bundle.config
    sample = "".join(Generator(bundle).stream(Prompt([]), GenerateSettings(words=SAMPLE_WORDS)))
    corpus, start = config["corpus"], config.get("from")
    lines = [
        f"# {name}",
        "",
        f"A text generator trained by zhgen {config['zhgen']} with the recipe `{config['recipe']}`.",
        *([f"It goes on from `{start['name']}`."] if start else []),
        "",
        "## Corpus",
        "",
        f"`{corpus['name']}`: {corpus['words']:,} words.",
        f"{corpus['pieces']:,} pieces were learnt and {corpus['validation_pieces']:,} validated on.",
        f"The text itself is {'not ' if bundle.text() is None else ''}kept in the model.",
        "",
        "## Settings",
        "",
        *_table(config["settings"]),
        "",
        "## Figures of the epoch that was kept",
        "",
        *_table(config["best"] or {}),
        "",
        f"## Sample ({SAMPLE_WORDS} words, default settings)",
        "",
        *(f"> {line}\n>" for line in sample.split("\n")),
    ]
    return "\n".join(lines).rstrip(">\n") + "\n"


def _table(values: Mapping[str, Any]) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {name.replace('_', ' ')} | {value} |" for name, value in values.items())]
