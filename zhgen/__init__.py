"""zhgen turns one Chinese text into a small generator of text in its manner."""

__version__ = "0.1.0"
