"""The settings of `zhgen lab`."""

from dataclasses import dataclass

from zhgen.config.settings import MAX_SEED, Settings, setting


@dataclass(frozen=True)
class LabSettings(Settings):
    """How a lesson is run."""

    seed: int | None = setting(None, "Random number seed.  [default: the lesson's own]", minimum=0, maximum=MAX_SEED)
