"""The command line: one module a command, each parses, makes one library call and prints."""

from zhgen.cli.application import main

__all__ = ["main"]
