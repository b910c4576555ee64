"""Digits and capitals drawn as lines, so that a picture with words in it needs no font."""

_GLYPHS = {
    " ": "",
    ".": "14 14.1",
    "-": "02 22",
    "0": "00 20 24 04 00",
    "1": "01 10 14",
    "2": "00 20 22 02 04 24",
    "3": "00 20 24 04/02 22",
    "4": "00 02 22/20 24",
    "5": "20 00 02 22 24 04",
    "6": "20 00 04 24 22 02",
    "7": "00 20 14",
    "8": "00 20 24 04 00/02 22",
    "9": "22 02 00 20 24 04",
    "A": "04 01 10 21 24/02 22",
    "B": "00 04 14 23 12 02/12 21 10 00",
    "C": "20 00 04 24",
    "D": "00 04 14 23 21 10 00",
    "E": "20 00 04 24/02 12",
    "H": "00 04/20 24/02 22",
    "I": "10 14",
    "L": "00 04 24",
    "N": "04 00 24 20",
    "O": "00 20 24 04 00",
    "P": "04 00 20 22 02",
    "R": "04 00 20 22 02/12 24",
    "S": "20 00 02 22 24 04",
    "T": "00 20/10 14",
    "V": "00 14 20",
}
"""Of each sign its lines, parted by `/`, as points: column 0 to 2, then row 0 to 4."""

_WIDTH = 3.2  # columns from one sign to the next


def width(text: str, size: float) -> float:
    """Return how wide a text is; `size` is the height of a sign, both in the picture's units."""
    return max(len(text) * _WIDTH - (_WIDTH - 2), 0) * size / 4


def strokes(text: str, x: float, y: float, size: float) -> str:
    """Return the path data of a text whose upper left corner is at (x, y).

    Raises:
        KeyError: It holds a sign that cannot be drawn.
    """
    parts = []
    for number, sign in enumerate(text):
        for line in filter(None, _GLYPHS[sign].split("/")):
            points = [(number * _WIDTH + int(point[0]), float(point[1:])) for point in line.split()]
            parts.append("M" + "L".join(f"{x + column * size / 4:.1f} {y + row * size / 4:.1f}" for column, row in points))
    return "".join(parts)
