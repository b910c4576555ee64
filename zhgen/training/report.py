"""What is said of every epoch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhgen.progress import Reporter
from zhgen.training.trend import describe_trend

_QUIET_EPOCHS = 20  # of more epochs than this only some are told


@dataclass(frozen=True)
class Report:
    """Tells how a training goes on.

    Args:
        reporter: What it is told to.
        epochs: How many epochs there are at most.
        measure: What the validation is called; a perplexity is told instead of its logarithm.
    """

    reporter: Reporter
    epochs: int
    measure: str

    def tell(self, history: Sequence[dict[str, Any]], *, better: bool, left: float) -> None:
        """Tell of the last epoch; of many epochs only now and then.

        Args:
            history: A row an epoch.
            better: Whether its weights are kept.
            left: How many seconds there are still to go; 0 after the last epoch.
        """
        row = history[-1]
        epoch = row["epoch"]
        if self.epochs > _QUIET_EPOCHS and epoch % (self.epochs // _QUIET_EPOCHS) and left > 0:
            return
        parts = [f"epoch {epoch}/{self.epochs}: loss {row['loss']:.4f}"]
        if "validation_loss" in row:
            parts.append(self._describe(row["validation_loss"]) + (" (best)" if better else ""))
        parts += [f"{row['words_per_second']:,} words/s", f"{left:,.0f} s left"]
        trend = describe_trend(history, logarithmic=self.measure == "perplexity")
        self.reporter.say("; ".join(filter(None, (", ".join(parts), trend))))

    def _describe(self, loss: float) -> str:
        shown = f"{math.exp(min(loss, 50)):.1f}" if self.measure == "perplexity" else f"{loss:.5f}"
        return f"validation {self.measure} {shown}"
