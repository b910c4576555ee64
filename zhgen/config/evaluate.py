"""The settings of `zhgen evaluate`."""

from dataclasses import dataclass

from zhgen.config.settings import Settings, setting


@dataclass(frozen=True)
class TextSettings(Settings):
    """What a text is compared with."""

    validation_split: float = setting(
        0.05,
        "Share of the corpus, at its end, that is held out as the human text; `embed` and `train` leave out the same.",
        above=0,
        below=1,
    )
