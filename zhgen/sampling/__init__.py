"""Which piece comes next: pure functions over scores, and what remembers them for one text."""
