"""The worked lessons: each builds one small system, runs it and shows what happens."""
