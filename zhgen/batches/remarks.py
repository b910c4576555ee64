"""What is said of the prompts and texts of a batch: of which one, once, and of a batch of thousands not without end."""

from collections.abc import Callable

from zhgen.progress import Reporter

MOST = 20
"""So many remarks are passed on."""


class Remarks(Reporter):
    """Passes on remarks, each once, though the samples of a prompt repeat it, and so many.

    Args:
        reporter: What is told.
        place: Says of what a remark is made now; it stands before it.
    """

    def __init__(self, reporter: Reporter, place: Callable[[], str]) -> None:
        self.reporter, self.place = reporter, place
        self._told: set[str] = set()

    def say(self, message: str) -> None:
        """Pass on a line."""
        self._pass_on(self.reporter.say, message)

    def warn(self, message: str) -> None:
        """Pass on a warning."""
        self._pass_on(self.reporter.warn, message)

    def _pass_on(self, tell: Callable[[str], None], message: str) -> None:
        remark = f"{self.place()}{message}"
        if remark in self._told or len(self._told) > MOST:
            return
        self._told.add(remark)
        tell(remark if len(self._told) <= MOST else "There is more of this, which is left out.")
