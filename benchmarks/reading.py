"""Words a second and peak memory of reading vectors, beside gensim's `load_word2vec_format`, each in a process of its own.

A file of 200 dimensions is made in a temporary folder, with drawn numbers and words of two to four characters, and read when it
is in the file cache. The first table has the median of some rounds, in turn; the second reads a file of a gigabyte of which
50,000 rows are wanted: the first ones, and some from everywhere.

Usage: python benchmarks/reading.py [ROWS [ROUNDS [ROWS_OF_THE_LARGE_FILE]]]
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

SIZE = 200
WANTED = 50_000
FIRST_CHARACTER, CHARACTERS = 0x4E00, 20_000

READERS = {
    "zhgen": "from zhgen.vectors.binary import read_vectors; from pathlib import Path",
    "gensim": "from gensim.models import KeyedVectors",
}
EVERYTHING = {"zhgen": "read_vectors(Path(path))", "gensim": "KeyedVectors.load_word2vec_format(path, binary=True)"}
A_PART = {
    "zhgen, the first": ("zhgen", f"read_vectors(Path(path), limit={WANTED})"),
    "gensim, the first": ("gensim", f"KeyedVectors.load_word2vec_format(path, binary=True, limit={WANTED})"),
    "zhgen, from everywhere": ("zhgen", "read_vectors(Path(path), keep=wanted)"),
}

MEASURE = """
import resource, sys, time
{imports}
path = sys.argv[1]
wanted = {{chr({first} + number % {characters}) + str(number) for number in range(0, {rows}, max({rows} // {wanted}, 1))}}
started = time.perf_counter()
result = {call}
print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def make(path: Path, rows: int) -> None:
    """Write a file of vectors."""
    generator = np.random.default_rng(1)
    with path.open("wb") as file:
        file.write(f"{rows} {SIZE}\n".encode())
        for number in range(rows):
            word = chr(FIRST_CHARACTER + number % CHARACTERS) + str(number)
            file.write(word.encode() + b" " + generator.standard_normal(SIZE, dtype=np.float32).tobytes())


def measure(reader: str, call: str, path: Path, rows: int) -> tuple[float, float]:
    """Return the seconds that a reader takes and the peak memory of its process, in MB."""
    code = MEASURE.format(
        imports=READERS[reader], first=FIRST_CHARACTER, characters=CHARACTERS, wanted=WANTED, rows=rows, call=call
    )
    seconds, peak = subprocess.check_output((sys.executable, "-c", code, path), text=True).split()
    return float(seconds), float(peak)


def main(rows: int = 250_000, rounds: int = 5, large: int = 1_250_000) -> None:
    """Measure and print two tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.bin"
        make(path, rows)
        path.read_bytes()  # into the file cache
        done = [{name: measure(name, call, path, rows) for name, call in EVERYTHING.items()} for _ in range(rounds)]
        print(f"{rows:,} words in {SIZE} dimensions, {path.stat().st_size / 1e6:,.0f} MB")
        print("| | words/s, median | least | most | ratio to gensim, median of the rounds | peak memory, MB |")
        print("|---|---|---|---|---|---|")
        for name in EVERYTHING:
            speeds = [rows / once[name][0] for once in done]
            ratio = statistics.median(once["gensim"][0] / once[name][0] for once in done)
            print(
                f"| {name} | {statistics.median(speeds):,.0f} | {min(speeds):,.0f} | {max(speeds):,.0f} | {ratio:.2f} "
                f"| {max(once[name][1] for once in done):,.0f} |"
            )
        make(path, large)
        print(f"\n{WANTED:,} of {large:,} words in {SIZE} dimensions, {path.stat().st_size / 1e6:,.0f} MB")
        print("| | seconds | peak memory, MB |\n|---|---|---|")
        for name, (reader, call) in A_PART.items():
            seconds, peak = measure(reader, call, path, large)
            print(f"| {name} | {seconds:.2f} | {peak:,.0f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
