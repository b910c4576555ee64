"""Seconds and peak memory of `zhgen generate MODEL -n 1` as a whole process, beside starting Python with NumPy and click.

Usage: python benchmarks/cold_start.py MODEL [PROMPT]
"""

import os
import statistics
import subprocess
import sys
import time

RUNS = 11


def run(*arguments: str) -> tuple[float, float]:
    """Run Python with arguments and return its seconds and its peak memory in megabytes."""
    chosen = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # measured are the kernels that OpenBLAS chooses for this processor
    environment = {name: value for name, value in os.environ.items() if name not in chosen} | {"OPENBLAS_NUM_THREADS": "1"}
    started = time.monotonic()
    with subprocess.Popen((sys.executable, *arguments), stdout=subprocess.DEVNULL, env=environment) as process:
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {process.returncode}.")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Measure in turn and print medians."""
    model, prompt = sys.argv[1], (sys.argv[2:] or ["话说宝玉听了这话"])[0]
    generate = ("-m", "zhgen", "generate", model, "-n", "1")
    ways = {
        "python -c 'import numpy, click'": ("-c", "import numpy, click"),
        "zhgen generate MODEL -n 1": generate,
        f"the same with --prompt {prompt}, which has to be cut": (*generate, "--prompt", prompt),
    }
    for arguments in ways.values():
        run(*arguments)  # what is cached on disk is there from now on
    measured = [[run(*arguments) for arguments in ways.values()] for _ in range(RUNS)]
    first = statistics.median(runs[0][0] for runs in measured)
    print("| | median of seconds | more than the first | most memory, MB |\n|---|---|---|---|")
    for name, times in zip(ways, zip(*measured, strict=True), strict=True):
        median = statistics.median(seconds for seconds, _ in times)
        print(f"| {name} | {median:.2f} | {median - first:.2f} | {max(megabytes for _, megabytes in times):.0f} |")


if __name__ == "__main__":
    main()
