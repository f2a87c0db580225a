"""Settings in a file: lines of the same names as in the environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from storage.errors import Refused
from storage.settings import PREFIX, Settings


def settings_with(file: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of this environment with what the file says laid over them.

    A name without a value gives back the default. Names that are not ours are passed over,
    so that the file of a container may be given as it is.

    Raises:
        Refused: ``settings-file-missing``, ``unreadable-file``, ``bad-settings-line`` with the
            number of the `line`, or as `Settings.from_environment`.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise Refused("settings-file-missing", file=str(file)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable-file", file=str(file)) from error
    return Settings.from_environment({**environment, **dict(_named(file, text))})


def _named(file: Path, text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        told = line.strip().removeprefix("export ")
        if not told or told.startswith("#"):
            continue
        name, is_there, value = told.partition("=")
        if not is_there:
            raise Refused("bad-settings-line", file=str(file), line=number)
        if name.strip().startswith(PREFIX):
            yield name.strip(), _unquoted(value.strip())


def _unquoted(value: str) -> str:
    for mark in "\"'":
        if len(value) > 1 and value.startswith(mark) and value.endswith(mark):
            return value[1:-1]
    return value
