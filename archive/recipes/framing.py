"""Which part of a scan is the page, and which way up does it stand?

A Scan's bytes are never touched: that a page was laid on the glass sideways, or that one
picture shows two pages, are facts beside it. The scan is first stood upright as its own
file says, then `cut`, then turned; what comes out is the page's one coordinate space.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.words import Box
from storage.errors import Refused

TURNS = (0, 90, 180, 270)
NARROWEST_HALF = 0.2  # share of the width: less is no page but a border


@dataclass(frozen=True, slots=True)
class Framing:
    """`cut` in px of the scan as its file stands it upright, None is all of it; `turn` is
    how many degrees clockwise that part is turned then, one of `TURNS`."""

    cut: Box | None = None
    turn: int = 0

    def inputs(self) -> Mapping[str, Any]:
        """What an input key says of it: nothing where the scan is taken as it is, so that
        what was made before pages could be framed still fits."""
        if self == AS_SCANNED:
            return {}
        return {"framing": [*(as_list(self.cut) or []), self.turn]}


AS_SCANNED = Framing()


def framing_of(cut: Sequence[int] | None, turn: int) -> Framing:
    """The framing that a page's row tells."""
    return Framing(Box(*cut) if cut else None, turn)


def as_list(cut: Box | None) -> list[int] | None:
    """A cut as a row keeps it: left, top, width, height."""
    return [cut.x, cut.y, cut.w, cut.h] if cut else None


def turned(turn: int, by: int) -> int:
    """The turn after turning `by` more degrees.

    Raises:
        Refused: ``bad-turn`` when this is no right angle.
    """
    if by not in TURNS:
        raise Refused("bad-turn", turn=by)
    return (turn + by) % 360


def halves(framing: Framing, width: int, height: int, gutter: float) -> tuple[Framing, Framing]:
    """The left and the right page of a spread that is shown `width` × `height` px.

    `gutter` is the share of the width at which the book lies folded.

    Raises:
        Refused: ``bad-gutter`` when one side would be no page.
    """
    if not NARROWEST_HALF <= gutter <= 1 - NARROWEST_HALF:
        raise Refused("bad-gutter", gutter=gutter)
    fold = round(width * gutter)
    left, right = Box(0, 0, fold, height), Box(fold, 0, width - fold, height)
    return _within(framing, left, width, height), _within(framing, right, width, height)


def _within(framing: Framing, part: Box, width: int, height: int) -> Framing:
    """The framing of a part of what is shown, itself shown the same way up."""
    lying = _unturned(part, width, height, framing.turn)
    whole = framing.cut or Box(0, 0, 0, 0)
    cut = Box(whole.x + lying.x, whole.y + lying.y, lying.w, lying.h)
    return Framing(cut, framing.turn)


def _unturned(part: Box, width: int, height: int, turn: int) -> Box:
    """Where a part of the turned image (`width` × `height`) lies before it is turned."""
    if turn == 90:
        return Box(part.y, width - part.right, part.h, part.w)
    if turn == 180:
        return Box(width - part.right, height - part.bottom, part.w, part.h)
    if turn == 270:
        return Box(height - part.bottom, part.x, part.h, part.w)
    return part
