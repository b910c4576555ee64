"""The settings of `zhgen next`."""

from dataclasses import dataclass

from zhgen.config.settings import Settings, setting


@dataclass(frozen=True)
class NextSettings(Settings):
    """What is told of the words that may come next."""

    top: int = setting(20, "How many words to name.", minimum=1)
    mix: bool = setting(False, "Mix in what followed the last words in the text the model was trained on.")
    cache: bool = setting(False, "Mix in words said lately, the likelier the more the last words are like those before them.")
