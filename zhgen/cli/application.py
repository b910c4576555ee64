"""The command `zhgen`: finds the subcommand, and turns errors into sentences and exit codes."""

import contextlib
import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from zhgen import __version__
from zhgen.errors import RefusedError, ZhgenError

COMMANDS = ("segment", "embed", "train", "generate", "next", "write", "evaluate", "similar", "map", "info", "lab")

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130

_HELP = """Turn one Chinese text into a small generator of text in its manner.

\b
  zhgen segment novel.txt                                    cut it into words
  zhgen embed novel.seg.txt                                  place each word in space
  zhgen train novel.seg.txt --vectors novel.vectors.bin -o models/novel
  zhgen generate models/novel --prompt 今日                   write
  zhgen next models/novel --prompt 今日                       name the likeliest next words
  zhgen write models/novel                                   write together
  zhgen evaluate models/novel test.txt                       say how well it predicts a text
  zhgen similar models/novel 今日                             name the words nearest to a word
  zhgen map models/novel                                     draw its words
  zhgen lab adder                                            run a lesson

Text goes to stdout, everything else to stderr. Settings come from options, then from the environment
(ZHGEN_TRAIN_EPOCHS=4), then from zhgen.toml in this folder (epochs = 4 under [train]), then from the defaults.
"""


class _Commands(click.Group):
    """Imports a command's module when it is asked for, so that `--help` stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"zhgen.cli.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand, and read the settings that its options fall back on."""
        from zhgen.cli.settings_file import read_settings_file

        name, command, rest = super().resolve_command(ctx, args)
        if ctx.resilient_parsing:  # a shell that completes what is typed
            return name, command, rest
        try:
            ctx.default_map = read_settings_file(self, ctx)
        except RefusedError:
            if command is not None:
                with contextlib.suppress(click.UsageError):
                    command.make_context(name, list(rest), parent=ctx)  # --help is answered here all the same, and ends
            raise
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; where memory is short, name what it has that would need less."""
        try:
            return super().invoke(ctx)
        except MemoryError:
            command = self.get_command(ctx, ctx.invoked_subcommand or "")
            smaller = "file or --batch-size" if command and "batch_size" in _names(command) else "file"
            raise ZhgenError("There is not enough memory.", f"Close other programs, or give a smaller {smaller}.") from None


def _names(command: click.Command) -> list[str | None]:
    return [parameter.name for parameter in command.params]


@click.group(cls=_Commands, help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="zhgen")
def application() -> None:
    """Do nothing before the subcommand."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit.

    Args:
        arguments: What follows `zhgen`; None takes it from the process.
    """
    _open_closed_outputs()
    _write_utf8()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 done, 1 failed, 2 refused, 3 failed in part, 130 interrupted."""
    try:
        code = application.main(arguments, prog_name="zhgen", standalone_mode=False, auto_envvar_prefix="ZHGEN")
        sys.stdout.flush()
    except ZhgenError as error:
        return _complain(str(error), error.exit_code)
    except click.ClickException as error:
        return _refuse_usage(error)
    except (KeyboardInterrupt, click.Abort):
        return _complain("Interrupted.", EXIT_INTERRUPTED)
    except (BrokenPipeError, SystemExit) as error:
        return _leave(error)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO):
            raise
        return _complain(
            f"Writing failed ({error.strerror}). Nothing was left half-written; make room and try again.", EXIT_FAILED
        )
    return code if isinstance(code, int) else 0


def _refuse_usage(error: click.ClickException) -> int:
    """Say what click refused in a sentence, and how to see the options."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return error.exit_code
    message = error.format_message()
    sentence = message if message.endswith((".", "?")) else f"{message}."
    context = error.ctx if isinstance(error, click.UsageError) else None
    return _complain(f"{sentence} Type: {context.command_path} --help" if context else sentence, error.exit_code)


def _leave(error: BaseException) -> int:
    """Return 0 when the reader of stdout has gone (`| head`), which click turns into an exit with 1; let other exits be."""
    if isinstance(error, SystemExit) and error.code != EXIT_FAILED:
        raise error
    # Python would complain once more when it closes stdout at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _complain(message: str, code: int) -> int:
    click.echo(f"zhgen: {message}", err=True)
    return code


def _open_closed_outputs() -> None:
    """Let what goes to a closed stdout or stderr (`>&-`) go nowhere, and no file that is opened take their place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  it stays open to the end


def _write_utf8() -> None:
    """Write UTF-8 with LF whatever the locale says; what a console cannot show is escaped on stderr alone."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")
