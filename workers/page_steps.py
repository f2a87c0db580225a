"""The steps of a page: characterise → derive and recognise; `workers.app` adds index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.ledger import PageStep
from workers.page_task import PageTask, read_page_task
from workers.running import Step
from workers.steps import characterise, derive, recognise

PAGE_STEPS: Mapping[str, Step[PageStep, PageTask, Any]] = {
    "characterise": Step(PageStep, read_page_task, characterise.work, characterise.record),
    "derive": Step(PageStep, read_page_task, derive.work, derive.record),
    "recognise": Step(PageStep, read_page_task, recognise.work, recognise.record),
}
