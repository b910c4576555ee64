"""Traditional characters to simplified ones and back, by OpenCC, which is installed on demand."""

import importlib.metadata
from typing import Any, Literal

from zhgen.errors import RefusedError

Direction = Literal["t2s", "s2t"]


class Converter:
    """Converts text one way.

    Args:
        direction: `t2s` makes simplified characters of traditional ones, `s2t` the other way about.

    Raises:
        RefusedError: OpenCC is not installed.
    """

    def __init__(self, direction: Direction) -> None:
        try:
            from opencc import OpenCC
        except ImportError:
            raise RefusedError(
                f"--{direction} needs OpenCC, which is not installed.", "Type: pip install 'zhgen[opencc]'"
            ) from None
        self.direction = direction
        self._opencc = OpenCC(direction)

    def convert(self, text: str) -> str:
        """Return a text converted."""
        return str(self._opencc.convert(text))

    @property
    def identity(self) -> dict[str, Any]:
        """What converts, as it stands in a sidecar."""
        return {"engine": "opencc", "version": importlib.metadata.version("opencc"), "direction": self.direction}
