"""characterise: what is this scan, and is there anything a person should look at?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from archive.derivation import Made, record_page_derivatives
from archive.events import EventType, record_event
from archive.ingest import expand_container
from archive.ledger import BookBuild, PageStep, want_page_step
from archive.recipes.formats import may_hold_pages
from archive.recipes.quality import ImageFacts, problems
from archive.representations import Page
from workers.characterise import characterise
from workers.containers import count_frames, extract_frame
from workers.engines import derive_key, recognise_key
from workers.kept import keep
from workers.page_task import PageTask
from workers.workshop import AGENT, Workshop


@dataclass(frozen=True, slots=True)
class Characterised:
    """The facts, the split frame if there is one, and the keys of the steps that follow."""

    facts: ImageFacts
    split: Made | None
    frames: int
    next_keys: Mapping[str, str]


def work(workshop: Workshop, task: PageTask) -> Characterised:
    """Decode the scan once, in a limited child, and measure it.

    Raises:
        Refused: the file is not a page that can be shown, with the reason.
    """
    blobs = workshop.storage.blobs
    with blobs.path(task.scan_key) as scan:
        frames = count_frames(scan, task.scan_type) if may_hold_pages(task.scan_type) else 1
        if task.scan_type != "application/pdf" and frames == 1:
            return _characterised(task, characterise(scan, task.scan_type, framing=task.framing))
        frame = extract_frame(scan, task.scan_type, task.frame)
    split = keep(blobs, "split", frame.media_type, frame.content)
    with blobs.path(split.content_key) as path:
        facts = characterise(path, split.media_type, dpi=frame.dpi, framing=task.framing)
    return _characterised(task, facts, split, frames)


def _characterised(
    task: PageTask, facts: ImageFacts, split: Made | None = None, frames: int = 1
) -> Characterised:
    source = split.content_key if split else task.scan_key
    keys = {
        "derive": derive_key(source, task.framing),
        "recognise": recognise_key(source, task.language, facts.dpi, task.framing),
    }
    return Characterised(facts, split, frames, keys)


def record(
    workshop: Workshop, session: Session, task: PageTask, result: Characterised
) -> Iterable[PageStep | BookBuild]:
    """Note the facts; the container's other pages, the images and the text come next."""
    now, facts = workshop.now(), result.facts
    page = session.get_one(Page, task.page_id)
    # Measured again (turned, cut), a container gives no pages a second time: some of
    # them may have been replaced or taken out since.
    is_first_measure = page.facts is None
    page.width, page.height, page.dpi = facts.width, facts.height, facts.dpi
    page.facts = asdict(facts)
    page.problems = [{"reason": p.reason, "values": dict(p.values)} for p in problems(facts)]
    told: dict[str, Any] = {"problems": [problem["reason"] for problem in page.problems]}
    record_event(session, EventType.METADATA_EXTRACTION, page, at=now, agent=AGENT, detail=told)
    if result.split:
        record_page_derivatives(
            session, page, (result.split,), input_key=task.input_key, now=now, agent=AGENT
        )
    due: list[PageStep] = []
    if is_first_measure and result.frames > 1 and page.frame == 0:
        due += expand_container(session, page, result.frames, now=now, chance=workshop.chance)
    for step, key in result.next_keys.items():
        wanted = want_page_step(session, page.id, step, key, now)
        due += [wanted] if wanted else []
    return due
