"""The settings of every command: one frozen dataclass each, where its defaults, its help and its bounds stand.

An option of the command line is made from a field, so that a default and its explanation exist once.
"""

import dataclasses
import math
import operator
import typing
from dataclasses import dataclass
from typing import Any, Literal

from zhgen.errors import RefusedError

DEFAULT_SEED = 1
MAX_SEED = 2**32 - 1
MOST_NATS = 100
"""Most that may be added to a log probability or taken from it: e^100 times as likely is beyond everything."""

Loss = Literal["contrastive", "softmax", "mse", "cosine", "vmf"]
Optimizer = Literal["adam", "sgd"]
Backend = Literal["tensorflow", "jax"]
Engine = Literal["jieba", "rjieba"]
Recipe = Literal["default", "softmax", "vmf", "cosine", "mse", "seed"]
StartingTable = Literal["learnt", "centred", "whitened", "raw"]
Windows = Literal["all", "first"]
TableName = Literal["learnt", "word2vec"]
Projection = Literal["pca", "tsne"]
Metric = Literal["probability", "cosine"]
Until = Literal["length", "sentence", "paragraph"]


def setting(
    default: Any,
    help: str,  # noqa: A002  the name it has in dataclasses, click and argparse
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Any:
    """Return a dataclass field with its explanation and its bounds.

    Args:
        default: The value when nothing is given.
        help: What the setting does, with its unit.
        minimum: The least value allowed.
        maximum: The greatest value allowed.
        above: A value that the setting must exceed.
        below: A value that the setting must stay under.
    """
    bounds = {"minimum": minimum, "maximum": maximum, "above": above, "below": below}
    return dataclasses.field(default=default, metadata={"help": help, "bounds": bounds})


def option_name(field_name: str) -> str:
    """Return the command-line spelling of a setting: `vector_size` is `--vector-size`."""
    return "--" + field_name.replace("_", "-")


@dataclass(frozen=True)
class Settings:
    """What the settings of all commands share: values out of bounds are refused in the option's own spelling."""

    def __post_init__(self) -> None:
        types = self.types()
        for field in dataclasses.fields(self):
            if is_several(types[field.name]):
                object.__setattr__(self, field.name, _several(field, getattr(self, field.name)))
                continue
            value = getattr(self, field.name)
            if value is not None:
                _check(field, value)
            if typing.get_origin(types[field.name]) is Literal and value not in typing.get_args(types[field.name]):
                choices = ", ".join(typing.get_args(types[field.name]))
                raise RefusedError(f"{option_name(field.name)} must be one of {choices}.", f"Received: {value}.")

    @classmethod
    def types(cls) -> dict[str, Any]:
        """Return the type of every setting, by name."""
        return typing.get_type_hints(cls)


def is_several(annotation: Any) -> bool:
    """Return whether a setting's type is `tuple[str, ...]`: any number of texts, whose option may be given several times."""
    return typing.get_origin(annotation) is tuple


def _several(field: "dataclasses.Field[Any]", value: Any) -> tuple[str, ...]:
    """Return what was given for a setting of several texts: one of them alone, or any of them in a list, say.

    Raises:
        RefusedError: It is something else.
    """
    texts = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else (None,)
    if not all(isinstance(text, str) for text in texts):
        raise RefusedError(f"{option_name(field.name)} must be texts.", f"Received: {value!r}.")
    return typing.cast("tuple[str, ...]", texts)


def _check(field: "dataclasses.Field[Any]", value: Any) -> None:
    """Refuse a value outside the field's bounds.

    Raises:
        RefusedError: It names the option, its bound and the value received.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise RefusedError(f"{option_name(field.name)} must be a finite number.", f"Received: {value}.")
    for name, bound in field.metadata.get("bounds", {}).items():
        words, holds = _BOUNDS[name]
        if bound is not None and not holds(value, bound):
            raise RefusedError(f"{option_name(field.name)} must be {words} {bound}.", f"Received: {value}.")


_BOUNDS = {
    "minimum": ("at least", operator.ge),
    "maximum": ("at most", operator.le),
    "above": ("above", operator.gt),
    "below": ("below", operator.lt),
}


@dataclass(frozen=True)
class SegmentSettings(Settings):
    """How a text is cut into words."""

    user_dict: str | None = setting(
        None, "Dictionary of your own words, one a line: WORD [COUNT] [TAG], separated by single spaces."
    )
    hmm: bool = setting(True, "Let jieba guess words that are not in its dictionary.")
    engine: Engine = setting(
        "jieba", "What cuts: jieba, or rjieba where it is installed, which cuts the same words several times as fast."
    )
    workers: int = setting(1, "Processes that cut side by side; the words are the same.", minimum=1, maximum=256)
    encoding: str = setting(
        "auto", "Encoding of the texts, gb18030 say. auto: UTF-8, UTF-16, GB18030 or Big5, whichever it surely is."
    )
    t2s: bool = setting(False, "Write traditional characters as simplified ones, with OpenCC.")
    s2t: bool = setting(False, "Write simplified characters as traditional ones, with OpenCC.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.t2s and self.s2t:
            raise RefusedError("--t2s and --s2t undo each other.", "Leave out one of them.")


@dataclass(frozen=True)
class EmbedSettings(Settings):
    """How word2vec places the pieces of a text in space. The names are gensim's."""

    vector_size: int = setting(200, "Dimensions of a vector; with --from those of the file.", minimum=1, maximum=10_000)
    window: int = setting(8, "Pieces to the left and right that count as context.", minimum=1)
    min_count: int | None = setting(
        None, "Words seen less often are spelled by their characters.  [default: 5, less for small texts]", minimum=1
    )
    sg: bool = setting(False, "Skip-gram instead of CBOW.")
    negative: int = setting(25, "Noise words for every right one.", minimum=1)
    sample: float = setting(1e-4, "Above this share of the text a piece is thinned out; 0 keeps all.", minimum=0, maximum=1)
    alpha: float = setting(0.025, "Learning rate at the start.", above=0)
    epochs: int = setting(15, "Passes over the text.", minimum=1)
    seed: int = setting(DEFAULT_SEED, "Random number seed.", minimum=0, maximum=MAX_SEED)
    workers: int = setting(
        1, "Threads. With more than one the same text no longer gives the same bytes.", minimum=1, maximum=256
    )
    validation_split: float = setting(
        0.05,
        "Share of the text, at its end, that is left out here because `train` validates on it.",
        minimum=0,
        below=1,
    )


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
    units: int = setting(256, "Units of an LSTM layer.", minimum=1, maximum=8192)
    layers: int = setting(1, "LSTM layers, one above the other.", minimum=1, maximum=8)
    members: int = setting(
        2,
        "Networks that are taught side by side; what is put out is their mean. For --loss contrastive.",
        minimum=1,
        maximum=64,
    )
    epochs: int | None = setting(None, "Passes over the text.  [default: by its length, 8 for a novel]", minimum=1)
    batch_size: int | None = setting(
        None, "Stretches of the text that are read side by side.  [default: by its length, 64 for a novel]", minimum=1
    )
    optimizer: Optimizer = setting("adam", "adam: warmed up, then let down to nothing; sgd: at one rate throughout.")
    learning_rate: float = setting(3e-3, "Highest learning rate.", above=0)
    negatives: int = setting(512, "Pieces drawn at each step for the right one to be told from.", minimum=1)
    characters: bool = setting(True, "Add to each piece's vector those of its characters, learnt too. For --loss contrastive.")
    table_rate: float = setting(
        0.1, "Highest learning rate of the pieces' vectors, which Adagrad learns. For --loss contrastive.", above=0
    )
    word_dropout: float = setting(0.1, "Share of the pieces read that are left out.", minimum=0, below=1)
    input_dropout: float = setting(0.25, "Share of the input's dimensions that are left out.", minimum=0, below=1)
    output_dropout: float = setting(0.4, "Share of the LSTM's outputs that are left out.", minimum=0, below=1)
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

    @classmethod
    def recipe(cls, name: Recipe, **given: Any) -> "TrainSettings":
        """Return the settings of a recipe, with those that were given in their place.

        Raises:
            RefusedError: A value is out of bounds, or two settings contradict each other.
        """
        settings = cls(**{**RECIPES[name], **given})
        for option in FOR_CONTRASTIVE:
            if option in given and settings.loss != "contrastive":
                raise RefusedError(
                    f"{option_name(option)} goes with --loss contrastive alone. Received: --loss {settings.loss}.",
                    "Leave it out.",
                )
        return settings if settings.loss == "contrastive" else dataclasses.replace(settings, members=1)


AIMING: tuple[Loss, ...] = ("mse", "cosine", "vmf")
"""Losses that aim at the right vector and do not look at the others."""

FOR_CONTRASTIVE = ("negatives", "characters", "table_rate", "members")
"""Settings that no other loss knows."""

# For losses that learn too little, not too much.
_UNDROPPED = {f"{name}_dropout": 0.0 for name in ("word", "input", "output")}

RECIPES: dict[Recipe, dict[str, Any]] = {
    "default": {},
    "softmax": {"loss": "softmax"},
    "vmf": {"loss": "vmf", "table": "whitened", **_UNDROPPED},
    "cosine": {"loss": "cosine", "table": "centred", **_UNDROPPED},
    "mse": {"loss": "mse", "table": "raw", **_UNDROPPED},
    "seed": {
        "loss": "mse",
        "table": "raw",
        "windows": "first",
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


@dataclass(frozen=True)
class GenerateSettings(Settings):
    """How text is drawn from a model."""

    words: int = setting(200, "How many words to write; at most, where something else may end the text.", minimum=1)
    chars: int = setting(
        0, "How many characters to write at most, white space not counted, in the place of --words; 0 is none.", minimum=0
    )
    until: Until = setting("length", "What ends the text before it has all these words: nothing, or a sentence's end, say.")
    min_length: int = setting(0, "Words before which --until does not end the text.", minimum=0)
    stop: tuple[str, ...] = setting((), "A text before which to end; it is not written. May be given several times.")
    seed: int = setting(DEFAULT_SEED, "Random number seed; the same seed gives the same text.", minimum=0, maximum=MAX_SEED)
    temperature: float = setting(
        1.0,
        "Below 1 bolder words get rarer, above 1 more frequent; 1 is the model's own probability, 0 the same as --greedy.",
        minimum=0,
    )
    top_k: int = setting(0, "Draw from the K likeliest words only; 0 is all.", minimum=0)
    top_p: float = setting(
        0.85, "Draw from the likeliest words that together have this probability; 1 is all.", above=0, maximum=1
    )
    min_p: float = setting(
        0.0, "Draw from words at least this many times as likely as the likeliest; 0 is all.", minimum=0, maximum=1
    )
    repeat_penalty: float = setting(
        1.0, "Above 1 words said lately get rarer, likely ones the more; 1 changes nothing.", minimum=0.01, maximum=100
    )
    repeat_last_n: int = setting(64, "How many words the penalties look back; -1 is the whole text.", minimum=-1)
    presence_penalty: float = setting(
        0.0, "Taken from the log probability of each word said lately.", minimum=-MOST_NATS, maximum=MOST_NATS
    )
    frequency_penalty: float = setting(
        0.0, "The same, for every time that the word was said lately.", minimum=-MOST_NATS, maximum=MOST_NATS
    )
    no_repeat_ngram: int = setting(0, "Never write the same N words in a row twice; 0 is no limit.", minimum=0, maximum=1000)
    ban: tuple[str, ...] = setting((), "A word never to be written. May be given several times.")
    bias: tuple[str, ...] = setting(
        (), "WORD=NUMBER, added to the log probability of a word: 0.7 makes it twice as likely. May be given several times."
    )
    greedy: bool = setting(False, "Always take the likeliest word. It ends in a loop.")
    metric: Metric = setting(
        "probability",
        "cosine: the word nearest to the vector that the network puts out, whatever its frequency, or with --top-k one of the "
        "nearest.",
    )
    max_copy: int = setting(
        0,
        "Never write more than N words in a row as they stand in the training text, where the model keeps it; 0 is no limit.",
        minimum=0,
        maximum=1000,
    )
    leave_loops: bool = setting(True, "When the same words come again and again, go on with another word.")
    mix: bool = setting(False, "Mix in what followed the last words in the text the model was trained on.")
    cache: bool = setting(False, "Mix in words said lately, the likelier the more the last words are like those before them.")

    def __post_init__(self) -> None:
        super().__post_init__()
        for text in self.bias:
            parse_bias(text)
        if "" in self.stop:
            raise RefusedError("--stop has an empty text.", "Give the text before which to end, or leave it out.")
        if self.until != "length" and not self.chars and self.min_length > self.words:
            raise RefusedError(
                f"--min-length {self.min_length} is more than the {self.words} words to write.",
                "Give a lower one, or more with --words.",
            )
        if self.metric == "cosine" and (self.mix or self.cache):
            raise RefusedError(
                "--metric cosine looks at the network's vector alone, and --mix and --cache mix probabilities.",
                "Leave out one of them.",
            )


def parse_bias(text: str) -> tuple[str, float]:
    """Return the word and the number, in nats, of `WORD=NUMBER`.

    Raises:
        RefusedError: It is something else.
    """
    word, _, number = text.rpartition("=")
    try:
        nats = float(number)
    except ValueError:
        nats = math.nan
    if not word or not -MOST_NATS <= nats <= MOST_NATS:  # a NaN neither
        raise RefusedError(
            f"--bias must be WORD=NUMBER, the number from -{MOST_NATS} to {MOST_NATS}.",
            f"Received: {text}. Write --bias 今日=+1, say.",
        )
    return word, nats


@dataclass(frozen=True)
class BatchSettings(Settings):
    """How many texts are written in one run. None of it changes a text."""

    samples: int = setting(1, "Texts to write for each prompt; the first has the seed, each other one more.", minimum=1)
    batch_size: int = setting(64, "Texts that are written side by side; they are the same.", minimum=1, maximum=4096)


@dataclass(frozen=True)
class NextSettings(Settings):
    """What is told of the words that may come next."""

    top: int = setting(20, "How many words to name.", minimum=1)
    mix: bool = setting(False, "Mix in what followed the last words in the text the model was trained on.")
    cache: bool = setting(False, "Mix in words said lately, the likelier the more the last words are like those before them.")


@dataclass(frozen=True)
class WriteSettings(Settings):
    """What is shown while a text is written together."""

    top: int = setting(10, "How many next words to show.", minimum=1)
    stretch: int = setting(20, "How many words the model writes when it is let run.", minimum=1)


@dataclass(frozen=True)
class TextSettings(Settings):
    """What a text is compared with."""

    validation_split: float = setting(
        0.05,
        "Share of the corpus, at its end, that is held out as the human text; `embed` and `train` leave out the same.",
        above=0,
        below=1,
    )


@dataclass(frozen=True)
class SimilarSettings(Settings):
    """What is told of the words near a word."""

    top: int = setting(10, "How many words to name.", minimum=1)
    table: TableName = setting("learnt", "Of a model: the table that it writes with, or the one from `embed`.")
    limit: int | None = setting(None, "Of a file of vectors: read its first rows only, the most frequent words.", minimum=1)
    spell: bool = setting(False, "For a word that is not there take the mean of its characters.")


@dataclass(frozen=True)
class MapSettings(Settings):
    """What is drawn of a table of words."""

    top: int | None = setting(
        None, "How many words, the most frequent first.  [default: 200 in the picture, all for --projector]", minimum=1
    )
    method: Projection = setting(
        "pca", "pca shows the two directions in which the words differ most; tsne keeps near words near, with scikit-learn."
    )
    table: TableName = setting("learnt", "Of a model: the table that it writes with, or the one from `embed`.")
    limit: int | None = setting(None, "Of a file of vectors: read its first rows only, the most frequent words.", minimum=1)
    seed: int = setting(DEFAULT_SEED, "Random number seed of t-SNE.", minimum=0, maximum=MAX_SEED)


@dataclass(frozen=True)
class LabSettings(Settings):
    """How a lesson is run."""

    seed: int | None = setting(None, "Random number seed.  [default: the lesson's own]", minimum=0, maximum=MAX_SEED)
