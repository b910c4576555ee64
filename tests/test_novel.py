"""What the recipes promise on a whole novel. These tests train for minutes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
BOOK = SHARED / "corpora" / "红楼梦.txt"
TRAIN = SHARED / "corpora" / "红楼梦.train.txt"
TEST = SHARED / "corpora" / "红楼梦.test.txt"
C_TOOL_VECTORS = SHARED / "vectors" / "红楼梦.c-tool.vectors.bin"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.corpora,
    pytest.mark.timeout(3000),
    pytest.mark.skipif(not BOOK.exists(), reason="the novels are not part of the project"),
]


def run(*command):
    """Run Python with arguments and return what it prints to stdout and stderr."""
    done = subprocess.run((sys.executable, *map(str, command)), capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_the_default_recipe_learns_a_novel(tmp_path):
    """On chapters of 红楼梦 that it has not seen the default recipe has a perplexity of at most 130 over pieces."""
    seg, vectors, model = tmp_path / "hlm.seg.txt", tmp_path / "hlm.vectors.bin", tmp_path / "hlm"
    run("-m", "zhgen", "segment", TRAIN, "-o", seg)
    run("-m", "zhgen", "embed", seg, "-o", vectors)
    run("-m", "zhgen", "train", seg, "--vectors", vectors, "-o", model)
    figures = json.loads(run("-m", "zhgen", "evaluate", model, TEST, "--json")[0])
    assert figures["pieces"] > 29_000
    assert figures["perplexity"] <= 130


@pytest.mark.skipif(not C_TOOL_VECTORS.exists(), reason="the C tool's vectors are not part of the project")
@pytest.mark.parametrize(("epochs", "least_cosine", "least_hits"), [(500, 0.90, 1), (3000, 0.99, 10)])
def test_the_seed_recipe_finds_the_next_word(tmp_path, epochs, least_cosine, least_hits):
    """With the C tool's vectors the word after the first window is the nearest, and with more epochs that of all ten is."""
    seg, model = tmp_path / "hlm.seg.txt", tmp_path / "seed"
    run("-m", "zhgen", "segment", BOOK, "-o", seg)
    command = ("-m", "zhgen", "train", seg, "--vectors", C_TOOL_VECTORS, "-o", model, "--recipe", "seed", "--epochs", epochs)
    _, told = run(*command)
    found = re.search(r"after: .* by (\S+) \(cosine ([\d.]+)\); predicted (\S+) .*; (\d+) of the 10", told)
    assert found is not None
    right, cosine, predicted, hits = found.groups()
    assert predicted == right
    assert float(cosine) >= least_cosine
    assert int(hits) >= least_hits
