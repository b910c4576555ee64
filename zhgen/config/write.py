"""The settings of `zhgen write`."""

from dataclasses import dataclass

from zhgen.config.settings import Settings, setting


@dataclass(frozen=True)
class WriteSettings(Settings):
    """What is shown while a text is written together."""

    top: int = setting(10, "How many next words to show.", minimum=1)
    stretch: int = setting(20, "How many words the model writes when it is let run.", minimum=1)
