"""Recurrent networks written out in NumPy."""
