"""The settings of `zhgen generate`: how a text is drawn, and how many are."""

import math
from dataclasses import dataclass
from typing import Literal

from zhgen.config.settings import DEFAULT_SEED, MAX_SEED, Settings, setting
from zhgen.errors import RefusedError
from zhgen.wording import counted

MOST_NATS = 100
"""Most that may be added to a log probability or taken from it: e^100 times as likely is beyond everything."""

Metric = Literal["probability", "cosine"]
Until = Literal["length", "sentence", "paragraph"]


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
        0.82, "Draw from the likeliest words that together have this probability; 1 is all.", above=0, maximum=1
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
    echo_penalty: float = setting(
        1.5,
        "Taken from the log probability of each word among the last four pieces, and of one that came often of late, where "
        "words are drawn; 0 changes nothing.",
        minimum=0,
        maximum=MOST_NATS,
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
                f"--min-length {self.min_length} is more than the {counted(self.words, 'word')} to write.",
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
    batch_size: int = setting(64, "Texts that each process writes side by side; they are the same.", minimum=1, maximum=4096)
    workers: int = setting(
        0,
        "Processes that write, each with its own model in memory; 0 is one for each 10,000 words, at most one a processor, "
        "and one for a stream.",
        minimum=0,
        maximum=256,
    )
