"""How much memory a training needs, and how much there is."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhgen.config import TrainSettings
from zhgen.errors import RefusedError
from zhgen.training.memory import Size, available_memory, check_memory, estimate_memory

MB = 2**20
SMALL = Size(pieces=30_000, vocabulary=8_000, vector_size=200, characters=3_000, fitted=1_500)
NOVEL = Size(pieces=565_476, vocabulary=9_835, vector_size=200, characters=4_454, fitted=29_330)
LOSSES = {"softmax": {"loss": "softmax"}, "default": {}}


@pytest.mark.parametrize(
    ("given", "size", "peak"),
    [
        ({"batch_size": 64}, SMALL, 742),
        ({"batch_size": 64, "units": 1024}, SMALL, 946),
        ({"batch_size": 64, "loss": "softmax"}, SMALL, 770),
        ({"batch_size": 256}, dataclasses.replace(SMALL, pieces=60_000, fitted=3_000), 859),
        ({"batch_size": 64}, NOVEL, 976),
        ({"batch_size": 64}, dataclasses.replace(NOVEL, pieces=5_652_296, fitted=30_000), 1093),
        ({"batch_size": 128, "units": 320, "members": 2, "attention": 200}, dataclasses.replace(NOVEL, pieces=594_767), 1335),
    ],
)
def test_the_estimate_is_near_what_was_measured(given, size, peak):
    """Peaks of whole processes, in MB, are foretold within a tenth."""
    assert sum(
        estimate_memory(TrainSettings(**{"members": 1, "units": 256, "attention": 0, **given}), size).values()
    ) / MB == pytest.approx(peak, rel=0.1)


@given(
    name=st.sampled_from(["units", "layers", "members", "batch_size", "timesteps", "negatives", "attention"]),
    value=st.integers(1, 4),
    loss=st.sampled_from(["default", "softmax"]),
)
def test_more_of_anything_never_needs_less(name, value, loss):
    """Each setting twice as high needs as much or more."""
    settings = TrainSettings(**{"batch_size": 8, **LOSSES[loss], name: value})
    more = dataclasses.replace(settings, **{name: 2 * value})
    assert sum(estimate_memory(more, SMALL).values()) >= sum(estimate_memory(settings, SMALL).values())


@pytest.mark.parametrize(
    ("given", "size", "remedy"),
    [
        ({"units": 8192, "members": 1}, {}, "Give a smaller --units, --layers or --members, or close other programs."),
        ({"batch_size": 5000}, {}, "Give a smaller --batch-size, --timesteps or --attention, or close other programs."),
        ({"batch_size": 9000, "attention": 0}, {}, "Give a smaller --batch-size or --timesteps, or close other programs."),
        ({}, {"vocabulary": 10**6}, "Give a smaller --vector-size of zhgen embed, or close other programs."),
        ({}, {"pieces": 10**8}, "Give a shorter text, or close other programs."),
    ],
)
def test_what_would_not_fit_is_refused_with_the_setting_to_lower(given, size, remedy):
    """Two gigabytes are enough for the recipe, and what is too much for them is named."""
    settings = TrainSettings(**{"batch_size": 64, **given})
    with pytest.raises(RefusedError) as refused:
        check_memory(settings, dataclasses.replace(SMALL, **size), 2 * 10**9)
    assert str(refused.value).startswith("Training needs about ")
    assert f" GB of memory, and 2.0 GB are free. {remedy}" in str(refused.value)


def test_what_fits_is_not_refused():
    """The recipe on a novel fits in two gigabytes; where nobody knows how much there is nothing is refused."""
    check_memory(TrainSettings(batch_size=64), dataclasses.replace(SMALL, pieces=600_000), 2 * 10**9)
    check_memory(TrainSettings(batch_size=64, units=8192), SMALL, None)


def _write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


MACHINE = {"proc/meminfo": "MemTotal:  9000 kB\nMemAvailable:    5000 kB\n"}
V2 = {
    "sys/fs/cgroup/memory.max": "3000000\n",
    "sys/fs/cgroup/memory.current": "2500000\n",
    "sys/fs/cgroup/memory.stat": "anon 1\ninactive_file 500000\n",
}
V1 = {
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "3000000\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "2800000\n",
    "sys/fs/cgroup/memory/memory.stat": "inactive_file 100000\n",
}


@pytest.mark.parametrize(
    ("files", "bytes_left"),
    [
        (MACHINE, 5_120_000),
        (MACHINE | V2, 1_000_000),
        (MACHINE | V1, 300_000),
        (MACHINE | V2 | {"sys/fs/cgroup/memory.max": "max\n"}, 5_120_000),
        (MACHINE | V1 | {"sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2**63 - 4096}\n"}, 5_120_000),
        (MACHINE | V2 | {"sys/fs/cgroup/memory.max": "1000\n"}, 0),
        (MACHINE | V2 | {"sys/fs/cgroup/memory.stat": "not what it was"}, 5_120_000),
    ],
)
def test_what_is_left_is_what_the_machine_has_and_the_container_may(files, bytes_left, tmp_path):
    """The lesser of both; a container's cached files count as free, and one without a limit does not count."""
    _write(tmp_path, files)
    assert available_memory(tmp_path) == bytes_left


def test_a_machine_that_is_no_linux_says_it_otherwise(tmp_path, monkeypatch):
    """Without /proc the pages of the system's own count are taken, and where there is no such count nobody knows."""
    monkeypatch.setattr("os.sysconf_names", {"SC_PHYS_PAGES": 1, "SC_PAGE_SIZE": 2})
    monkeypatch.setattr("os.sysconf", {"SC_PHYS_PAGES": 7, "SC_PAGE_SIZE": 4096}.__getitem__)
    assert available_memory(tmp_path) == 7 * 4096
    monkeypatch.setattr("os.sysconf_names", {})
    assert available_memory(tmp_path) is None
