"""`zhgen.toml`: a table a command, its keys the names of the command's options. An unknown one is refused by name."""

from pathlib import Path
from typing import Any

import click

from zhgen.errors import RefusedError

NAME = "zhgen.toml"


def read_settings_file(group: click.Group, ctx: click.Context) -> dict[str, Any]:
    """Return the settings in `zhgen.toml` in this folder, by command; empty when there is no such file.

    Raises:
        RefusedError: The file is not TOML or names a command or an option that does not exist.
    """
    path = Path(NAME)
    if not path.is_file():
        return {}
    import tomllib

    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RefusedError(f"{NAME} cannot be read ({error}).", "Mend it, or move it away to do without.") from None
    for name, table in content.items():
        command = group.get_command(ctx, name)
        if command is None or not isinstance(table, dict):
            commands = ", ".join(f"[{command}]" for command in group.list_commands(ctx))
            raise RefusedError(f"{NAME} has {name!r}, which is no command.", f"Its tables are {commands}.")
        known = [param for param in command.params if isinstance(param, click.Option)]
        options = {param.name for param in known if param.name}
        several = {param.name for param in known if param.multiple}  # click wants a sequence for these
        for key, value in table.items():
            if key not in options:
                raise RefusedError(f"{NAME} has {key!r} under [{name}], which is no option of zhgen {name}.", _known(options))
            values = value if isinstance(value, list) and key in several else [value]
            if not all(isinstance(single, str | int | float) for single in values):
                remedy = "Give a text, or texts in brackets." if key in several else "Give one number, word or true or false."
                raise RefusedError(f"{NAME} has {value!r} for {key!r} under [{name}].", remedy)
            texts = [str(single) for single in values]  # read as strictly as an option is: 2.5 is no whole number
            table[key] = texts if key in several else texts[0]
    return content


def _known(options: set[str]) -> str:
    return f"Its options are {', '.join(sorted(options))}."
