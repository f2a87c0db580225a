"""What our pipeline is measured against: the program alone, on the same page."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def read_bare(page: Path) -> None:
    """``tesseract … hocr`` in one thread, as our workers run it; the text is thrown away."""
    subprocess.run(
        ["tesseract", str(page), "-", "-l", "kaz+rus", "--dpi", "300", "hocr"],
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
