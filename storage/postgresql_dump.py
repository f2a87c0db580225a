"""PostgreSQL's own programs for copying a database: `pg_dump` and `pg_restore`.

The password goes by the environment: arguments can be read by everybody on the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from storage.errors import Broken, Transient

_DEBIAN = Path("/usr/lib/postgresql")  # holds a folder of programs for each version


def dump(session: Session, to: Path) -> None:
    """Write what this transaction sees to a file, in PostgreSQL's own form.

    Raises:
        Transient: ``copy-full``.
        Broken: ``rows-not-copied`` with the program's words, ``missing-postgresql-client``.
    """
    moment = session.scalar(text("SELECT pg_export_snapshot()"))
    url = session.get_bind().engine.url
    _run("pg_dump", url, f"--snapshot={moment}", "--format=custom", f"--file={to}")


def restore(url: URL, dumped: Path) -> None:
    """Make the tables of a dump in an empty database, all of them or none.

    Raises:
        Broken: as `dump`.
    """
    _run("pg_restore", url, "--single-transaction", "--exit-on-error", str(dumped))


def _run(program: str, url: URL, *arguments: str) -> None:
    plain = url.set(drivername="postgresql", password=None)
    done = subprocess.run(  # noqa: S603  (words of ours and of the settings)
        [
            program_here(program),
            f"--dbname={plain.render_as_string()}",
            "--no-owner",
            "--no-privileges",
            *arguments,
        ],
        env={**os.environ, "PGPASSWORD": url.password or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    if "No space left on device" in done.stderr:
        raise Transient("copy-full", folder=str(Path(arguments[-1].removeprefix("--file=")).parent))
    raise Broken("rows-not-copied", error=done.stderr.strip().rpartition("\n")[2])


def program_here(program: str) -> str:
    """Where the newest one installed lies.

    Raises:
        Broken: ``missing-postgresql-client``.
    """
    installed = sorted(_DEBIAN.glob(f"*/bin/{program}"), key=lambda file: int(file.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise Broken("missing-postgresql-client", install="postgresql-client")
    return found
