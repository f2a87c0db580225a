"""Which part of the scan is a half of a spread, whichever way it was laid on the glass?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.recipes.framing import AS_SCANNED, TURNS, Framing, halves, turned
from archive.words import Box
from storage.errors import Refused

SCAN = np.arange(60 * 90).reshape(60, 90)


def shown(framing: Framing) -> np.ndarray:
    """The px of a framed scan, by the definition: cut, then turned clockwise."""
    cut = framing.cut or Box(0, 0, SCAN.shape[1], SCAN.shape[0])
    return np.rot90(SCAN[cut.y : cut.bottom, cut.x : cut.right], -framing.turn // 90)


@given(
    turn=st.sampled_from(TURNS),
    gutter=st.floats(0.2, 0.8),
    cut=st.sampled_from([None, Box(5, 7, 70, 40)]),
)
def test_the_halves_lie_side_by_side_as_they_are_shown(
    turn: int, gutter: float, cut: Box | None
) -> None:
    framing = Framing(cut, turn)
    whole = shown(framing)
    left, right = halves(framing, whole.shape[1], whole.shape[0], gutter)
    assert (np.hstack([shown(left), shown(right)]) == whole).all()
    assert left.turn == right.turn == turn


@pytest.mark.parametrize("gutter", [0.0, 0.19, 0.81, 1.0])
def test_a_border_is_no_page(gutter: float) -> None:
    with pytest.raises(Refused, match="bad-gutter"):
        halves(AS_SCANNED, 100, 60, gutter)


@pytest.mark.parametrize(
    ("turn", "by", "then"), [(0, 90, 90), (270, 90, 0), (180, 270, 90), (90, 0, 90)]
)
def test_turns_add_up(turn: int, by: int, then: int) -> None:
    assert turned(turn, by) == then


@pytest.mark.parametrize("by", [1, 45, -90, 360])
def test_only_right_angles(by: int) -> None:
    with pytest.raises(Refused, match="bad-turn"):
        turned(0, by)


def test_what_was_made_of_a_scan_as_it_is_still_fits() -> None:
    assert AS_SCANNED.inputs() == {}
    assert Framing(None, 90).inputs() != Framing(None, 180).inputs()
    assert Framing(Box(0, 0, 90, 1)).inputs() != Framing(None, 90).inputs()
