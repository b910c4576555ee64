"""How much memory a training needs, and how much there is: to refuse before starting what would end in the middle."""

import os
from dataclasses import dataclass
from pathlib import Path

from zhgen.config import TrainSettings
from zhgen.errors import RefusedError
from zhgen.recurrent.attention import KEY_SIZE

_MB = 2**20
# Fitted to seven measured peaks of whole processes (tests/test_memory.py has them), and within a tenth of each.
_LIBRARIES = 610 * _MB  # TensorFlow and what it compiles
_COPIES = 8  # of a weight: itself, gradient, two moments, the best so far, what goes to disk, and passing ones
_GATES = 15  # numbers a unit and step: gates, states, and their gradients
_VECTORS = 6  # numbers a dimension and step
_SCORES = 3  # numbers a score
_KEYS, _LOOKS = 5, 2  # copies of what is looked back at; numbers a step for each of it
_PIECE = 35  # bytes a piece of the text: ids and what was counted
_FITTED = 26  # bytes a dimension and piece of the validation text that read-out and mixture are fitted on
_COUNTING = 150  # the same while it is counted, when the libraries are not loaded yet
_FLOAT = 4
_UNLIMITED = 2**60


@dataclass(frozen=True)
class Size:
    """What the memory of a training depends on beside its settings.

    Attributes:
        pieces: How many pieces are learnt.
        vocabulary: V, how many different ones there are.
        vector_size: D.
        characters: How many different characters spell them.
        fitted: How many pieces of the validation text read-out and mixture are fitted on.
    """

    pieces: int
    vocabulary: int
    vector_size: int
    characters: int
    fitted: int


def estimate_memory(settings: TrainSettings, size: Size) -> dict[str, int]:
    """Return how many bytes a training needs at its peak, by the settings that would make it less; `` is what none can.

    Args:
        settings: The recipe, with the batch size filled in.
        size: What is learnt.
    """
    dimensions, units = size.vector_size, settings.units
    inputs = [dimensions] + [units] * (settings.layers - 1)
    lstm = sum(4 * units * (width + units + 1) for width in inputs) + dimensions * (units + 1)
    rows = size.vocabulary + 3 * size.characters * (settings.loss == "contrastive" and settings.table == "learnt")
    steps = settings.timesteps * (settings.batch_size or 1)
    scores = {"contrastive": settings.negatives + 1, "softmax": size.vocabulary}.get(settings.loss, 0)
    looked_at = (settings.attention + settings.timesteps) * (settings.batch_size or 1) if settings.attention else 0
    a_look = _KEYS * (dimensions + settings.members * KEY_SIZE) + _LOOKS * settings.members * settings.timesteps
    a_step = settings.members * (_GATES * units * settings.layers + _VECTORS * dimensions + _SCORES * scores)
    a_window = "--batch-size, --timesteps or --attention" if looked_at else "--batch-size or --timesteps"
    return {
        "": _LIBRARIES + _PIECE * size.pieces + _FITTED * dimensions * size.fitted,
        "--units, --layers or --members": _FLOAT * _COPIES * settings.members * lstm,
        "--vector-size of zhgen embed": _FLOAT * _COPIES * rows * dimensions,
        a_window: _FLOAT * (steps * a_step + looked_at * a_look),
    }


def check_memory(settings: TrainSettings, size: Size, available: int | None) -> None:
    """Refuse a training that needs more memory than there is.

    Args:
        settings: The recipe, with the batch size filled in.
        size: What is learnt.
        available: How many bytes there are; None when nobody knows, and then nothing is refused.

    Raises:
        RefusedError: It names how much is needed, how much there is, and the setting to lower.
    """
    needs = estimate_memory(settings, size)
    counting = _COUNTING * size.pieces
    needed = max(sum(needs.values()), counting)
    if available is None or needed <= available:
        return
    largest = max(needs, key=lambda name: needs[name] * (name != ""))
    remedy = f"Give a smaller {largest}" if max(needs[""], counting) <= available else "Give a shorter text"
    raise RefusedError(
        f"Training needs about {needed / 1e9:.1f} GB of memory, and {available / 1e9:.1f} GB are free.",
        f"{remedy}, or close other programs.",
    )


def available_memory(root: Path = Path("/")) -> int | None:
    """Return how many bytes this process may still take, or None when the system does not say.

    That is what the machine has left, and what a container (a cgroup of Linux) is allowed, whichever is less.

    Args:
        root: Where the system's files lie.
    """
    left = [_machine(root), *_groups(root / "sys" / "fs" / "cgroup")]
    known = [amount for amount in left if amount is not None]
    return max(min(known), 0) if known else None


def _machine(root: Path) -> int | None:
    try:
        lines = (root / "proc" / "meminfo").read_text().splitlines()
    except OSError:
        return _pages()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(fields["MemAvailable"].split()[0]) * 1024 if "MemAvailable" in fields else _pages()


def _pages() -> int | None:
    """Return the memory of a machine that is no Linux: all of it, where it does not say what is left."""
    for name in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        if name in getattr(os, "sysconf_names", {}):
            return os.sysconf(name) * os.sysconf("SC_PAGE_SIZE")
    return None


def _groups(folder: Path) -> list[int | None]:
    """Return what cgroups allow, version 2 and version 1; files of the text that can be dropped count as free."""
    return [
        _group(folder / "memory.max", folder / "memory.current", folder / "memory.stat"),
        _group(
            folder / "memory" / "memory.limit_in_bytes",
            folder / "memory" / "memory.usage_in_bytes",
            folder / "memory" / "memory.stat",
        ),
    ]


def _group(limit: Path, used: Path, statistics: Path) -> int | None:
    try:
        allowed, taken = limit.read_text().strip(), int(used.read_text())
        fields = dict(line.split() for line in statistics.read_text().splitlines())
    except (OSError, ValueError):
        return None
    if not allowed.isdigit() or int(allowed) >= _UNLIMITED:  # `max`, or a number beyond all machines
        return None
    return int(allowed) - taken + int(fields.get("inactive_file", 0))
