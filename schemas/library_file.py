"""What a library says of itself: ``library.yaml`` with its names, branches and examples."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from archive.handover import BranchDescription
from storage.errors import Refused

LANGUAGES = ("kk", "ru", "en")
ADDRESSES = ("https://", "http://", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """The library's own words in one language; lines of the footer in `library`.

    `ask` is where a visitor reaches a librarian, `rights` where the library's rules
    stand: addresses of the web, of a letter (``mailto:``) or of a telephone (``tel:``).
    """

    name_line: str
    library: tuple[str, ...] = ()
    about: str = ""
    reading_place: str = ""
    examples: tuple[str, ...] = ()
    ask: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """Everything in the file."""

    words: Mapping[str, LibraryWords]
    homepage: str = ""
    example_word: str = "кітап"
    branches: tuple[BranchDescription, ...] = field(default=())


def read_library_file(text: str, name: str) -> LibraryFile:
    """Read the file's text; `name` is told in a refusal.

    Raises:
        Refused: ``bad-library-file`` (file, detail).
    """
    try:
        # Every value as it is written: 07 is a branch's name, not a number.
        told = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  (makes nothing but text)
        return LibraryFile(
            words={tag: _words(told["names"][tag]) for tag in LANGUAGES},
            homepage=str(told.get("homepage", "")),
            example_word=str(told.get("example_word", "кітап")),
            branches=tuple(_branch(each) for each in told.get("branches", ())),
        )
    except yaml.YAMLError as error:
        raise Refused("bad-library-file", file=name, detail=str(error).splitlines()[0]) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused("bad-library-file", file=name, detail=str(error)) from error


def _words(told: Mapping[str, Any]) -> LibraryWords:
    return LibraryWords(
        name_line=str(told["name_line"]),
        library=tuple(str(line) for line in told.get("library", ())),
        about=str(told.get("about", "")),
        reading_place=str(told.get("reading_place", "")),
        examples=tuple(str(each) for each in told.get("examples", ())),
        ask=_address(told.get("ask", "")),
        rights=_address(told.get("rights", "")),
    )


def _address(told: object) -> str:
    """An address that a visitor may be sent to: nothing that a browser would run."""
    address = str(told)
    if address and not address.startswith(ADDRESSES):
        raise TypeError(f"not an address: {address}")
    return address


def _branch(told: Mapping[str, Any]) -> BranchDescription:
    return BranchDescription(
        code=str(told["code"]),
        label_kk=str(told["kk"]),
        label_ru=str(told["ru"]),
        label_en=str(told["en"]),
        aliases=tuple(str(alias) for alias in told.get("aliases", ())),
        networks=tuple(_network(network) for network in told.get("networks", ())),
    )


def _network(told: object) -> str:
    """A range of addresses (CIDR) whose visitors sit in the building."""
    try:
        return str(ipaddress.ip_network(str(told)))
    except ValueError as error:
        raise TypeError(f"not a range of addresses: {told}") from error
