"""Does each queue have its steps, and no more tools than they need?"""

from __future__ import annotations

import subprocess
import sys

import pytest

from workers.app import tasks_of
from workers.lanes import lines, queue_of
from workers.queue import QUEUES

LOADED = """
import sys
import workers.process
from workers.app import tasks_of

tasks_of([sys.argv[1]])
print(*(name for name in ("cv2", "iiif_prezi3", "pikepdf.pdfa", "pymarc") if name in sys.modules))
"""


def test_every_step_is_done_by_the_queue_it_is_sent_to() -> None:
    for queue in set(QUEUES.values()):
        assert set(tasks_of([queue])) == {step for step, sent in QUEUES.items() if sent == queue}


def test_a_line_of_a_queue_has_the_steps_of_its_queue() -> None:
    for queue in set(QUEUES.values()):
        assert {queue_of(line) for line in lines(queue)} == {queue}


@pytest.mark.parametrize(
    ("queue", "loaded"),
    [
        ("index", ""),
        ("texts", "cv2"),
        ("pages", "cv2"),
        ("books", "cv2 iiif_prezi3 pikepdf.pdfa"),
    ],
)
def test_a_process_loads_the_tools_of_its_own_steps_alone(queue: str, loaded: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LOADED, queue], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == loaded.split()
