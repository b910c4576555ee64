"""The settings of `zhgen map`."""

from dataclasses import dataclass
from typing import Literal

from zhgen.config.settings import DEFAULT_SEED, MAX_SEED, Settings, setting
from zhgen.config.similar import TableName

Projection = Literal["pca", "tsne"]


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
