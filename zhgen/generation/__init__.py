"""The only way text comes out: NumPy alone."""
