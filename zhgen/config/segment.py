"""The settings of `zhgen segment`."""

from dataclasses import dataclass
from typing import Literal

from zhgen.config.settings import Settings, setting
from zhgen.errors import RefusedError

Engine = Literal["jieba", "rjieba"]


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
