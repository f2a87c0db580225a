"""What does a Russian model make of Kazakh? Prints lines and has them read by it.

    python -m tests.language.recognition.misread

writes ``lines_by_russian.txt`` anew: each Kazakh and each mixed line of ``lines.txt``,
in four fonts in turn. Run by hand; what it gives depends on Tesseract's version.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from archive.text_language import PageLanguage
from tests.data.typeset import INK, PAPER, face
from tests.language.recognition.line_set import MISREAD, Line, true_lines, write_lines
from tests.language.recognition.pages import FONTS

LEADING, MARGIN, WIDTH = 90, 100, 2480  # px at 300 dpi
SHEETS = 2


def main() -> None:
    """Print, read, keep."""
    lines = [line for line in true_lines() if line.language is not PageLanguage.RUSSIAN]
    read: dict[str, Line] = {}
    for sheet in range(SHEETS):
        printed = lines[sheet::SHEETS]
        for line, text in zip(printed, _read(_sheet(printed, sheet)), strict=True):
            read[line.text] = Line(line.language, text)
    write_lines(MISREAD, [read[line.text] for line in lines])


def _sheet(lines: Sequence[Line], first_font: int) -> Image.Image:
    sheet = Image.new("L", (WIDTH, LEADING * len(lines) + 2 * MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        font = face(FONTS[(number + first_font) % len(FONTS)], 10.5)
        pen.text((MARGIN, MARGIN + LEADING * number), line.text, INK, font)
    return sheet


def _read(sheet: Image.Image) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.png"
        sheet.save(path)
        told = subprocess.run(
            ["tesseract", path, "-", "-l", "rus", "--dpi", "300", "--psm", "6"],
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return [line for line in told.splitlines() if line.strip()]


if __name__ == "__main__":
    main()
