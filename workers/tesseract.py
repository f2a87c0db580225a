"""Tesseract, the outside program that reads print: is it here, and what does it read?

The only module that knows pytesseract and the program's messages. A page is
read in one pass to hOCR; every failure is told in our own words.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import pytesseract
from PIL import Image

from archive.recipes.recognition import LADDER, RECIPE, Model, Profile
from archive.words import Area, PrintedPage
from schemas.hocr import read_hocr
from storage.errors import Broken, Plain, Refused, Transient
from storage.scratch import scratch_space
from workers.preprocess import Gray

PROGRAM = "tesseract"
LONGEST_SIDE = 32_767
"""px; beyond that Tesseract says "Image too large"."""
LEAST_FREE = 1 << 20
"""bytes that a page's output may need; a disk with fewer is full."""
_QUESTION_SECONDS = 30
_ITS_OWN_FAULT = frozenset(
    {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}
)


@dataclass(frozen=True, slots=True)
class Installation:
    """The program that would be called: its version, and where its models lie."""

    version: str
    models: Path

    def model(self, model: Model) -> Path:
        """The file of a model.

        Raises:
            Broken: ``missing-language`` (language, install).
        """
        path = self.models / f"{model.name}.traineddata"
        if not path.is_file():
            raise Broken("missing-language", language=model.name, install=model.package)
        return path


def installation() -> Installation:
    """What is installed, asked again only when the program or its models' folder changed.

    Raises:
        Broken: ``missing-tesseract`` (install).
    """
    path = shutil.which(PROGRAM)
    if path is None:
        raise Broken("missing-tesseract", install="tesseract-ocr")
    return _ask(path, Path(path).stat().st_mtime_ns, os.environ.get("TESSDATA_PREFIX"))


@lru_cache(maxsize=4)
def _ask(path: str, modified: int, prefix: str | None) -> Installation:  # noqa: ARG001
    version = re.search(r"^tesseract\s+v?(\S+)", _answer(path, "--version"), re.MULTILINE)
    models = re.search(r'in "(.*)"', _answer(path, "--list-langs"))
    if version is None or models is None:
        raise Broken("missing-tesseract", install="tesseract-ocr")
    return Installation(version[1], Path(models[1]))


def _answer(path: str, question: str) -> str:
    asked = subprocess.run(  # noqa: S603 - the program found on PATH, no foreign argument
        [path, question], capture_output=True, text=True, timeout=_QUESTION_SECONDS, check=False
    )
    return asked.stdout + asked.stderr


def engine_version() -> str:
    """Such as ``tesseract 5.3.0``.

    Raises:
        Broken: ``missing-tesseract``.
    """
    return f"{PROGRAM} {installation().version}"


def recognition_inputs(profile: Profile) -> Mapping[str, Plain]:
    """Everything but the scan and its dpi that a recognition depends on, for its input key.

    Raises:
        Broken: ``missing-tesseract``, ``missing-language``.
    """
    found = installation()
    inputs: dict[str, Plain] = {
        "tool": PROGRAM,
        "version": found.version,
        "languages": profile.languages,
        "psm": profile.psm,
        "limits": str(profile.limits),
        "recipe": RECIPE,
    }
    inputs |= {f"model {model.name}": model_digest(found.model(model)) for model in profile.models}
    inputs |= {f"rung {rung.number} {rung.name}": rung.parameters for rung in LADDER}
    return inputs


def model_digest(path: Path) -> str:
    """The sha-256 of a model file, computed again only when the file changed."""
    facts = path.stat()
    return _digest(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=32)
def _digest(path: Path, modified: int, size: int) -> str:  # noqa: ARG001
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(
    image: Gray, profile: Profile, *, dpi: float, timeout: float, scratch: Path
) -> PrintedPage:
    """Recognise one grey image; boxes are in its own px, languages in BCP 47.

    A blank page is a PrintedPage without areas.

    Args:
        image: Dark print on light paper.
        profile: Which models to use.
        dpi: The image's resolution.
        timeout: Seconds of wall clock after which the program is ended.
        scratch: A folder for the image while it is read.

    Raises:
        Refused: ``image-too-long`` (side, limit).
        Transient: ``recognition-stopped`` (signal), ``scratch-full``.
        Broken: ``missing-tesseract``, ``missing-language``, and what the page itself
            may bring about again and again: ``recognition-timeout`` (seconds),
            ``recognition-killed`` or ``recognition-crashed`` (signal),
            ``recognition-failed`` (status, message), ``recognition-cut-off`` (detail).
    """
    if max(image.shape) > LONGEST_SIDE:
        raise Refused("image-too-long", side=max(image.shape), limit=LONGEST_SIDE)
    found = installation()
    for model in profile.models:
        # Tesseract itself reads on without a model of several, and exits with 0.
        found.model(model)
    with _as_file(image, scratch) as path:
        hocr = _run(path, profile, dpi, timeout)
        try:
            page = read_hocr(hocr)
        except Refused as damage:
            raise _cut_off(scratch, str(damage)) from damage
    page = replace(page, engine=f"{engine_version()} {profile.languages}")
    return _in_languages(page, profile)


@contextmanager
def _as_file(image: Gray, scratch: Path) -> Iterator[Path]:
    """The image as a BMP file, which costs Tesseract least to read.

    Its library reads PGM byte by byte, 7 % of all that it does for a page (counted in
    instructions), and PNG takes 40 ms to write.
    """
    with (
        scratch_space(),
        tempfile.TemporaryDirectory(prefix="recognise-", dir=scratch) as folder,
    ):
        path = Path(folder) / "page.bmp"
        Image.fromarray(image).save(path)
        yield path


def _run(path: Path, profile: Profile, dpi: float, timeout: float) -> bytes:
    # pytesseract gives the child this process's environment and takes no other.
    # With OpenMP a page costs 3 to 5 times the CPU.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    try:
        hocr = pytesseract.image_to_pdf_or_hocr(
            str(path),
            lang=profile.languages,
            config=f"--dpi {round(dpi)} --psm {profile.psm}",
            extension="hocr",
            timeout=timeout,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise Broken("missing-tesseract", install="tesseract-ocr") from error
    except pytesseract.TesseractError as error:
        raise _failure(error.status, error.message) from error
    except RuntimeError as error:
        # The only plain one is pytesseract's "Tesseract process timeout".
        raise Broken("recognition-timeout", seconds=timeout) from error
    except FileNotFoundError as error:
        raise _cut_off(path.parent, "no output") from error
    return bytes(hocr)


def _cut_off(scratch: Path, detail: str) -> Transient | Broken:
    """Why the program's output is not whole, asked while the page's image still lies there.

    A full disk goes by. Anything else may come again with this page, and must not be
    tried for ever.
    """
    if shutil.disk_usage(scratch).free < LEAST_FREE:
        return Transient("scratch-full")
    return Broken("recognition-cut-off", detail=detail)


def _failure(status: int, message: str) -> Transient | Broken:
    """`status` is negative where a signal ended the program."""
    if status < 0:
        return _ended_by(-status)
    return Broken("recognition-failed", status=status, message=message[:300])


def _ended_by(number: int) -> Transient | Broken:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return Transient("recognition-stopped", signal=str(number))
    if number in _ITS_OWN_FAULT:
        return Broken("recognition-crashed", signal=name)
    if number == signal.SIGKILL:
        # So the kernel ends whoever takes too much memory, which a page may do each time.
        return Broken("recognition-killed", signal=name)
    return Transient("recognition-stopped", signal=name)


def _in_languages(page: PrintedPage, profile: Profile) -> PrintedPage:
    """Tesseract names a paragraph's language after the model that read it."""
    language = {model.name: model.language for model in profile.models}
    return replace(
        page,
        areas=tuple(
            Area(
                area.box,
                tuple(
                    replace(paragraph, language=language.get(paragraph.language or ""))
                    for paragraph in area.paragraphs
                ),
            )
            for area in page.areas
        ),
    )
