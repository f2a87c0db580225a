"""Tesseract called for real, and every way in which it can fail.

Failures are provoked by a program of the same name on the path, by a folder of
models that lacks one, or by a folder that is full: nothing is replaced within
the process.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from archive.recipes.recognition import PROFILES
from archive.words import PrintedPage
from storage.errors import Broken, Failure, Refused, Transient
from tests.workers.worn_page import RUSSIAN_LINES, pixels, printed
from workers import tesseract
from workers.preprocess import Gray

KK, RU = PROFILES["kk"], PROFILES["ru"]
BLANK = np.full((200, 300), 255, np.uint8)
Program = Callable[[str], None]


def read(image: Gray, folder: Path, *, timeout: float = 60.0, dpi: float = 300) -> PrintedPage:
    return tesseract.read(image, RU, dpi=dpi, timeout=timeout, scratch=folder)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a shell script first on the path that answers questions like Tesseract."""

    def install(reading: str) -> None:
        folder = tmp_path / "bin"
        folder.mkdir()
        script = folder / "tesseract"
        real = tesseract.installation().models
        script.write_text(
            "#!/bin/sh\n"
            'case "$1" in\n'
            "--version) echo tesseract 5.9.9; exit;;\n"
            f"--list-langs) echo 'List of available languages in \"{real}\" (1):'; exit;;\n"
            f"esac\n{reading}\n"
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return install


def failure_of(folder: Path, *, timeout: float = 60.0) -> Failure:
    with pytest.raises(Failure) as failure:
        read(BLANK, folder, timeout=timeout)
    return failure.value


def test_print_is_read_with_its_places_language_and_engine(tmp_path: Path) -> None:
    sheet = printed(*RUSSIAN_LINES, height=330)
    page = read(pixels(sheet), tmp_path)
    assert [word.text for word in page.words()] == " ".join(RUSSIAN_LINES).split()
    assert (page.width, page.height) == (1000, 330)
    for found, drawn in zip(page.words(), sheet.page().words(), strict=True):
        assert abs(found.box.x - drawn.box.x) <= 4
        assert abs(found.box.right - drawn.box.right) <= 4
        assert abs(found.box.bottom - drawn.box.bottom) <= 4
    assert page.engine == f"{tesseract.engine_version()} rus"
    assert page.engine.startswith("tesseract 5")
    assert {part.language for area in page.areas for part in area.paragraphs} == {"ru"}
    assert not list(tmp_path.iterdir())


def test_one_thread_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
    read(BLANK, tmp_path)
    assert os.environ["OMP_THREAD_LIMIT"] == "1"


def test_a_blank_page_is_a_page_without_areas(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = read(BLANK, tmp_path)
    assert (page.areas, page.width, page.height) == ((), 300, 200)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("shape", [(1, 1), (40, 3), (3, 40)])
@pytest.mark.parametrize("dpi", [1, 300, 99_999])
def test_the_smallest_images_and_unbelievable_resolutions(
    shape: tuple[int, int], dpi: float, tmp_path: Path
) -> None:
    assert read(np.zeros(shape, np.uint8), tmp_path, dpi=dpi).width == shape[1]


def test_an_image_longer_than_tesseract_takes(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read(np.full((2, 32_768), 255, np.uint8), tmp_path)
    assert refused.value.reason == "image-too-long"
    assert refused.value.values == {"side": 32_768, "limit": 32_767}
    read(np.full((2, 32_767), 255, np.uint8), tmp_path)


def test_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    failure = failure_of(tmp_path)
    assert isinstance(failure, Broken)
    assert str(failure) == "missing-tesseract (install=tesseract-ocr)"


def test_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two is missing: Tesseract itself would read on without it."""
    kazakh = tesseract.installation().model(KK.models[0])
    (tmp_path / kazakh.name).symlink_to(kazakh)
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(Broken) as broken:
        tesseract.read(BLANK, KK, dpi=300, timeout=60, scratch=tmp_path)
    assert str(broken.value) == "missing-language (language=rus, install=tesseract-ocr-rus)"


def test_too_slow_and_ended(tmp_path: Path, program: Program) -> None:
    program(f"echo $$ > {tmp_path}/pid; exec sleep 60")
    failure = failure_of(tmp_path, timeout=0.5)
    assert isinstance(failure, Broken)
    assert str(failure) == "recognition-timeout (seconds=0.5)"
    number = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 10
    while psutil.pid_exists(number) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(number)


@pytest.mark.parametrize(
    ("name", "family", "reason"),
    [
        ("SEGV", Broken, "recognition-crashed"),
        ("FPE", Broken, "recognition-crashed"),
        ("KILL", Broken, "recognition-killed"),
        ("TERM", Transient, "recognition-stopped"),
    ],
)
def test_ended_by_a_signal(
    name: str, family: type[Failure], reason: str, tmp_path: Path, program: Program
) -> None:
    program(f"ulimit -c 0; kill -{name} $$")
    failure = failure_of(tmp_path)
    assert isinstance(failure, family)
    assert str(failure) == f"{reason} (signal=SIG{name})"


def test_a_failure_in_its_own_words(tmp_path: Path, program: Program) -> None:
    program("echo Error during processing. >&2; exit 1")
    failure = failure_of(tmp_path)
    assert isinstance(failure, Broken)
    assert failure.reason == "recognition-failed"
    assert failure.values == {"status": 1, "message": "Error during processing."}


@pytest.mark.parametrize("reading", ["exit 0", 'echo "<html" > "$2.hocr"'])
def test_output_missing_or_cut_off(reading: str, tmp_path: Path, program: Program) -> None:
    program(reading)
    failure = failure_of(tmp_path)
    assert isinstance(failure, Broken)  # it may come again, and is not tried for ever
    assert failure.reason == "recognition-cut-off"


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("only root may mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_no_space_for_the_image(tiny_disk: Path) -> None:
    with pytest.raises(Transient) as transient:
        read(np.full((700, 1000), 255, np.uint8), tiny_disk)
    assert transient.value.reason == "scratch-full"
    assert not list(tiny_disk.iterdir())


def test_no_space_for_what_was_read(tiny_disk: Path, program: Program) -> None:
    program("exit 0")
    with pytest.raises(Transient) as transient:
        read(np.full((100, 100), 255, np.uint8), tiny_disk)
    assert transient.value.reason == "scratch-full"


def test_the_inputs_of_a_recognition_name_program_models_and_ladder() -> None:
    inputs = tesseract.recognition_inputs(KK)
    assert inputs["version"] == tesseract.installation().version
    assert {name for name in inputs if name.startswith("model ")} == {"model kaz", "model rus"}
    assert len(str(inputs["model kaz"])) == 64
    assert inputs["model kaz"] != inputs["model rus"]
    assert inputs != tesseract.recognition_inputs(RU)


def test_another_model_gives_another_digest(tmp_path: Path) -> None:
    model = tmp_path / "kaz.traineddata"
    model.write_bytes(b"one")
    before = tesseract.model_digest(model)
    model.write_bytes(b"three")
    assert tesseract.model_digest(model) != before


@pytest.mark.parametrize("code", sorted(PROFILES))
def test_every_profile_can_be_read(code: str, tmp_path: Path) -> None:
    page = tesseract.read(BLANK, PROFILES[code], dpi=300, timeout=60, scratch=tmp_path)
    assert page.engine.endswith(PROFILES[code].languages)
