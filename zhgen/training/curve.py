"""The course of a training as a picture: an SVG that needs no font."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from zhgen.training.strokes import strokes, width

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 40, 50
_SIZE = 10.0  # of signs
_TICKS = 6  # about
_LEAST_SPAN = 1e-6  # of the scale; less could not be written beside it
_MOST_DOTS = 50  # a line of more epochs has none
_LINES = {"loss": ("#8a8a8a", "TRAIN"), "validation_loss": ("#1f5fa8", "VALIDATION")}
_BEST = "#c0392b"

Points = list[tuple[float, float]]


def draw_curve(history: Sequence[Mapping[str, Any]]) -> str:
    """Return an SVG of the loss and the validation loss by epoch, with the best epoch marked.

    Args:
        history: A row an epoch, with `epoch`, `loss` and, where there was a validation, `validation_loss`.
    """
    lines = {name: _points(history, name) for name in _LINES}
    values = [value for points in lines.values() for _, value in points] or [0.0]
    scale = _Scale(max((int(row["epoch"]) for row in history), default=1), min(values), max(values))
    best = min(lines["validation_loss"] or lines["loss"], key=lambda point: point[1], default=None)
    parts = [_axes(scale)]
    parts += [_line(scale, points, _LINES[name][0]) for name, points in lines.items() if points]
    parts.append(_legend([_LINES[name] for name, points in lines.items() if points]))
    if best is not None:
        parts.append(_dot(scale, *best, f'r="6" stroke="{_BEST}" stroke-width="2"'))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">\n'
        "<title>Loss by epoch</title>\n"
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>\n'
        '<g fill="none" stroke-linecap="round" stroke-linejoin="round">\n'
        + "".join(f"{part}\n" for part in parts)
        + "</g>\n</svg>\n"
    )


class _Scale:
    """Where a value of an epoch lies in the picture."""

    def __init__(self, epochs: int, low: float, high: float) -> None:
        self.epochs = max(epochs, 2)
        self.step = _round_step(max(high - low, abs(high) / 1000, _LEAST_SPAN))
        self.low = math.floor(low / self.step) * self.step
        self.high = max(math.ceil(high / self.step) * self.step, self.low + self.step)

    def x(self, epoch: float) -> float:
        return _LEFT + (epoch - 1) / (self.epochs - 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        return _HEIGHT - _BOTTOM - (value - self.low) / (self.high - self.low) * (_HEIGHT - _TOP - _BOTTOM)


def _points(history: Sequence[Mapping[str, Any]], name: str) -> Points:
    pairs = [(float(row["epoch"]), float(row[name])) for row in history if name in row]
    return [(epoch, value) for epoch, value in pairs if math.isfinite(value)]


def _round_step(span: float) -> float:
    """Return 1, 2 or 5 times a power of ten that divides a span into about as many parts as there are ticks."""
    power = 10.0 ** math.floor(math.log10(span / _TICKS))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power * _TICKS >= span)


def _axes(scale: _Scale) -> str:
    """Return the grid with its numbers."""
    grid, words = [], []
    digits = max(0, -math.floor(math.log10(scale.step)))
    for number in range(round((scale.high - scale.low) / scale.step) + 1):
        value = scale.low + number * scale.step
        y, label = scale.y(value), f"{value:.{digits}f}"
        grid.append(f"M{_LEFT} {y:.1f}L{_WIDTH - _RIGHT} {y:.1f}")
        words.append(strokes(label, _LEFT - 8 - width(label, _SIZE), y - _SIZE / 2, _SIZE))
    step = max(1, round(_round_step(scale.epochs)))
    for epoch in sorted({1, *range(step, scale.epochs + 1, step)}):
        label = str(epoch)
        words.append(strokes(label, scale.x(epoch) - width(label, _SIZE) / 2, _HEIGHT - _BOTTOM + 8, _SIZE))
    words.append(strokes("EPOCH", (_LEFT + _WIDTH - _RIGHT - width("EPOCH", _SIZE)) / 2, _HEIGHT - 16, _SIZE))
    words.append(strokes("LOSS", 8, 12, _SIZE))
    return f'<path d="{"".join(grid)}" stroke="#e2e2e2"/>\n<path d="{"".join(words)}" stroke="#333333"/>'


def _line(scale: _Scale, points: Points, colour: str) -> str:
    path = "L".join(f"{scale.x(epoch):.1f} {scale.y(value):.1f}" for epoch, value in points)
    dots = [_dot(scale, *point, f'r="2.5" fill="{colour}"') for point in points] if len(points) <= _MOST_DOTS else []
    return f'<path d="M{path}" stroke="{colour}" stroke-width="2"/>{"".join(dots)}'


def _legend(entries: Sequence[tuple[str, str]]) -> str:
    """Return the names of the lines and of the mark, one beside the other."""
    x, parts = float(_LEFT), []
    for colour, name in [*entries, (_BEST, "BEST")]:
        parts.append(f'<path d="M{x:.1f} 17h18" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<path d="{strokes(name, x + 26, 12, _SIZE)}" stroke="#333333"/>')
        x += 26 + width(name, _SIZE) + 24
    return "".join(parts)


def _dot(scale: _Scale, epoch: float, value: float, look: str) -> str:
    return f'<circle cx="{scale.x(epoch):.1f}" cy="{scale.y(value):.1f}" {look}/>'
