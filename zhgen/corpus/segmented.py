"""Segmented texts: `NAME.seg.txt`, and beside it `NAME.seg.json` that says where it came from.

The text is UTF-8 with LF, a paragraph a line, one space between words. Joining the words of a line gives the paragraph back.
"""

import dataclasses
import hashlib
import json
import typing
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from zhgen.corpus.dictionary import Dictionary, parse_dictionary
from zhgen.corpus.segmenter import Segmenter
from zhgen.corpus.uses import Uses
from zhgen.corpus.workers import cut_in_order
from zhgen.errors import RefusedError
from zhgen.files import atomic_file, check_input_file, sha256
from zhgen.progress import SILENT, Reporter
from zhgen.raw.encoding import TextReader
from zhgen.raw.treatment import Treatment

SUFFIX = ".seg.txt"
_LONGEST_MEAN_WORD = 8  # characters; jieba's words have 1.5 in the mean, a text nobody has cut has hundreds


@dataclass(frozen=True)
class Sidecar:
    """What a segmented text is made of: the content of `NAME.seg.json`.

    `sources` has a name, a sha256, an encoding and a size in bytes for every input; `segmenter` is the segmenter's identity;
    `dictionary` is the text of the user dictionary; `sha256` is the hash of the segmented text. `clean` says how many lines
    each step of the clean-up touched, `conversion` what converted the characters; both are empty where nothing did.
    """

    sources: list[dict[str, Any]]
    segmenter: dict[str, Any]
    dictionary: str | None
    paragraphs: int
    words: int
    characters: int
    sha256: str
    clean: dict[str, int] = field(default_factory=dict)
    conversion: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, hint in typing.get_type_hints(type(self)).items():
            origin = typing.get_origin(hint)
            if not isinstance(getattr(self, name), origin if origin in (list, dict) else hint):
                raise TypeError(f"{name} is {getattr(self, name)!r}")


def sidecar_path(path: Path) -> Path:
    """Return where the sidecar of a segmented text stands."""
    return path.with_name(path.name.removesuffix(".txt") + ".json")


def differing_cut(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Return in what two segmenters differ, by the names in a sidecar, for a sentence; empty when they cut alike."""
    return ", ".join(name for name in sorted({*mine, *theirs}) if mine.get(name) != theirs.get(name))


def is_segmented(path: Path) -> bool:
    """Return whether a file is a segmented text, by its name."""
    return path.name.endswith(SUFFIX)


def write_segmented(
    sources: Sequence[tuple[str, IO[bytes]]],
    path: Path,
    segmenter: Segmenter,
    reporter: Reporter = SILENT,
    *,
    workers: int = 1,
    uses: Uses | None = None,
    treatment: Treatment | None = None,
) -> Sidecar:
    """Cut texts into words and write them, one after the other, as one segmented text with its sidecar.

    Args:
        sources: A name and a binary file for every text.
        path: Where the segmented text goes.
        segmenter: What cuts.
        reporter: What is told how it goes on.
        workers: How many processes cut; the words are the same.
        uses: What counts the words of the user dictionary.
        treatment: How the texts are decoded, cleaned and converted; by default decoded alone.

    Raises:
        RefusedError: A source is no text, its encoding is not sure, or there is no paragraph in all of them.
        ZhgenError: A process that cuts was killed.
    """
    with atomic_file(path) as output:
        sidecar = stream_segmented(sources, output, segmenter, reporter, workers=workers, uses=uses, treatment=treatment)
        if sidecar.paragraphs == 0:
            raise RefusedError("There is no text in the input, only white space.", "Give a file with text in it.")
        with atomic_file(sidecar_path(path)) as file:
            text = json.dumps(dataclasses.asdict(sidecar), ensure_ascii=False, indent=2)
            file.write(text.encode() + b"\n")
    return sidecar


def stream_segmented(
    sources: Sequence[tuple[str, IO[bytes]]],
    output: IO[bytes],
    segmenter: Segmenter,
    reporter: Reporter = SILENT,
    *,
    workers: int = 1,
    uses: Uses | None = None,
    treatment: Treatment | None = None,
) -> Sidecar:
    """Cut texts into words and write them to an open file, a paragraph at a time; memory does not grow with the text.

    The arguments are those of `write_segmented`.
    """
    paragraphs = words = characters = 0
    digest = hashlib.sha256()
    treatment = treatment or Treatment()
    readers = [treatment.open(file, name, reporter) for name, file in sources]
    read = (paragraph for reader in readers for paragraph in treatment.paragraphs(reader))
    with reporter.track("segment", None, "characters") as task, closing(cut_in_order(read, segmenter, workers)) as cut:
        for paragraph, line in cut:
            content = f"{line}\n".encode()
            output.write(content)
            digest.update(content)
            if uses is not None:
                uses.add(paragraph, line)
            paragraphs, words, characters = paragraphs + 1, words + 1 + line.count(" "), characters + len(paragraph)
            task.advance(len(paragraph))
    return Sidecar(
        sources=[
            {"name": Path(r.name).name, "sha256": r.sha256, "encoding": r.encoding, "bytes": r.bytes_read} for r in readers
        ],
        segmenter=segmenter.identity,
        dictionary=segmenter.dictionary.text if segmenter.dictionary else None,
        paragraphs=paragraphs,
        words=words,
        characters=characters,
        sha256=digest.hexdigest(),
        clean=treatment.clean,
        conversion=treatment.conversion,
    )


@dataclass(frozen=True)
class SegmentedText:
    """A segmented text on disk, read anew each time it is asked for.

    Attributes:
        path: The file.
        sidecar: What it is made of, or None when it was made by another program.
        lengths: How many words each paragraph has.
    """

    path: Path
    sidecar: Sidecar | None
    lengths: list[int]

    @property
    def words(self) -> int:
        """How many words there are."""
        return sum(self.lengths)

    def paragraphs(self, start: int = 0, stop: int | None = None) -> Iterator[list[str]]:
        """Yield the words of each paragraph, from word number `start` on and before word number `stop` of the text."""
        stop = self.words if stop is None else stop
        position = 0
        for paragraph in _read(self.path):
            part = paragraph[max(start - position, 0) : max(stop - position, 0)]
            if part:
                yield part
            position += len(paragraph)
            if position >= stop:
                return

    def count_words(self, stop: int | None = None) -> Counter[str]:
        """Return how often each word occurs before word number `stop` of the text."""
        return Counter(word for paragraph in self.paragraphs(stop=stop) for word in paragraph)

    def split_position(self, share: float) -> int:
        """Return how many words come before the last `share` of the text.

        The split falls between two paragraphs where that is at most a quarter of the last part away from the share.
        """
        total = self.words
        target = total - int(total * share)
        ends, position = [0], 0
        for length in self.lengths:
            position += length
            ends.append(position)
        near = min(ends, key=lambda end: abs(end - target))
        snaps = 0 < near < total and abs(near - target) * 4 <= total - target
        return near if snaps else target


def open_segmented(path: Path) -> SegmentedText:
    """Return the segmented text in a file, checked against its sidecar if there is one.

    Raises:
        RefusedError: The file cannot be read, is not UTF-8, is not segmented, or is not the one its sidecar speaks of.
    """
    check_input_file(path)
    lengths, characters = [], 0
    for paragraph in _read(path):
        lengths.append(len(paragraph))
        characters += sum(map(len, paragraph))
    if not lengths:
        raise RefusedError(f"There is no text in {path}, only white space.", "Give a segmented text.")
    if characters > _LONGEST_MEAN_WORD * sum(lengths):
        raise RefusedError(f"{path} is not cut into words.", f"Type: zhgen segment {path}")
    sidecar = read_sidecar(path)
    if sidecar is not None and sidecar.sha256 != sha256(path):
        raise RefusedError(
            f"{path} was changed after it was made: its hash is not the one in {sidecar_path(path)}.",
            "Segment the text again, or delete the .seg.json file if the change was meant.",
        )
    return SegmentedText(path, sidecar, lengths)


def read_sidecar(path: Path) -> Sidecar | None:
    """Return what a segmented text is made of, or None when it has no sidecar, as one made by another program.

    Raises:
        RefusedError: There is a sidecar and it cannot be understood.
    """
    place = sidecar_path(path)
    if not is_segmented(path) or not place.exists():
        return None
    try:
        return Sidecar(**json.loads(place.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise RefusedError(
            f"{place} is damaged ({error}).", "Segment the text again, or delete that file to do without."
        ) from None


def sidecar_dictionary(sidecar: Sidecar) -> Dictionary | None:
    """Return the user dictionary that a segmented text was cut with, or None when there was none."""
    return None if sidecar.dictionary is None else parse_dictionary(sidecar.dictionary.split("\n"), "dictionary")


def _read(path: Path) -> Iterator[list[str]]:
    """Yield the words of each paragraph of a file; white space of every kind separates words."""
    with path.open("rb") as file:
        for line in TextReader(file, str(path), "utf-8").lines():
            words = line.split()
            if words:
                yield words
