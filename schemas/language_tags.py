"""Which language tag (BCP 47) do other programs know a recognition profile by?"""

from __future__ import annotations

from types import MappingProxyType

_TAGS = MappingProxyType(
    {
        "kk": "kk",
        "mixed": "kk",
        "ru": "ru",
        "ru-petr": "ru",
        "kk-latn-1929": "kk-Latn",
        "kk-arab": "kk-Arab",
    }
)


def language_tag(profile: str) -> str:
    """The tag of a profile's code; a mixed text reads as Kazakh."""
    return _TAGS.get(profile, profile)
