"""The library's own words reach its pages; addresses in them are safe to follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.text import analyse_words
from storage.errors import Refused
from tests.sample_home import SAMPLES, settings_for
from web.app import create_app
from web.language import LANGUAGES
from web.own_words import names_of, site_of

LIBRARY = (SAMPLES / "library.yaml").read_text("utf-8")
ASK = {
    "kk": "Кітапханашыдан сұрау",
    "ru": "Спросить библиотекаря",
    "en": "Ask a librarian",
}


def library_file(folder: Path, ask: str) -> Path:
    """The sample library's file with an address for questions in every language."""
    file = folder / "library.yaml"
    told = f"    ask: {ask}\n    rights: https://library.example/rules\n    name_line:"
    file.write_text(LIBRARY.replace("    name_line:", told), "utf-8")
    return file


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_librarian_can_be_asked_and_rules_read(tmp_path: Path, language: str) -> None:
    file = library_file(tmp_path, "mailto:ask@library.example")
    site = site_of(settings_for(tmp_path / "var", library=file))[language]
    assert site.ask is not None
    assert (site.ask.label, site.ask.href) == (ASK[language], "mailto:ask@library.example")
    assert site.rights is not None
    assert site.rights.href == "https://library.example/rules"


def test_without_addresses_there_are_no_links(tmp_path: Path) -> None:
    site = site_of(settings_for(tmp_path / "var"))["kk"]
    assert site.ask is None
    assert site.rights is None


def test_an_address_that_a_browser_would_run_is_refused(tmp_path: Path) -> None:
    file = library_file(tmp_path, "javascript:alert(1)")
    with pytest.raises(Refused, match="bad-library-file"):
        site_of(settings_for(tmp_path / "var", library=file))


def test_the_example_word_is_the_first_example(tmp_path: Path) -> None:
    assert site_of(settings_for(tmp_path / "var"))["ru"].examples[0] == "көмір"
    assert site_of(settings_for(tmp_path / "var", library=None))["ru"].examples == ("кітап",)


def other_names(typed: str, library: Path | None) -> set[str]:
    terms = [placed.term for placed in analyse_words([typed])]
    settings = settings_for(library.parent if library else SAMPLES, library=library)
    return {
        " ".join(word.exact for word in variant.words)
        for variant in names_of(settings).variants(terms)
    }


def test_a_library_adds_its_own_names(tmp_path: Path) -> None:
    assert other_names("Көктөбе", None) == set()
    file = library_file(tmp_path, "mailto:ask@library.example")
    (tmp_path / "synonyms.txt").write_text("# ours\nЗелёная Горка ~ Көктөбе\n", "utf-8")
    assert other_names("Көктөбеде", file) == {"зеленая горка", "көктөбе"}
    assert "қарағанды" in other_names("Караганда", file)


def test_a_line_of_names_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = library_file(tmp_path, "mailto:ask@library.example")
    (tmp_path / "synonyms.txt").write_text("# ours\nЗелёная Горка\n", "utf-8")
    with pytest.raises(Refused, match="bad-library-file") as refused:
        other_names("Көктөбе", file)
    assert refused.value.values["detail"] == "synonyms.txt:2"


def test_a_reader_finds_what_is_printed_under_another_name(
    sample_books: Path, tmp_path: Path
) -> None:
    file = library_file(tmp_path, "mailto:ask@library.example")
    settings = settings_for(sample_books, library=file)
    asked = "/search?q=шеңгелдібұлақ"
    assert b"<mark>" not in create_app(settings).test_client().get(asked).data
    (tmp_path / "synonyms.txt").write_text("Шеңгелдібұлақ ~ Көмір\n", "utf-8")
    assert b"<mark>" in create_app(settings).test_client().get(asked).data
