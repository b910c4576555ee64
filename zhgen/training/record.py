"""How far a training has come."""

import dataclasses
import math
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Record:
    """All that a training has come to that is neither weights nor chance; plain numbers, so that JSON can hold it.

    Attributes:
        history: A row an epoch that is done.
        kept: The row of the epoch whose weights are kept.
        best_loss: What that epoch was judged by.
        waited: How many epochs there were since.
        ended: Whether there is nothing left to learn.
        seconds: How long it took so far, in all processes.
        started: After how many of them the first step was done.
        reserved: How many of them the last validation took.
        losses: The loss of every batch that was learnt of the epoch that is running.
        sizes: How many predictions each of these has.
        epoch_seconds: How long these took.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, Any] | None = None
    best_loss: float = math.inf
    waited: int = 0
    ended: bool = False
    seconds: float = 0.0
    started: float = 0.0
    reserved: float = 0.0
    losses: list[Any] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    epoch_seconds: float = 0.0

    @property
    def epoch(self) -> int:
        """The number of the epoch that is running."""
        return len(self.history) + 1

    def as_json(self) -> dict[str, Any]:
        """Return what `Record(**…)` makes again from JSON."""
        plain = {entry.name: getattr(self, entry.name) for entry in dataclasses.fields(self)}
        return plain | {"losses": [float(loss) for loss in self.losses]}

    def next_epoch(self, row: dict[str, Any]) -> None:
        """Note that an epoch is done."""
        self.history.append(row)
        self.losses, self.sizes, self.epoch_seconds = [], [], 0.0
