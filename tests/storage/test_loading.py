"""Do programs leave their modules out of the search for garbage, and search for the rest?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sample_home import environment, settings_for

_TOLD = "; import gc; print(gc.get_freeze_count(), gc.isenabled())"
_FAILING = """
import gc
from storage.loading import loading
try:
    with loading():
        assert not gc.isenabled()
        raise ImportError
except ImportError:
    print(gc.get_freeze_count(), gc.isenabled())
"""


@pytest.mark.parametrize(
    "program",
    ["import web.wsgi", "import web.cli", "import workers.process"],
    ids=lambda told: told.split()[-1],
)
def test_what_is_loaded_is_left_out(tmp_path: Path, program: str) -> None:
    left_out, searched = _told(tmp_path, program + _TOLD)
    assert int(left_out) > 50_000
    assert searched == "True"


def test_a_program_that_cannot_be_loaded_goes_on_as_before(tmp_path: Path) -> None:
    left_out, searched = _told(tmp_path, _FAILING)
    assert int(left_out) > 0
    assert searched == "True"


def _told(home: Path, code: str) -> list[str]:
    command = [sys.executable, "-c", code]
    env = environment(settings_for(home))
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=env
    ).stdout.split()
