"""A reporter for tests."""

from zhgen.progress import Reporter


class Heard(Reporter):
    """Keeps the lines that it is told."""

    def __init__(self):
        self.lines = []

    def say(self, message):
        """Keep a line."""
        self.lines.append(message)
