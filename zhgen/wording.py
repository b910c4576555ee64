"""How numbers and long texts are told."""


def excerpt(text: str, longest: int) -> str:
    """Return a text as it is told: its first characters and … where it has more than so many."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number and what it counts: 1 word, 2,000 words.

    Args:
        count: How many.
        noun: What one of them is called.
        plural: What several are called; by default the noun with an s.
    """
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"
