"""Take the handbook's pictures again: ``make handbook``, or some desks of it, ``ARGS="board"``.

Each desk is a library made for it, at one standing moment, so that a second run draws the
same pictures.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.handbook import agreeing, board, cataloguing, checking, uploading
from tests.handbook.studio import Studio
from tests.web.browsing import browser

FOLDER = Path(__file__).parents[2] / "docs" / "handbook" / "images"
LANGUAGES = ("kk", "ru")
DESKS: Mapping[str, tuple[tuple[str, ...], Callable[[Studio, Path], None]]] = {
    "board": (board.NAMES, board.walk),
    "uploading": (uploading.NAMES, uploading.walk),
    "checking": (checking.NAMES, checking.walk),
    "cataloguing": (cataloguing.NAMES, cataloguing.walk),
    "agreeing": (agreeing.NAMES, agreeing.walk),
}
IMAGES = frozenset(name for names, _walk in DESKS.values() for name in names)


def draw(desks: list[str]) -> None:
    """The pictures of these desks, in each language."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with browser() as chromium, TemporaryDirectory() as place:
        for language in LANGUAGES:
            for desk in desks:
                names, walk = DESKS[desk]
                studio = Studio(chromium, language, FOLDER / language)
                walk(studio, Path(place) / language / desk)
                assert studio.taken == set(names), studio.taken ^ set(names)
                print(language, desk, len(names))


if __name__ == "__main__":
    draw(sys.argv[1:] or list(DESKS))
