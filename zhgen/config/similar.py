"""The settings of `zhgen similar`."""

from dataclasses import dataclass
from typing import Literal

from zhgen.config.settings import Settings, setting

TableName = Literal["learnt", "word2vec"]


@dataclass(frozen=True)
class SimilarSettings(Settings):
    """What is told of the words near a word."""

    top: int = setting(10, "How many words to name.", minimum=1)
    table: TableName = setting("learnt", "Of a model: the table that it writes with, or the one from `embed`.")
    limit: int | None = setting(None, "Of a file of vectors: read its first rows only, the most frequent words.", minimum=1)
    spell: bool = setting(False, "For a word that is not there take the mean of its characters.")
