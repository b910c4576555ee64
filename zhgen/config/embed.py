"""The settings of `zhgen embed`."""

from dataclasses import dataclass

from zhgen.config.settings import DEFAULT_SEED, MAX_SEED, Settings, setting


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
