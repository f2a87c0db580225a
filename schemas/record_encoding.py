"""In which encoding is a file of catalogue records? Judged by letters that make sense.

A record may say it (MARC 21 leader/9, UNIMARC 100 $a 26-27), and often says it
wrongly: what it says only decides between two that make equal sense. cp1251 cannot
hold Kazakh; a Kazakh 8-bit catalogue is KZ-1048 (STRK 1048-2002) or PT154.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

# In the order in which one is preferred when two make the same of the sample:
# KZ-1048 is cp1251 wherever both have the same letter, and has Kazakh besides.
ENCODINGS = ("utf-8", "kz1048", "ptcp154", "cp1251", "cp866")

_RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
_KAZAKH = "әғқңөұүһі"
_LOWER = frozenset(_RUSSIAN + _KAZAKH)
_LETTERS = _LOWER | frozenset((_RUSSIAN + _KAZAKH).upper())
_SIGNS = frozenset("«»„“”–—’‘…№§©°\xa0•")
_OLD_RUSSIAN = frozenset("ѣѢѳѲѵѴ")
_UPPER_INSIDE = re.compile(rf"[{_RUSSIAN}{_KAZAKH}][{(_RUSSIAN + _KAZAKH).upper()}]")

_TOLD_BY_UNIMARC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"50": ("utf-8",), "89": ("kz1048", "cp1251", "ptcp154"), "79": ("cp866",)}
)
_HINT = 0.02  # what a record's own word is worth against its letters
_SURE = 0.05  # so far ahead of the next, nobody needs to look


@dataclass(frozen=True, slots=True)
class DetectedEncoding:
    """The encoding, how sure that is (0 to 1), and the others, best first."""

    encoding: str
    confidence: float
    others: tuple[str, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether a person need not look at the titles first."""
        return self.confidence >= 0.9


def detect_encoding(samples: Sequence[bytes]) -> DetectedEncoding:
    """The encoding of records of which these are some."""
    data = b"\n".join(samples)
    if data.isascii():
        return DetectedEncoding("utf-8", 1.0, ENCODINGS[1:])
    told = _told(samples)
    texts = {each: _decoded(data, each) for each in ENCODINGS}
    scores = {
        each: sense(text) + (_HINT if each in told else 0)
        for each, text in texts.items()
        if text is not None
    }
    if not scores:
        return DetectedEncoding("kz1048", 0.0, ENCODINGS)
    ranked = sorted(scores, key=lambda each: (-scores[each], ENCODINGS.index(each)))
    best = ranked[0]
    rivals = [scores[each] for each in ranked[1:] if texts[each] != texts[best]]
    return DetectedEncoding(best, _confidence(scores[best], rivals), tuple(ranked[1:]))


def _confidence(best: float, rivals: Sequence[float]) -> float:
    ahead = best - max(rivals, default=0.0)
    return round(max(0.0, min(best, 1.0)) * min(1.0, 0.5 + ahead / _SURE / 2), 2)


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def sense(text: str) -> float:
    """Which share of the text's letters beyond ASCII make sense in Kazakh or Russian."""
    beyond = [letter for letter in text if ord(letter) > 127]
    if not beyond:
        return 1.0
    good = sum(1 for letter in beyond if letter in _LETTERS)
    fair = sum(1 for letter in beyond if letter in _SIGNS or letter in _OLD_RUSSIAN)
    odd = len(beyond) - good - fair
    inside = len(_UPPER_INSIDE.findall(text))
    return max(0.0, (good + 0.9 * fair - 3 * odd - 2 * inside) / len(beyond))


def _told(samples: Sequence[bytes]) -> frozenset[str]:
    """What the records themselves say, if they agree."""
    said = {_said(sample) for sample in samples}
    return frozenset(next(iter(said))) if len(said) == 1 else frozenset()


def _said(sample: bytes) -> tuple[str, ...]:
    if sample[9:10] == b"a" and sample[20:24] == b"4500":
        return ("utf-8",)
    coded = re.search(rb"\x1e..\x1fa(\d{8}[a-z].{16}.)([0-9]{2})", sample, re.DOTALL)
    return _TOLD_BY_UNIMARC.get(coded[2].decode(), ()) if coded else ()


def spread_sample(
    records: Iterable[bytes], *, first: int = 100, every: int = 50, most: int = 400
) -> list[bytes]:
    """Some records of a file: the first ones, then every fiftieth to its end."""
    sample: list[bytes] = []
    for place, record in enumerate(records):
        if place < first or (place % every == 0 and len(sample) < most):
            sample.append(record)
    return sample
