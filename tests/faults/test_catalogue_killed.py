"""An import killed in the middle and started again: every record is in, and none twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from archive.catalogue_entries import CatalogueEntry, CatalogueImport, ImportTrouble
from archive.works import Work
from storage.opening import Storage
from storage.settings import Settings
from tests.data.catalogue_records import generated, rusmarc_file, wrong_length
from tests.sample_home import environment

RECORDS, KILLS = 1200, 4


def test_killed_in_the_middle(settings: Settings, storage: Storage, tmp_path: Path) -> None:
    one = rusmarc_file(generated(1, first=RECORDS + 1))
    file = tmp_path / "rabis.mrc"
    file.write_bytes(rusmarc_file(generated(RECORDS)) + wrong_length(one))
    chance = random.Random(3)
    positions = [_killed(settings, storage, file, chance) for _ in range(KILLS)]
    ended = _begun(settings, file).wait(timeout=300)
    assert ended == 3  # one record is damaged
    with storage.rows.reading() as session:
        (run,) = session.scalars(select(CatalogueImport)).all()
        assert (run.added, run.damaged, run.records) == (RECORDS, 1, RECORDS + 1)
        assert run.finished_at is not None
        for table, count in ((Work, RECORDS), (CatalogueEntry, RECORDS), (ImportTrouble, 1)):
            assert session.scalars(select(func.count()).select_from(table)).one() == count
    assert positions == sorted(positions)
    assert 0 < positions[-1] < file.stat().st_size


def _begun(settings: Settings, file: Path) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("sandyq")), "catalogue", str(file)]
    return subprocess.Popen(
        command, env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _killed(settings: Settings, storage: Storage, file: Path, chance: random.Random) -> int:
    """Kill the import after its next batch, somewhere in the one behind it."""
    before, process = _position(storage), _begun(settings, file)
    deadline = time.monotonic() + 120
    while _position(storage) <= before and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(chance.random() * 0.4)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return _position(storage)


def _position(storage: Storage) -> int:
    with storage.rows.reading() as session:
        return session.scalars(select(CatalogueImport.position)).first() or 0
