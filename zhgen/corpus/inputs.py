"""Which texts a command reads: files, the .txt files of folders in their natural order, stdin."""

from collections.abc import Sequence
from pathlib import Path

from zhgen.corpus.dictionary import DRAFT_SUFFIX
from zhgen.corpus.natural_order import natural_key
from zhgen.corpus.segmented import SUFFIX, is_segmented
from zhgen.errors import RefusedError
from zhgen.files import check_input_file
from zhgen.progress import SILENT, Reporter

STDIN = Path("-")
_SHOWN = 5  # names of files that are passed over
_LONG = 15_000  # bytes: some 5,000 characters, 1,000 different ones


def find_inputs(given: Sequence[Path], reporter: Reporter = SILENT) -> list[Path]:
    """Return the files to read, in order: those given, and for a folder the .txt files in it; `-` is stdin and stays.

    In a folder hidden files, segmented texts, drafts of dictionaries and what is not .txt are passed over, and folders too;
    the reporter is told.

    Raises:
        RefusedError: A file cannot be read or is empty, one is named twice, or a folder has no .txt file.
    """
    paths: list[Path] = []
    for path in given:
        paths.extend(_texts_in(path, reporter) if path != STDIN and path.is_dir() else [path])
    seen: set[Path] = set()
    for path in paths:
        if path != STDIN:
            check_input_file(path)
        place = path if path == STDIN else path.resolve()
        if place in seen:
            raise RefusedError(f"{'stdin' if path == STDIN else path} is named twice.", f"Give {path} once.")
        seen.add(place)
    return paths


def are_long(paths: Sequence[Path]) -> bool:
    """Return whether texts are so long that jieba had better load its whole dictionary at once; one from stdin may be."""
    return STDIN in paths or sum(path.stat().st_size for path in paths) >= _LONG


def default_output(given: Sequence[Path]) -> Path:
    """Return where the segmented text of inputs goes: beside the first file or folder, to stdout for stdin."""
    first = given[0]
    if first == STDIN:
        return STDIN
    if first.is_dir():
        folder = first if first.name not in ("", "..") else first.resolve()
        return folder.parent / f"{folder.name or 'text'}{SUFFIX}"
    return first.with_name(first.stem + SUFFIX)


def _texts_in(folder: Path, reporter: Reporter) -> list[Path]:
    try:
        found = sorted(folder.iterdir(), key=lambda path: natural_key(path.name))
    except OSError as error:
        raise RefusedError(f"{folder} cannot be read ({error.strerror}).", "Check its permissions.") from None
    texts = [path for path in found if _is_text(path)]
    others = [path.name for path in found if not _is_text(path)]
    if not texts:
        raise RefusedError(f"There is no .txt file in {folder}.", "Put the texts there, or name the files one by one.")
    if others:
        more = f" … and {len(others) - _SHOWN:,} more" if len(others) > _SHOWN else ""
        reporter.say(f"Passed over in {folder}: {', '.join(others[:_SHOWN])}{more}.")
    return texts


def _is_text(path: Path) -> bool:
    is_named_so = path.suffix.lower() == ".txt" and not path.name.startswith(".")
    is_made_of_one = is_segmented(path) or path.name.endswith(DRAFT_SUFFIX)
    return is_named_so and not is_made_of_one and not path.is_dir()
