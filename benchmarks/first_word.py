"""Seconds from starting `zhgen generate` to the first word after the prompt, beside starting Python with NumPy and click.

Usage: python benchmarks/first_word.py MODEL [PROMPT]
"""

import os
import pty
import statistics
import subprocess
import sys
import time

RUNS = 7


def seconds_to_first_word(model: str, prompt: str) -> float:
    """Start the command on a terminal of its own and return the seconds until something follows the prompt."""
    master, slave = pty.openpty()
    started = time.monotonic()
    command = (sys.executable, "-m", "zhgen", "generate", model, "--prompt", prompt, "-n", "50")
    with subprocess.Popen(command, stdout=slave, stderr=subprocess.DEVNULL) as process:
        os.close(slave)
        seen = b""
        while len(seen) <= len(prompt.encode()):
            seen += os.read(master, 4096)
        seconds = time.monotonic() - started
        process.kill()
    os.close(master)
    return seconds


def seconds_to_import() -> float:
    """Return the seconds that Python takes to start and import NumPy and click."""
    started = time.monotonic()
    subprocess.run((sys.executable, "-c", "import numpy, click"), check=True)
    return time.monotonic() - started


def main() -> None:
    """Measure in turn and print medians."""
    model = sys.argv[1]
    prompts = sys.argv[2:] or ["宝玉", "话说宝玉听了这话"]
    pairs = [(seconds_to_import(), *(seconds_to_first_word(model, prompt) for prompt in prompts)) for _ in range(RUNS)]
    names = ("python -c 'import numpy, click'", *(f"zhgen generate --prompt {prompt}" for prompt in prompts))
    print("| | median of seconds | least | most |\n|---|---|---|---|")
    for name, times in zip(names, zip(*pairs, strict=True), strict=True):
        print(f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} |")


if __name__ == "__main__":
    main()
