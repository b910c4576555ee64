"""A starting text in a model's pieces: treated and cut as the model's corpus was, and what could not be taken as it stands."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from zhgen.bundle import Bundle
from zhgen.corpus.vocabulary import PARAGRAPH_END, Vocabulary, describe_unseen
from zhgen.corpus.whitespace import characters, needs_stand_in, restore
from zhgen.errors import RefusedError
from zhgen.progress import SILENT, Reporter
from zhgen.progress import Task as ProgressTask
from zhgen.raw.cleaning import Cleaner
from zhgen.raw.conversion import Converter
from zhgen.wording import excerpt

if TYPE_CHECKING:
    from zhgen.corpus.segmenter import Segmenter
    from zhgen.raw.conversion import Direction

_LONG_PROMPT, _AT_ONCE = 2_000, 100  # pieces: some half a second, and those that are told of at once
_WIDEST = 24  # characters shown of a word
_LOOKED_AT = 100  # characters never seen, for a hint
_SHOWN = 6  # words that are cut smaller
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories of Unicode: control, format, surrogate, private, unassigned
_SELECTORS = ("\ufe0e", "\ufe0f")  # say whether an emoji is drawn in colour
_LONGEST = 12  # characters of a part of a word that is cut smaller
_SIGN_STEPS = ("width", "stops", "quotes")  # the clean-up that suits a text of a line


@dataclass(frozen=True)
class Prompt:
    """A starting text as the model sees it.

    Attributes:
        ids: The pieces that spell it.
        unseen: How often each character occurs in it that the model has never seen, and that is left out.
        spelled: The words that the model does not know whole, and the pieces that each is cut into.
        invisible: How often each control or other invisible character was dropped; what goes with an emoji does not count.
        hint: What may be the matter with the characters never seen; empty where nobody knows.
    """

    ids: list[int]
    unseen: Counter[str] = field(default_factory=Counter)
    spelled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    invisible: Counter[str] = field(default_factory=Counter)
    hint: str = ""

    def tell(self, reporter: Reporter) -> None:
        """Say what was not taken as it stands, each in a line."""
        if self.spelled:
            first = list(self.spelled.items())[:_SHOWN]
            cut = ", ".join(
                f"{excerpt(restore(word), _WIDEST)} as {excerpt('|'.join(map(restore, parts)), _WIDEST)}"
                for word, parts in first
            )
            more = f" … ({len(self.spelled):,} in all)" if len(self.spelled) > _SHOWN else ""
            reporter.say(f"The model does not know every word whole. It reads {cut}{more}.")
        if self.invisible:
            named = " ".join(f"U+{ord(character):04X}" for character in sorted(self.invisible)[:_SHOWN])
            reporter.warn(f"Invisible characters of the prompt are dropped: {named}.")
        if self.unseen:
            reporter.warn(
                " ".join(
                    filter(None, (f"The model has never seen {describe_unseen(self.unseen)} and passes over it.", self.hint))
                )
            )


class PromptReader:
    """Reads starting texts for a model.

    Args:
        bundle: The model.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle, self._vocabulary = bundle, bundle.vocabulary
        self._segmenter: Segmenter | None = None
        self._treatment: Mapping[str, Any] = bundle.config.get("treatment", {})

    def read(self, text: str, reporter: Reporter = SILENT) -> Prompt:
        """Return a text in the model's pieces; line ends become paragraph ends, and blank lines are passed over.

        Args:
            text: The text.
            reporter: Told where another engine has to cut it, and where its characters cannot be converted.
        """
        invisible = self._invisible(text)
        if invisible:
            text = text.translate(dict.fromkeys(map(ord, invisible)))
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        converter = self._converter(reporter) if "conversion" in self._treatment and text.strip() else None
        paragraphs = [self._treated(line.strip(), converter) for line in lines if line.strip()]
        cut = [list(self._cut(paragraph, reporter)) for paragraph in paragraphs]
        for selector in _SELECTORS:
            del invisible[selector]
        ids: list[int] = []
        unseen: Counter[str] = Counter()
        spelled: dict[str, tuple[str, ...]] = {}
        for paragraph in cut:
            if ids and self._vocabulary.end not in (None, ids[-1]):
                ids.append(self._vocabulary.end)
            for word in paragraph:
                pieces, lost = spell(word, self._vocabulary)
                unseen.update(lost)
                ids += [self._vocabulary.index[piece] for piece in pieces]
                if pieces and (len(pieces) > 1 or lost):
                    spelled.setdefault(word, tuple(pieces))
        return Prompt(ids, unseen, spelled, invisible, self._hint(unseen))

    def _invisible(self, text: str) -> Counter[str]:
        """Return how often each character occurs that nobody sees and that is no piece."""
        found = {c for c in set(text) if unicodedata.category(c) in _INVISIBLE or c in _SELECTORS}
        dropped = {c for c in found if not c.isspace() and c not in self._vocabulary.index}
        return Counter({c: text.count(c) for c in dropped})

    def _cut(self, paragraph: str, reporter: Reporter) -> Iterator[str]:
        """Yield the words of a paragraph; one word alone is not cut, which spares loading an engine."""
        if paragraph in self._vocabulary.index and paragraph != PARAGRAPH_END and not needs_stand_in(paragraph):
            yield paragraph
            return
        if self._segmenter is None:
            self._segmenter = self._bundle.segmenter(reporter)
        yield from self._segmenter.words(paragraph)

    def _treated(self, paragraph: str, converter: Converter | None) -> str:
        """Return a paragraph with the signs and characters that the corpus was given."""
        steps = [name for name in self._treatment.get("clean", ()) if name in _SIGN_STEPS]
        if steps:
            paragraph = next(Cleaner(steps).clean([(1, paragraph)], "prompt"), paragraph)
        return converter.convert(paragraph) if converter else paragraph

    def _converter(self, reporter: Reporter) -> Converter | None:
        try:
            return self._opencc
        except RefusedError:
            reporter.warn("The corpus was converted by OpenCC, which is not installed: the prompt is read as it stands.")
            return None

    @cached_property
    def _opencc(self) -> Converter:
        return Converter(self._treatment["conversion"]["direction"])

    def _hint(self, unseen: Counter[str]) -> str:
        """Say so where characters never seen are known in the other script; OpenCC tells where it is installed."""
        letters = [c for c in unseen if c.isalpha()][:_LOOKED_AT]
        kinds = {"t2s": ("traditional", "simplified"), "s2t": ("simplified", "traditional")}
        for direction, (first, second) in kinds.items() if letters else ():
            try:
                converter = Converter(cast("Direction", direction))
            except RefusedError:
                return ""
            known = [c for c in letters if (other := converter.convert(c)) != c and other in self._vocabulary.index]
            if 2 * len(known) > len(letters):
                return f"{known[0]} is {first}, and the model knows the {second} {converter.convert(known[0])}: type it so."
        return ""


def spell(word: str, vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """Return the pieces that spell a word, and the characters that none does.

    A word that is no piece is read by its characters, as in the corpus. Where some of these are no pieces, it is cut into
    larger ones so that the fewest are lost: 薛宝钗 into 薛 and 宝钗 where 钗 alone is none.
    """
    pieces = vocabulary.spell(word)
    lost = [piece for piece in pieces if piece not in vocabulary.index]
    if not lost or len(pieces) == 1:
        return [piece for piece in pieces if piece in vocabulary.index], lost
    signs = characters(word)
    costs, starts = [(0, 0)], [0]  # of each beginning: characters lost and pieces, and where its last piece begins
    for end in range(1, len(signs) + 1):
        ways = [((costs[end - 1][0] + 1, costs[end - 1][1]), end)]
        ways += [
            ((costs[start][0], costs[start][1] + 1), start)
            for start in range(max(0, end - _LONGEST), end)
            if "".join(signs[start:end]) in vocabulary.index
        ]
        cost, start = min(ways)
        costs.append(cost)
        starts.append(start)
    found, lost, end = [], [], len(signs)
    while end:
        start = starts[end]
        if start == end:
            lost.append(signs[end - 1])
            end -= 1
        else:
            found.append("".join(signs[start:end]))
            end = start
    return found[::-1], lost[::-1]


@contextmanager
def track_reading(pieces: int, reporter: Reporter) -> Iterator[ProgressTask]:
    """Follow the reading of a prompt; of a short one, which takes a moment, nothing is told."""
    with (reporter if pieces > _LONG_PROMPT else SILENT).track("read the prompt", pieces, "pieces") as task:
        yield _ByHundreds(task)


class _ByHundreds:
    """Tells of a hundred pieces at once: to draw a bar takes half as long as to read a piece."""

    def __init__(self, task: ProgressTask) -> None:
        self._task, self._waiting = task, 0

    def advance(self, amount: int, note: str = "") -> None:
        self._waiting += amount
        if self._waiting >= _AT_ONCE:
            self._task.advance(self._waiting, note)
            self._waiting = 0
