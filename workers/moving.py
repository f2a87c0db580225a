"""A library moves to other engines: rows, every file, and an index made anew of them.

The old place is held still from the first moment and is changed in nothing else. The new
one can be used only when everything is there and has been compared. Killed at any moment,
the same call goes on with what is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from storage.errors import Refused
from storage.held_rows import Mark, State, hold, release, set_mark
from storage.row_copying import Sum
from workers.index_filling import fill_index
from workers.moving_files import Compared, Named, compare, send
from workers.moving_places import Place, ask, one_at_a_time, settle_on
from workers.moving_progress import Stage, Steps, Told
from workers.moving_rows import Sums, move_rows, sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was counted at the new place.

    `lost` are digests of files that were not whole at the old place; `changed` are tables
    that are not any more as they came, because the library has been at work there since
    (`again`: the move was finished before).
    """

    began: datetime
    tables: Mapping[str, Sum]
    files: int
    bytes: int
    documents: int
    lost: Sequence[str] = ()
    changed: Sequence[str] = ()
    finished: bool = True
    again: bool = False

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.tables.values())


def move_library(
    old: Place, new: Place, begun: Mark, told: Told, *, leave_damaged: bool = False
) -> Moved:
    """Move a library, or go on with a move that was broken off, or look again at one that
    is finished; `begun` is the mark of a move that begins now.

    With files that are lost it is finished only if they may be left behind.

    Raises:
        Refused: ``new-place-is-old``, ``new-place-taken`` with the `place`, ``row-unfit``.
        Transient: ``library-at-work``, ``library-moved`` (elsewhere), ``move-under-way``,
            ``new-place-silent``, and what engines say.
        Broken: ``rows-differ`` with the `table`, ``index-incomplete``.
    """
    if new.name == old.name:
        raise Refused("new-place-is-old")
    with one_at_a_time(old):
        ask(new)
        mark, rows_move = settle_on(old, new, begun)
        move = _Move(old, new, mark, told, rows_move=rows_move)
        arrived = new.mark
        if arrived is not None and arrived.state is State.ARRIVED:
            return move.look_again(arrived)
        return move.run(leave_damaged=leave_damaged)


class _Move:
    """One move; `rows_move` is false where the database stays the same."""

    def __init__(self, old: Place, new: Place, mark: Mark, told: Told, *, rows_move: bool) -> None:
        self._old, self._new, self._mark, self._told = old, new, mark, told
        self._rows_move = rows_move

    def run(self, *, leave_damaged: bool) -> Moved:
        """Everything, from wherever it was broken off."""
        tables = self._rows()
        named = self._named()
        step = Steps(self._told, Stage.FILES, len(named))
        send(self._old.storage, self._new.storage, named, step)
        files = self._compared(named)
        moved = Moved(began=self._mark.began, tables=tables, documents=0, **asdict(files))
        if files.lost and not leave_damaged:
            return replace(moved, finished=False)
        moved = replace(moved, documents=self._filled(files.lost))
        self._finish(moved)
        return moved

    def look_again(self, arrived: Mark) -> Moved:
        """Every byte once more, and the rows as they came against those of now."""
        if self._mark.state is State.LEAVING:
            self._leave()  # killed a moment too early
        came = _moved(arrived)
        now = sums(self._new.storage.rows, self._told)
        changed = [name for name, kept in came.tables.items() if now[name] != kept]
        files = self._compared(self._named())
        whole = set(files.lost) <= set(came.lost)
        return replace(came, changed=changed, lost=files.lost, finished=whole, again=True)

    def _rows(self) -> Sums:
        source = self._old.storage.rows
        if not self._rows_move:
            return sums(source, self._told)
        return move_rows(source, self._new.storage.rows, self._mark, self._told)

    def _named(self) -> Named:
        with self._old.storage.rows.reading() as session:
            return Named.by(session)

    def _compared(self, named: Named) -> Compared:
        return compare(
            self._new.storage, named, Steps(self._told, Stage.COMPARING_FILES, len(named))
        )

    def _filled(self, lost: Sequence[str]) -> int:
        """How many documents the index of the new place has."""
        # The rows are read where they are held still: at the new place they are the same.
        place = replace(self._new.storage, rows=self._old.storage.rows)
        total = 0
        for done, total in fill_index(place, lost):
            self._told(Stage.INDEX, done, total)
        return total

    def _finish(self, moved: Moved) -> None:
        arrived = replace(
            self._mark, state=State.ARRIVED, place=self._new.name, told=_as_json(moved)
        )
        with self._new.storage.rows.writing() as session:
            if not self._rows_move:
                release(session)
            set_mark(session, arrived)
        if self._rows_move:
            self._leave()

    def _leave(self) -> None:
        """The old place stays as it is: who would change it is told that the library moved."""
        left = replace(self._mark, place=self._new.name, state=State.LEFT)
        with self._old.storage.rows.writing() as session:
            hold(session, "library-moved")
            set_mark(session, left)


def _as_json(moved: Moved) -> str:
    kept = asdict(moved)
    told = ("tables", "files", "bytes", "documents", "lost")
    return json.dumps({name: kept[name] for name in told})


def _moved(arrived: Mark) -> Moved:
    kept = json.loads(arrived.told)
    tables = {name: Sum(**each) for name, each in kept.pop("tables").items()}
    return Moved(began=arrived.began, tables=tables, **kept)
