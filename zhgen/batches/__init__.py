"""Many texts in one run: prompts out of files, texts into files."""
