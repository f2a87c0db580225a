"""What can be chosen in step 1 of the upload desk?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from archive.browsing import every_collection
from archive.deposits import Deposit
from archive.descriptions import FOLDER_SCHEME
from archive.handover import WorkType
from archive.library import branches
from archive.recipes.recognition import PROFILES
from archive.works import Work
from web.language import current_language
from web.pages.upload import BookPage, OpenDeposit, WorkChoice

FOUND = 20  # works shown of those that a question finds


def book_page(
    session: Session,
    *,
    open_: Sequence[Deposit],
    found: Sequence[Work] | None,
    question: str,
    given: Mapping[str, str],
    refused: str,
    own_branch: int | None,
) -> BookPage:
    """The page; with `own_branch` the branch is not for choosing."""
    language = current_language()
    return BookPage(
        open=[_open(deposit) for deposit in open_],
        languages=list(PROFILES),
        types=[kind.value for kind in WorkType],
        collections=[each.title(language) for each in every_collection(session)],
        branches=[]
        if own_branch is not None
        else [(each.code, each.label(language)) for each in branches(session)],
        question=question,
        found=None if found is None else [_choice(work) for work in found],
        given=given,
        refused=refused,
    )


def _open(deposit: Deposit) -> OpenDeposit:
    whole = sum(file.content_key is not None for file in deposit.files)
    return OpenDeposit(deposit.name, deposit.title, len(deposit.files), whole)


def _choice(work: Work) -> WorkChoice:
    numbers = [each.value for each in work.identifiers if each.scheme != FOLDER_SCHEME]
    return WorkChoice(work.name, work.title, work.author or "", work.year, tuple(numbers))
