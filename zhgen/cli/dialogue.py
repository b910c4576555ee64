"""What is typed while a text is written together: lines in, talk on stderr. The text itself is printed by who began it."""

import dataclasses
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from zhgen.cli.next import fact, table
from zhgen.config import MAX_SEED, GenerateSettings, WriteSettings
from zhgen.errors import RefusedError
from zhgen.files import atomic_file, check_output_file, refuse_existing
from zhgen.generation.session import Session
from zhgen.training.interruption import Interruption
from zhgen.wording import counted

if TYPE_CHECKING:
    from zhgen.generation.follower import Candidate

HELP = """A number picks that word. Any other line is text of yours, written as it stands. An empty line shows the words again.
  /go [N]          let the model write N words
  /sentence        let it write to the sentence's end
  /again           take back what it wrote last, and let it write otherwise
  /undo [N]        take back the last step, or the last N
  /break           begin a new paragraph
  /show            show the whole text
  /top N           show N words from now on
  /temperature X   below 1 bolder words get rarer, above 1 more frequent
  /seed N          other luck
  /save FILE       write the text to a file
  /text LINE       text that would be taken for a number
  //LINE           text that begins with /
  /quit            as Ctrl-D: what is not saved is printed then
"""
_MOST_WORDS = 500  # that a sentence may have
_MOST_DIGITS = len(str(MAX_SEED))  # of a number that is meant
_TAIL = 200  # characters of the text that are shown before the words


class Dialogue:
    """Does what lines say.

    Args:
        session: The text.
        settings: How the model writes when it is let run.
        shown: How many words are shown, and how far it writes.
        say: What takes the talk, as it is to be printed.
        complain: What takes what is said of lines that cannot be done.
        ask: Asks a question that is answered by yes or no; None where nobody is there to answer.

    Attributes:
        saved: The text as it was saved last; None before.
        refused: How many lines could not be done.
        over: Whether the end was asked for.
    """

    def __init__(
        self,
        session: Session,
        settings: GenerateSettings,
        shown: WriteSettings,
        say: Callable[[str], None],
        complain: Callable[[str], None],
        ask: Callable[[str], bool] | None = None,
    ) -> None:
        self.session, self.settings, self.shown = session, settings, shown
        self.say, self.complain, self.ask = say, complain, ask
        self.saved: str | None = None
        self.refused = 0
        self.over = False
        self._last_run: GenerateSettings | None = None  # how the last step was written, where the model wrote it
        self._candidates: list[Candidate] = []

    def show(self) -> None:
        """Show the end of the text, and the words that are likeliest to follow, each with its number."""
        text = self.session.text
        self._candidates = self.session.candidates(self.shown.top)
        facts = [fact(rank, one) for rank, one in enumerate(self._candidates, start=1)]
        self.say(f"\n{'…' if len(text) > _TAIL else ''}{text[-_TAIL:]}\n\n{table(facts)}\n")

    def do(self, line: str) -> None:
        """Do what a line says, and show what may come then. What cannot be done is said."""
        try:
            shows = self._do(line)
        except RefusedError as error:
            self.refused += 1
            self.complain(f"{error}\n")
            return
        if shows and not self.over:
            self.show()

    def _do(self, line: str) -> bool:
        """Do what a line says and return whether the words are to be shown."""
        if line.startswith("/") and not line.startswith("//"):
            name, _, argument = line[1:].partition(" ")
            if name not in self._COMMANDS:
                raise RefusedError(f"There is no /{name}.", "Type /help, or // before a text that begins with /.")
            return self._COMMANDS[name](self, argument)
        if line.isascii() and line.strip().isdigit():
            return self._pick(line.strip())
        return self._text(line.removeprefix("/")) if line.strip() else True

    def _pick(self, digits: str) -> bool:
        number = int(digits[:_MOST_DIGITS])
        if len(digits) > _MOST_DIGITS or not 1 <= number <= len(self._candidates):
            raise RefusedError(f"There is no word {digits[:20]}.", f"Type /text {digits[:20]} if you mean the number itself.")
        self.session.pick(self._candidates[number - 1])
        self._last_run = None
        return True

    def _text(self, line: str) -> bool:
        if not line:
            raise RefusedError("There is no text after that.", "Write /text 12, say.")
        self.session.type(line)
        self._last_run = None
        return True

    def _break(self, argument: str) -> bool:
        _refuse_argument(argument)
        self.session.end_paragraph()
        self._last_run = None
        return True

    def _go(self, argument: str) -> bool:
        words = _whole_number(argument) if argument.strip() else self.shown.stretch
        return self._run(dataclasses.replace(self.settings, words=max(words, self.settings.min_length)))

    def _sentence(self, argument: str) -> bool:
        _refuse_argument(argument)
        words = max(_MOST_WORDS, self.settings.min_length)
        return self._run(dataclasses.replace(self.settings, words=words, until="sentence"))

    def _again(self, argument: str) -> bool:
        _refuse_argument(argument)
        if self._last_run is None:
            raise RefusedError("The last step was not the model's.", "Type /go first.")
        self.settings = dataclasses.replace(self.settings, seed=(self.settings.seed + 1) % (MAX_SEED + 1))
        self.session.undo()
        return self._run(dataclasses.replace(self._last_run, seed=self.settings.seed))

    def _run(self, settings: GenerateSettings) -> bool:
        """Let the model write, and show it as it comes; Ctrl-C stops it, and what is written stays."""
        before, self._last_run = self.session.steps, None
        with Interruption() as interruption, closing(self.session.write(settings)) as written:
            for shown in written:
                self.say(shown)
                if interruption.asked:
                    break
        if self.session.steps > before:  # a text to stop at can come at once
            self._last_run = settings
        self.say("\n")
        self.session.tell_loops()
        return True

    def _undo(self, argument: str) -> bool:
        count = _whole_number(argument) if argument.strip() else 1
        if count > self.session.steps:
            there = self.session.steps
            message = f"No more than {there} can be taken back." if there else "There is nothing to take back."
            raise RefusedError(message, f"Type /undo {there}." if there else "Write something first.")
        for _ in range(count):
            self.session.undo()
        self._last_run = None
        return True

    def _show(self, argument: str) -> bool:
        _refuse_argument(argument)
        self.say(f"{self.session.text}\n")
        return False

    def _top(self, argument: str) -> bool:
        self.shown = dataclasses.replace(self.shown, top=_whole_number(argument))
        return True

    def _temperature(self, argument: str) -> bool:
        try:
            self.settings = dataclasses.replace(self.settings, temperature=float(argument))
        except ValueError:
            raise RefusedError("That is no number.", "Write /temperature 0.8, say.") from None
        return False

    def _seed(self, argument: str) -> bool:
        self.settings = dataclasses.replace(self.settings, seed=_whole_number(argument))
        return False

    def _save(self, argument: str) -> bool:
        if not argument.strip():
            raise RefusedError("There is no file's name.", "Write /save story.txt, say.")
        path = Path(argument.strip())
        try:
            check_output_file(path)
            if not (path.exists() and self.ask and self.ask(f"{path} is there already. Replace it?")):
                refuse_existing(path, "It was left as it is; give another name.")
            save_text(path, self.session.text)
        except (OSError, ValueError) as error:  # a disk that is full, a name that is too long
            raise RefusedError(f"Nothing can be written to {path} ({error}).", "Give another name.") from None
        self.saved = self.session.text
        self.say(f"{path}: {counted(len(self.saved), 'character')}\n")
        return False

    def _help(self, argument: str) -> bool:
        _refuse_argument(argument)
        self.say(HELP)
        return False

    def _quit(self, argument: str) -> bool:
        _refuse_argument(argument)
        self.over = True
        return False

    _COMMANDS: "dict[str, Callable[[Dialogue, str], bool]]" = {  # noqa: RUF012  never changed
        "go": _go,
        "sentence": _sentence,
        "again": _again,
        "undo": _undo,
        "break": _break,
        "show": _show,
        "top": _top,
        "temperature": _temperature,
        "seed": _seed,
        "save": _save,
        "text": _text,
        "help": _help,
        "quit": _quit,
    }


def save_text(path: Path, text: str) -> None:
    """Write a text to a file, with a line's end behind it; it appears whole or not at all."""
    with atomic_file(path) as file:
        file.write(f"{text}\n".encode())


def _whole_number(text: str) -> int:
    """Return the number that a text is."""
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise RefusedError("A whole number is missing." if not text.strip() else f"{text.strip()} is no whole number.")
    if len(text.strip()) > _MOST_DIGITS:
        raise RefusedError(f"{text.strip()[:20]}… is too large.", "Give a smaller number.")
    return int(text)


def _refuse_argument(argument: str) -> None:
    if argument.strip():
        raise RefusedError(f"Nothing can follow that command, and {argument.strip()} does.", "Type /help.")
