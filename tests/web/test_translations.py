"""Every sentence is there in every language, with the same values in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.web.gallery import WEB, make_gallery
from tests.web.samples import SAMPLES
from web.language import catalogue

CATALOGUES = WEB / "translations"
FORMS = {"kk": 1, "ru": 3}
VALUE = re.compile(r"%\((\w+)\)s")
# Sentences whose words are the same in every language.
SAME = re.compile(r"^[\W\d]*$|^READY: $")
# `speech` is how the command line asks for a sentence.
KEYWORDS = {**DEFAULT_KEYWORDS, "speech": None}

MessageId = str | tuple[str, ...] | list[str] | None


def extracted() -> Iterator[tuple[str, MessageId]]:
    with (CATALOGUES / "babel.cfg").open("r", encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    for file, _line, message, _comments, _context in extract_from_dir(
        str(WEB), methods, options, keywords=KEYWORDS
    ):
        yield file, message


def read(language: str) -> Catalog:
    file = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as opened:
        return read_po(opened, locale=language, abort_invalid=True)


@pytest.fixture(scope="module")
def messages() -> dict[str, MessageId]:
    return {first(message): message for _file, message in extracted()}


def first(message: MessageId) -> str:
    return forms(message)[0]


def forms(translated: MessageId) -> tuple[str, ...]:
    return (translated,) if isinstance(translated, str) else tuple(translated or ("",))


def test_sentences_were_found(messages: dict[str, MessageId]) -> None:
    assert len(messages) > 200
    assert "Type a word, land on its page" in messages
    assert "This is not an image." in messages


@pytest.mark.parametrize("language", FORMS)
def test_no_sentence_is_missing_or_doubtful(language: str, messages: dict[str, MessageId]) -> None:
    known = {first(message.id): message for message in read(language) if message.id}
    missing = [
        text
        for text, message in messages.items()
        if text not in known
        or known[text].fuzzy
        or isinstance(known[text].id, str) != isinstance(message, str)
        or not all(forms(known[text].string))
    ]
    assert not missing


@pytest.mark.parametrize("language", FORMS)
def test_no_sentence_is_left_over(language: str, messages: dict[str, MessageId]) -> None:
    assert {first(message.id) for message in read(language) if message.id} == set(messages)


@pytest.mark.parametrize("language", FORMS)
def test_every_number_has_its_forms(language: str) -> None:
    plural = [message for message in read(language) if message.pluralizable]
    assert plural
    assert {len(forms(message.string)) for message in plural} == {FORMS[language]}


@pytest.mark.parametrize("language", FORMS)
def test_every_value_is_in_its_sentence(language: str) -> None:
    wrong = [
        message.id
        for message in read(language)
        if message.id
        and any(
            sorted(VALUE.findall(text)) != sorted(VALUE.findall(first(message.id)))
            for text in forms(message.string)
        )
    ]
    assert not wrong


@pytest.mark.parametrize("language", FORMS)
def test_sentences_are_translated_and_not_copied(language: str) -> None:
    copied = [
        message.id
        for message in read(language)
        if message.id == message.string and not SAME.match(VALUE.sub("", str(message.id)))
    ]
    assert not copied


def test_no_case_ending_hangs_on_a_value() -> None:
    """Endings follow the last sound: 138-і, 140-ы. Only «бет» may follow a hyphen."""
    hung = [
        text
        for message in read("kk")
        if message.id
        for text in forms(message.string)
        if re.search(r"\)s[»”]?-(?!бет)|\)s[а-яёәғқңөұүһі]", text)
    ]
    assert not hung


def test_kazakh_letters_are_kazakh() -> None:
    """A Russian ы or a Latin i in place of і is seen by no reader and found by no search."""
    mixed = [
        word
        for message in read("kk")
        if message.id
        for text in forms(message.string)
        for word in re.findall(r"\w+", VALUE.sub(" ", text))
        if re.search("[a-zA-Z]", word) and re.search("[а-яёәғқңөұүһі]", word, re.IGNORECASE)
    ]
    assert not mixed


@pytest.mark.parametrize("language", FORMS)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    """`make setup` compiles; an old .mo would show old sentences."""
    said = catalogue(language)
    stale = [
        message.id
        for message in read(language)
        if isinstance(message.id, str) and message.id and said.gettext(message.id) != message.string
    ]
    assert not stale


@pytest.mark.parametrize("language", FORMS)
def test_no_page_speaks_english_by_mistake(language: str, messages: dict[str, MessageId]) -> None:
    client = make_gallery().test_client()
    sentences = [text for text in messages if len(text.split()) > 3 and "%" not in text]
    for name in SAMPLES:
        page = client.get(f"/gallery/{name}?lang={language}").text
        assert not [text for text in sentences if text in page]


def test_the_mark_for_later_translation_is_extracted() -> None:
    files = {Path(file).name for file, _message in extracted()}
    assert {"refusals.py", "labels.py", "base.html", "reader.html"} <= files
