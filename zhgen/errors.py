"""The errors that zhgen raises: a sentence that says what is wrong and a second that says the way out."""


class ZhgenError(Exception):
    """Something failed that the user can do something about.

    Args:
        problem: One sentence that says what is wrong.
        remedy: One sentence that says the way out.
    """

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(" ".join(filter(None, (problem, remedy))))
        self.problem = problem
        self.remedy = remedy


class RefusedError(ZhgenError):
    """The input or an option cannot be used as it is; nothing was changed."""

    exit_code = 2


class PartlyFailedError(ZhgenError):
    """Of many things that were asked for some could not be done; the others were."""

    exit_code = 3
