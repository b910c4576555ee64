"""What of a text may be shown already: not what may be the beginning of a text to stop at, and no line's end before a word."""

from collections.abc import Sequence


class Holding:
    """Takes a text in parts and lets go of it as far as it stands whatever follows.

    Args:
        stops: The texts to stop at, none of them empty. They may begin and end in the middle of a part.

    Attributes:
        stopped: Whether one of them came. What is before it was let go; nothing more comes.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self.stopped = False
        self._stops, self._held = stops, ""
        self._begun = False

    def add(self, text: str) -> str:
        """Take a part and return what may be shown now; where two texts to stop at come, the one that begins first counts."""
        if self._begun and not self._held and not self._stops and not text.endswith("\n"):
            return text
        self._held += text
        found = [place for place in map(self._held.find, self._stops) if place >= 0]
        if found:
            self.stopped = True
            self._held = self._held[: min(found)]
            return self.rest()
        ready = self._held[: len(self._held) - self._beginning()].rstrip("\n")
        self._held = self._held[len(ready) :]
        return self._let_go(ready)

    def rest(self, closing: str = "") -> str:
        """Return what was held back, less line ends at its end, and what closes the text: nothing follows.

        Where that makes a text to stop at, it is left out.
        """
        last = self._held.rstrip("\n") + closing
        found = [place for place in map(last.find, self._stops) if place >= 0]
        if found and not self.stopped:
            self.stopped = True
            last = last[: min(found)].rstrip("\n")
        self._held = ""
        return self._let_go(last)

    def _let_go(self, text: str) -> str:
        text = text if self._begun else text.lstrip("\n")
        self._begun = self._begun or bool(text)
        return text

    def _beginning(self) -> int:
        """Return the length of the longest end of what is held that a text to stop at begins with."""
        longest = min(len(self._held), max(map(len, self._stops), default=1) - 1)
        for length in range(longest, 0, -1):
            if any(stop.startswith(self._held[-length:]) for stop in self._stops):
                return length
        return 0
