"""Text in, words out."""
