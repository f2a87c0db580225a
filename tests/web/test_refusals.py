"""Every reason that the code can give has its sentence and its advice."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from archive.rights import Reason
from web.language import LANGUAGES, catalogue
from web.refusals import SENTENCES, told

ROOT = Path(__file__).parents[2]
PACKAGES = ("archive", "schemas", "storage", "web", "workers")
# The three families of failure, and what a person should look at on a page.
FAMILIES = {"Refused", "Transient", "Broken", "Problem"}


def raised_reasons() -> dict[str, str]:
    """Each reason given to one of these, and where."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and (reason := first_word(node)):
                    found.setdefault(reason, f"{file.relative_to(ROOT)}:{node.lineno}")
    return found


def first_word(call: ast.Call) -> str | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in FAMILIES or not call.args or not isinstance(call.args[0], ast.Constant):
        return None
    return str(call.args[0].value)


def test_every_reason_raised_has_a_row() -> None:
    missing = {key: where for key, where in raised_reasons().items() if key not in SENTENCES}
    assert not missing


def test_the_scan_sees_reasons() -> None:
    assert {"storage-full", "not-an-image", "empty-file", "skewed-page"} <= set(raised_reasons())


def test_every_reason_of_rights_has_a_row() -> None:
    assert {reason.value for reason in Reason} <= set(SENTENCES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", SENTENCES)
def test_a_reason_is_told_whatever_values_came_with_it(reason: str, language: str) -> None:
    explained = told(reason, {"limit": 5, "file": None}, catalogue(language).gettext)
    assert explained.fact.endswith(".")
    assert explained.advice.endswith((".", "!"))
    assert "%(" not in explained.fact + explained.advice


def test_values_stand_in_the_sentence() -> None:
    explained = told(
        "missing-language",
        {"language": "kaz", "install": "tesseract-ocr-kaz"},
        catalogue("kk").gettext,
    )
    assert explained.fact == "«kaz» тілінің деректері орнатылмаған."
    assert explained.advice == "tesseract-ocr-kaz пакетін орнатыңыз."


def test_an_unknown_reason_is_told_calmly_with_its_key() -> None:
    explained = told("odd-reason", {}, catalogue("ru").gettext)
    assert explained.fact == "Это сделать не удалось (odd-reason)."
