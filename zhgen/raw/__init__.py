"""Bytes in, clean paragraphs out."""
