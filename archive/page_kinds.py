"""What is a page in its book, where that is worth telling? Pure."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The cover stands for its book wherever the book is shown."""

    COVER = "cover"
    TITLE = "title"
    CONTENTS = "contents"
    PICTURE = "picture"
    BLANK = "blank"
