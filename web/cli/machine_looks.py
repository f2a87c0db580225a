"""What does `sandyq doctor` look at on the machine? Each look: a few words, or why it is wrong."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from archive.condition import Room
from storage.copies import CopyFolder
from storage.errors import Broken, Refused, Transient
from storage.heartbeat import DUTIES, last_beats
from storage.scratch import scratch_space
from storage.settings import Settings
from web import figures
from web.templating import ICON_FOLDER, ICON_NAMES, read_icons
from workers.presence import is_held

OLD_COPY = timedelta(days=2)
HEARTBEAT = timedelta(minutes=3)
FULL_BYTES = 50_000_000
"""Below this there is no room for the next page."""

_PROBE = bytes(64_000)  # more than a disk that is full finds room for by chance
_OF_CONTAINER = Path("/run/secrets")  # lent to one container alone, whatever their mode says
_FONTS = Path(__file__).parents[1] / "static" / "fonts"


def front_end() -> str:
    """How many icons and fonts the pages have.

    Raises:
        Broken: ``missing-front-end``.
    """
    icons, fonts = read_icons(ICON_NAMES, ICON_FOLDER), list(_FONTS.glob("*.woff2"))
    if not fonts:
        raise Broken("missing-front-end", file=str(_FONTS))
    return f"{len(icons)} + {len(fonts)}"


def folders(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The places that need room, by name."""
    yield "SANDYQ_HOME", settings.home
    scratch = settings.home / "scratch"  # which may be a disk of its own
    if scratch.exists():
        yield "scratch", scratch
    if settings.copies is not None:
        yield "SANDYQ_COPIES", settings.copies


def room(folder: Path, language: str) -> str:
    """How much is free, if it is enough and something can be written.

    Raises:
        Failure: ``folder-missing``, ``folder-closed``, ``scratch-full``, ``storage-full``,
            ``little-room``.
    """
    if not folder.exists():
        raise Refused("folder-missing", folder=str(folder))
    _write_probe(folder)
    free = shutil.disk_usage(folder).free
    if free < FULL_BYTES:
        raise Transient("storage-full")
    size = figures.size(free, language)
    if Room(free).is_short:
        raise Transient("little-room", size=size)
    return size


def _write_probe(folder: Path) -> None:
    try:
        with scratch_space(), tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(_PROBE)
            probe.flush()
    except OSError as error:
        raise Refused("folder-closed", folder=str(folder)) from error


def worker(settings: Settings, now: datetime) -> str:
    """When each part was seen last. One that is busy with its index says nothing, but holds
    its sign.

    Raises:
        Transient: ``no-worker``, somebody is missing.
    """
    seen = last_beats(settings.home)
    if len(seen) < len(DUTIES):
        raise Transient("no-worker")
    ages = {duty: now.timestamp() - beat for duty, beat in seen.items()}
    for duty, age in ages.items():
        if age > HEARTBEAT.total_seconds() and not is_held(settings, duty):
            raise Transient("no-worker")
    return f"{max(0, round(max(ages.values())))} s"


def secrets(settings: Settings) -> Iterator[Path]:
    """The files and folders that nobody else may read."""
    named = (settings.database_password_file, settings.s3_secret_file,
             settings.search_password_file, settings.broker_password_file,
             settings.metrics_token_file)  # fmt: skip
    yield from (file for file in named if file is not None)
    home = settings.home
    kept = (home / "secret.key", home / "demo-accounts.txt", settings.copies)
    yield from (file for file in kept if file is not None and file.exists())


def secret(file: Path) -> str:
    """Its permissions.

    Raises:
        Refused: ``unreadable-file``, ``open-secret``.
    """
    try:
        mode = file.stat().st_mode
        if file.is_file():
            file.open("rb").close()
    except OSError as error:
        raise Refused("unreadable-file", file=str(file)) from error
    if mode & stat.S_IRWXO and file.parent != _OF_CONTAINER:
        raise Refused("open-secret", file=str(file))
    return stat.filemode(mode)


def copy(settings: Settings, now: datetime) -> str:
    """The newest one's name, if it is whole and not too old.

    Raises:
        Refused: ``no-copy-folder``, ``no-copy-yet``, ``copy-old``, ``copy-not-whole``.
        Transient: ``copy-folder-missing``.
    """
    if settings.copies is None:
        raise Refused("no-copy-folder")
    if not settings.copies.exists():
        raise Transient("copy-folder-missing", folder=str(settings.copies))
    made = CopyFolder(settings.copies).complete()
    if not made:
        raise Refused("no-copy-yet")
    if now - made[-1].made_at > OLD_COPY:
        raise Refused("copy-old")
    if not made[-1].is_whole:
        raise Refused("copy-not-whole")
    return made[-1].name
