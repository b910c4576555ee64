"""The settings of `zhgen train`, and its recipes."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from zhgen.config.settings import DEFAULT_SEED, MAX_SEED, Settings, option_name, setting
from zhgen.errors import RefusedError

Loss = Literal["contrastive", "softmax", "mse", "cosine", "vmf"]
Optimizer = Literal["adam", "sgd"]
Backend = Literal["tensorflow", "jax"]
Recipe = Literal["default", "softmax", "vmf", "cosine", "mse", "seed"]
StartingTable = Literal["learnt", "centred", "whitened", "raw"]
Windows = Literal["all", "first"]


FURTHEST = 10_000
"""How many pieces back attention may look."""

_MINUTES_FOR_TWO = 2  # in less than that one network learns more (docs/method.md)


@dataclass(frozen=True)
class TrainSettings(Settings):
    """How the network learns. What stands here is the recipe `default`; other recipes replace some of it."""

    loss: Loss = setting(
        "contrastive",
        "contrastive: the right piece against drawn ones; softmax: against all, by plain products; mse, cosine, vmf: how far "
        "from the right vector, by squared error, cosine or the von Mises-Fisher likelihood.",
    )
    table: StartingTable = setting(
        "learnt",
        "What the pieces' vectors are. learnt: word2vec's, centred, of length 1, and learnt further; centred: these, left as "
        "they are; whitened: also made as wide in every direction; raw: as word2vec left them.",
    )
    windows: Windows = setting(
        "all", "all: the whole text, predicted at every step; first: its first ten windows, as the first recipe did."
    )
    timesteps: int = setting(20, "Length of the LSTM's input, in pieces.", minimum=1, maximum=1000)
    units: int = setting(320, "Units of an LSTM layer.", minimum=1, maximum=8192)
    layers: int = setting(1, "LSTM layers, one above the other.", minimum=1, maximum=8)
    attention: int = setting(
        200, "How many of the last pieces the network looks back at; 0 is none.", minimum=0, maximum=FURTHEST
    )
    members: int = setting(
        2,
        "Networks that are taught side by side; what is put out is their mean. With --max-minutes under 2 it is 1 unless it is "
        "given: one learns more in that time. For --loss contrastive.",
        minimum=1,
        maximum=64,
    )
    epochs: int | None = setting(None, "Passes over the text.  [default: by its length, 12 for a novel]", minimum=1)
    batch_size: int | None = setting(
        None, "Stretches of the text that are read side by side.  [default: by its length, 128 for a novel]", minimum=1
    )
    optimizer: Optimizer = setting("adam", "adam: warmed up, then let down to nothing; sgd: at one rate throughout.")
    learning_rate: float = setting(3e-3, "Highest learning rate.", above=0, maximum=100)
    negatives: int = setting(512, "Pieces drawn at each step for the right one to be told from.", minimum=1)
    characters: bool = setting(True, "Add to each piece's vector those of its characters, learnt too. For --loss contrastive.")
    table_rate: float = setting(
        0.1, "Highest learning rate of the pieces' vectors, which Adagrad learns. For --loss contrastive.", above=0, maximum=100
    )
    word_dropout: float = setting(0.1, "Share of the pieces read that are left out.", minimum=0, below=1)
    input_dropout: float = setting(0.3, "Share of the input's dimensions that are left out.", minimum=0, below=1)
    output_dropout: float = setting(0.45, "Share of the LSTM's outputs that are left out.", minimum=0, below=1)
    clip_norm: float = setting(0.5, "Longest gradient; 0 is no limit.", minimum=0)
    patience: int = setting(3, "Epochs without a better validation after which training ends.", minimum=1)
    max_minutes: float | None = setting(
        None,
        "Minutes that the training may take; the learning rate comes down in that time.  [default: until the epochs are over]",
        above=0,
    )
    validation_split: float = setting(
        0.05, "Share of the text, at its end, that is validated on and not learnt.", minimum=0, below=1
    )
    seed: int = setting(DEFAULT_SEED, "Random number seed.", minimum=0, maximum=MAX_SEED)
    backend: Backend = setting("tensorflow", "What computes: tensorflow, or jax where it is installed, for a GPU say.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.table == "learnt" and self.loss in AIMING:
            raise RefusedError(
                f"--loss {self.loss} cannot learn the table: all vectors would collapse to one point.",
                f"Give --recipe {self.loss}, or --table raw, centred or whitened.",
            )
        if self.windows == "first" and (self.loss, self.table) != ("mse", "raw"):
            raise RefusedError(
                "--windows first goes with --loss mse and --table raw alone.",
                f"Received: --loss {self.loss} and --table {self.table}. Leave out --windows, or give --recipe seed.",
            )
        if self.windows == "first" and self.attention:
            raise RefusedError(
                "--windows first reads every window by itself: there is nothing to look back at.", "Give --attention 0."
            )

    @classmethod
    def recipe(cls, name: Recipe, **given: Any) -> "TrainSettings":
        """Return the settings of a recipe, with those that were given in their place.

        Raises:
            RefusedError: A value is out of bounds, or two settings contradict each other.
        """
        settings = cls(**{**_in_a_hurry(given), **RECIPES[name], **given})
        for option in FOR_CONTRASTIVE:
            if option in given and settings.loss != "contrastive":
                raise RefusedError(
                    f"{option_name(option)} goes with --loss contrastive alone. Received: --loss {settings.loss}.",
                    "Leave it out.",
                )
        return settings if settings.loss == "contrastive" else dataclasses.replace(settings, members=1)


def _in_a_hurry(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set otherwise where there is little time: on a novel two networks overtake one after about two minutes."""
    minutes = given.get("max_minutes")
    return {"members": 1} if minutes is not None and minutes < _MINUTES_FOR_TWO else {}


AIMING: tuple[Loss, ...] = ("mse", "cosine", "vmf")
"""Losses that aim at the right vector and do not look at the others."""

FOR_CONTRASTIVE = ("negatives", "characters", "table_rate", "members")
"""Settings that no other loss knows."""

# For losses that learn too little, not too much.
_UNDROPPED = {f"{name}_dropout": 0.0 for name in ("word", "input", "output")}

RECIPES: dict[Recipe, dict[str, Any]] = {
    "default": {},
    "softmax": {"loss": "softmax", "attention": 0},
    "vmf": {"loss": "vmf", "table": "whitened", "attention": 0, **_UNDROPPED},
    "cosine": {"loss": "cosine", "table": "centred", "attention": 0, **_UNDROPPED},
    "mse": {"loss": "mse", "table": "raw", "attention": 0, **_UNDROPPED},
    "seed": {
        "loss": "mse",
        "table": "raw",
        "windows": "first",
        "attention": 0,
        "units": 200,
        "epochs": 500,
        "batch_size": 10,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        **_UNDROPPED,
        "clip_norm": 0.0,
        "validation_split": 0.0,
    },
}
"""What each recipe sets otherwise than the default."""
