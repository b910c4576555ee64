"""Clean-up that was asked for: named steps over the paragraphs of a text, each of which counts what it touched.

A step sees a paragraph, without the white space around it, and returns it, changed or not, or None where it is left out.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from zhgen.errors import RefusedError
from zhgen.raw import clean_lines, clean_signs
from zhgen.wording import counted, excerpt

ALL = "all"

Step = Callable[[str], str | None]

_STEPS: dict[str, tuple[Callable[[], Step], str]] = {
    "adverts": (lambda: clean_lines.without_advert, "left out"),
    "titles": (clean_lines.TitlesOnce, "left out"),
    "pages": (lambda: clean_lines.without_page_number, "left out"),
    "width": (lambda: clean_signs.narrow, "changed"),
    "stops": (clean_signs.FullStops, "changed"),
    "quotes": (lambda: clean_signs.curly_quotes, "changed"),
}
"""What makes each step, anew for every text because some remember, and what it does with a line it touches."""

STEPS = tuple(_STEPS)
"""The names of the steps, in the order in which they are done."""

_AROUND = 16  # characters shown before and after a change


@dataclass(frozen=True)
class Change:
    """What a step did to a line: `after` is None where the line was left out."""

    source: str
    line: int
    before: str
    after: str | None

    def __str__(self) -> str:
        before, after = (self.before, "") if self.after is None else _differing(self.before, self.after)
        shown = excerpt(before, 4 * _AROUND) if self.after is None else f"{before}  ->  {after}"
        return f"{self.source}, line {self.line:,}: {shown}"


class Cleaner:
    """Cleans texts and keeps account.

    Args:
        names: The steps to do, in any order; they are done in that of `STEPS`.
        examples: How many changes of each step to keep.

    Attributes:
        touched: How many lines each step touched.
        unclear: How many paragraphs have straight quotes of which it is not clear which open and which close.
        changes: The first changes of each step.
    """

    def __init__(self, names: Iterable[str] = (), examples: int = 0) -> None:
        asked = set(names)
        self.names = tuple(name for name in STEPS if name in asked)
        self.touched: Counter[str] = Counter(dict.fromkeys(self.names, 0))
        self.unclear = 0
        self.changes: dict[str, list[Change]] = {name: [] for name in self.names}
        self._examples = examples

    def clean(self, paragraphs: Iterable[tuple[int, str]], source: str) -> Iterator[str]:
        """Yield the paragraphs of one text as the steps leave them.

        Args:
            paragraphs: Each with the number of its line.
            source: What to call the text.
        """
        steps = [(name, _STEPS[name][0]()) for name in self.names]
        for number, paragraph in paragraphs:
            kept = self._through(steps, paragraph, source, number)
            if kept is not None:
                yield kept

    def _through(self, steps: Sequence[tuple[str, Step]], paragraph: str, source: str, number: int) -> str | None:
        for name, step in steps:
            after = step(paragraph)
            if after != paragraph:
                self._count(name, Change(source, number, paragraph, after))
            elif name == "quotes" and clean_signs.has_unclear_quotes(paragraph):
                self.unclear += 1
            if after is None:
                return None
            paragraph = after
        return paragraph

    def report(self) -> list[str]:
        """Return a line for each step that says how many lines it touched."""
        return [line for name in self.names for line in (self._summary(name), *self._shown(name))]

    def _count(self, name: str, change: Change) -> None:
        self.touched[name] += 1
        if len(self.changes[name]) < self._examples:
            self.changes[name].append(change)

    def _summary(self, name: str) -> str:
        number = self.touched[name]
        text = f"{name}: {counted(number, 'line')} {_STEPS[name][1]}"
        if name == "quotes" and self.unclear:
            text += f"; {self.unclear:,} left because it is not clear which quotes open"
        return text

    def _shown(self, name: str) -> list[str]:
        changes = self.changes[name]
        more = self.touched[name] - len(changes)
        return [f"  {change}" for change in changes] + ([f"  … and {more:,} more"] if changes and more else [])


def find_steps(given: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the clean-up steps in options such as `quotes,stops` or `all`, in the order they are done.

    Raises:
        RefusedError: There is no step of such a name.
    """
    names = [name.strip().lower() for text in given for name in text.split(",") if name.strip()]
    for name in names:
        if name not in (*STEPS, ALL):
            raise RefusedError(f"--clean has no step {name!r}.", f"Its steps are {', '.join(STEPS)}, or all.")
    if given and not names:
        raise RefusedError("--clean names no step.", f"Its steps are {', '.join(STEPS)}, or all.")
    return tuple(name for name in STEPS if name in names or ALL in names)


def _differing(before: str, after: str) -> tuple[str, str]:
    """Return two texts with what surrounds the first difference, and what follows as far as there is room."""
    pairs = zip(before, after, strict=False)
    first = next((number for number, (one, other) in enumerate(pairs) if one != other), 0)
    start = max(first - _AROUND, 0)
    return _cut_out(before, start), _cut_out(after, start)


def _cut_out(text: str, start: int) -> str:
    end = start + 2 * _AROUND
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
