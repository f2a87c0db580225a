"""Every public door to a book's page, asked as somebody whom nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

IN_PAGES = frozenset({"item", "search", "suggestion"})
"""Doors that answer for a closed book too, only without what is in it."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    kind: str
    body: bytes

    def says(self, word: str) -> bool:
        return self.status == 200 and word in self.body.decode(errors="replace")

    def is_pdf(self) -> bool:
        return self.status == 200 and self.body.startswith(b"%PDF")

    def is_picture(self) -> bool:
        return self.status == 200 and self.kind == "image/jpeg" and len(self.body) > 500


def ask(address: str) -> Answer:
    """One request without a cookie, through no cache."""
    try:
        with urlopen(address, timeout=60) as answer:
            return Answer(answer.status, answer.headers.get_content_type(), answer.read())
    except HTTPError as refused:
        with refused:
            return Answer(refused.code, refused.headers.get_content_type(), refused.read())


@dataclass(frozen=True)
class Doors:
    """The addresses by a name for each, as an open book shows them, and a word in it."""

    addresses: Mapping[str, str]
    word: str
    pdf: str

    def open_ones(self) -> set[str]:
        """Those that show what they hold."""
        return {door for door in self.addresses if self._is_open(door)}

    def shut_ones(self) -> set[str]:
        """Those that refuse, or answer without a trace of what is in the book."""
        return {door for door in self.addresses if self._is_shut(door)}

    def _is_open(self, door: str) -> bool:
        return self._sign(door)(ask(self.addresses[door]))

    def _is_shut(self, door: str) -> bool:
        answer = ask(self.addresses[door])
        if door in IN_PAGES:
            return answer.status == 200 and not self._sign(door)(answer)
        return answer.status == 403 and self.word not in answer.body.decode(errors="replace")

    def _sign(self, door: str) -> Callable[[Answer], bool]:
        signs: Mapping[str, Callable[[Answer], bool]] = {
            "item": lambda answer: answer.says(self.pdf),
            "search": lambda answer: answer.says("<mark"),
            **dict.fromkeys(("pdf", "small pdf"), Answer.is_pdf),
            "manifest": lambda answer: answer.says("Canvas"),
            **dict.fromkeys(("image", "tile", "thumbnail"), Answer.is_picture),
        }
        return signs.get(door, lambda answer: answer.says(self.word))


def doors_of(portal: str, found: Mapping[str, str], word: str) -> Doors:
    """The doors that an open book shows, by `found`, and those that every visitor knows."""
    service = found["image"].partition("/full/")[0]
    asked = {
        "tile": f"{service}/0,0,256,256/max/0/default.jpg",
        "search": f"{portal}/search?q={quote(word)}",
        "suggestion": f"{portal}/suggest?q={quote(word[:-2])}",
    }
    return Doors({**found, **asked}, word, urlsplit(found["pdf"]).path)
