"""What is measured of this library, in the form that Prometheus reads.

The registry is made anew for each answer and read from the rows: several processes answer,
and what one of them remembers would be a part of the truth only
(https://prometheus.io/docs/instrumenting/exposition_formats/).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from archive.ledger import StepState
from archive.measures import RECENT, Measures, measure
from storage.copies import CopyFolder
from storage.heartbeat import last_beats
from storage.opening import Storage
from storage.settings import Settings
from workers.queue import QUEUES

Values = Mapping[Any, float]  # by the values of the labels


def metrics(settings: Settings, storage: Storage, now: datetime) -> bytes:
    """The text of all measures.

    Raises:
        Transient: as the rows say it.
    """
    with storage.rows.reading() as session:
        found = measure(session, now, timedelta(seconds=settings.lease_seconds))
    registry = CollectorRegistry()
    registry.register(_Once([*_of_ledger(found, now), *_of_machine(settings, now)]))
    return generate_latest(registry)


class _Once(Collector):
    """Measures that were taken already."""

    def __init__(self, families: Iterable[GaugeMetricFamily]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Called by the registry."""
        return self._families


def _of_ledger(found: Measures, now: datetime) -> Iterator[GaugeMetricFamily]:
    ages = {
        (step, queue): (now - found.oldest_due[step]).total_seconds()
        if step in found.oldest_due
        else 0.0
        for step, queue in QUEUES.items()
        if step != "catalogue"  # an import is no step of the ledger
    }
    yield _gauge("oldest_due_seconds", "Since when the oldest step that is due waits; 0: none.",
                 ("step", "queue"), ages)  # fmt: skip
    yield _gauge("steps", "All steps by state.", ("state",),
                 {(state.value,): found.states.get(state, 0) for state in StepState})  # fmt: skip
    yield _gauge("steps_standing", "Steps that are alive or have failed.", ("step", "state"),
                 found.standing)  # fmt: skip
    yield _gauge("failures", "Steps that failed and were not mended, or wait to be tried again.",
                 ("step", "family", "reason"),
                 {(f.step, f.family, f.reason): n for f, n in found.failing.items()})  # fmt: skip
    window = f"within {RECENT.total_seconds():.0f} s"
    yield _gauge("recent_steps", f"Steps that were done {window}.", ("step",),
                 {(step,): spent.steps for step, spent in found.recent.items()})  # fmt: skip
    yield _gauge("recent_step_seconds", f"From claim to end, of all steps done {window}.",
                 ("step",),
                 {(step,): spent.seconds for step, spent in found.recent.items()})  # fmt: skip
    yield _gauge("pages_not_indexed", "Pages whose index step is due or has failed.", (),
                 {(): found.not_indexed})  # fmt: skip


def _of_machine(settings: Settings, now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _gauge("disk_free_bytes", "Room on the disk of this place.", ("place",),
                 {(name,): _free(folder) for name, folder in _places(settings)})  # fmt: skip
    yield _gauge("worker_heartbeat_age_seconds", "Since this part of the worker was seen awake.",
                 ("duty",),
                 {(duty,): now.timestamp() - beat
                  for duty, beat in last_beats(settings.home).items()})  # fmt: skip
    made = CopyFolder(settings.copies).complete() if settings.copies else ()
    if made:
        yield _gauge("newest_copy_age_seconds", "Since the newest copy was made.", (),
                     {(): (now - made[-1].made_at).total_seconds()})  # fmt: skip


def _places(settings: Settings) -> Iterator[tuple[str, Path]]:
    scratch = settings.home / "scratch"
    for name, folder in (
        ("home", settings.home),
        ("scratch", scratch),
        ("copies", settings.copies),
    ):
        if folder is not None and folder.exists():
            yield name, folder


def _free(folder: Path) -> float:
    return float(shutil.disk_usage(folder).free)


def _gauge(name: str, told: str, labels: tuple[str, ...], values: Values) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"sandyq_{name}", told, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family
