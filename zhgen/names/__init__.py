"""The names of persons in a text, found by where they stand."""
