"""A map of words: an SVG with each word where it lies in a plane. The viewer's fonts draw it, none is needed to make it."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

_FONTS = (
    "'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'WenQuanYi Micro Hei', sans-serif"
)
_COLOURS = ("#a4243b", "#1f5fa8", "#1b7a3d", "#a35a00", "#5b5b5b", "#6a3d9a", "#8a8a8a", "#111111")
_WIDTH, _HEIGHT, _WORDS = 1200.0, 900.0, 200  # a picture with more words is larger
_MARGIN, _HEAD = 40.0, 64.0
_SMALLEST, _LARGEST = 12.0, 26.0  # sizes of words
_STEP, _FARTHEST, _TURNS = 5.0, 90.0, 16  # where a label looks for room around its point
_GAP = 1.5
_RIM = 'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'  # words stand out from lines
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Place:
    """A word of the map.

    Attributes:
        word: The word.
        kind: What kind of word it is: decides its colour.
        weight: From 0 to 1, how large it is written.
        note: Lines to be read when the pointer rests on it.
    """

    word: str
    kind: str
    weight: float
    note: str = ""


@dataclass(frozen=True)
class Map:
    """A picture, and for how many of its words there was no room to write them: they are dots."""

    svg: str
    dots: int


def draw_map(places: Sequence[Place], points: NDArray[np.float64], kinds: Sequence[str], title: str) -> Map:
    """Return the map as an SVG.

    Args:
        places: The words; where two want the same room the one that stands first has it.
        points: float64 (N, 2), where each lies, from 0 to 1 along both axes, the second one upwards.
        kinds: All kinds, in the order of the legend; those that do not occur are left out of it.
        title: What it is a map of.
    """
    scale = math.sqrt(max(len(places) / _WORDS, 1))
    width, height = round(_WIDTH * scale), round(_HEIGHT * scale)
    colours = dict(zip(kinds, _COLOURS, strict=False))
    room = _Room(width, height)
    x = _MARGIN + points[:, 0] * (width - 2 * _MARGIN)
    y = height - _MARGIN - points[:, 1] * (height - 2 * _MARGIN - _HEAD)
    labels, marks, dots = [], [], 0
    for place, across, down in zip(places, x.tolist(), y.tolist(), strict=True):
        size = _SMALLEST + (_LARGEST - _SMALLEST) * place.weight
        spot = room.take(across, down, _text_width(place.word) * size, size)
        dots += spot is None
        labels.append(_label(place, spot or (across, down), size if spot else 0.0, colours[place.kind]))
        if spot is not None and math.dist(spot, (across, down)) > size:
            marks.append(_mark((across, down), spot, colours[place.kind]))
    present = {place.kind for place in places}
    legend = _legend([(kind, colour) for kind, colour in colours.items() if kind in present])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{_FONTS}" text-anchor="middle">\n<title>{_text(title)}</title>\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
        f'<text x="{_MARGIN:.0f}" y="28" font-size="16" text-anchor="start" fill="#333333">{_text(title)}</text>\n{legend}'
        + "".join(marks)
        + f"<g {_RIM}>\n"
        + "".join(labels)
        + "</g>\n</svg>\n"
    )
    return Map(svg, dots)


class _Room:
    """Which parts of the picture are taken, as rectangles."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self.taken = np.empty((0, 4))

    def take(self, x: float, y: float, width: float, height: float) -> tuple[float, float] | None:
        """Return the middle of free room for a label near a point, and take it; None where there is none."""
        for spot in _spots(x, y):
            box = self._box(*spot, width, height)
            if box is not None and not self._overlaps(box):
                self.taken = np.vstack([self.taken, box])
                return spot
        return None

    def _box(self, x: float, y: float, width: float, height: float) -> NDArray[np.float64] | None:
        left, right = x - width / 2 - _GAP, x + width / 2 + _GAP
        top, bottom = y - height / 2 - _GAP, y + height / 2 + _GAP
        inside = left >= 0 and right <= self.width and top >= _HEAD and bottom <= self.height
        return np.array([left, top, right, bottom]) if inside else None

    def _overlaps(self, box: NDArray[np.float64]) -> bool:
        left, top, right, bottom = self.taken.T
        return bool(((left < box[2]) & (right > box[0]) & (top < box[3]) & (bottom > box[1])).any())


def _spots(x: float, y: float) -> list[tuple[float, float]]:
    """Return where a label may stand: on its point, or around it, the nearest first."""
    rings = np.arange(_STEP, _FARTHEST + _STEP, _STEP)
    turns = 2 * math.pi * np.arange(_TURNS) / _TURNS
    around = [(x + r * math.cos(turn), y + r * math.sin(turn)) for r in rings.tolist() for turn in turns.tolist()]
    return [(x, y), *around]


def _text_width(text: str) -> float:
    """Return about how wide a text is, in its own size."""
    return sum(0.6 if unicodedata.east_asian_width(character) in "NaH" else 1.0 for character in text)


def _label(place: Place, spot: tuple[float, float], size: float, colour: str) -> str:
    """Return the word at a spot; of size 0 it is a dot."""
    note = f"<title>{_text(place.note or place.word)}</title>"
    x, y = spot
    if not size:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}">{note}</circle>\n'
    baseline = y + 0.36 * size
    return f'<text x="{x:.1f}" y="{baseline:.1f}" font-size="{size:.1f}" fill="{colour}">{_text(place.word)}{note}</text>\n'


def _mark(point: tuple[float, float], spot: tuple[float, float], colour: str) -> str:
    """Return a thin line from where a word lies to where it is written."""
    return (
        f'<path d="M{point[0]:.1f} {point[1]:.1f}L{spot[0]:.1f} {spot[1]:.1f}" stroke="{colour}" stroke-opacity="0.3"/>'
        f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="1.5" fill="{colour}"/>\n'
    )


def _legend(entries: Sequence[tuple[str, str]]) -> str:
    x, parts = _MARGIN, []
    for kind, colour in entries:
        parts.append(
            f'<circle cx="{x + 5:.0f}" cy="46" r="5" fill="{colour}"/>'
            f'<text x="{x + 16:.0f}" y="51" font-size="14" text-anchor="start" fill="#333333">{_text(kind)}</text>\n'
        )
        x += 16 + _text_width(kind) * 14 + 18
    return "".join(parts)


def _text(text: str) -> str:
    """Return a text as it stands in XML, which cannot hold most control characters at all."""
    return escape(_NOT_XML.sub("\ufffd", text))
