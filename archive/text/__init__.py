"""Kazakh and Russian text: from printed words to comparable terms. Pure.

The order of steps: printed words -> `line_ends` (line-end hyphens joined) ->
`tokens` (letters and digits of a printed word) -> `normal_form` -> the four
streams (`kazakh`, `russian`, `skeleton`) -> `terms`. `analyser` puts them
together; pages, descriptions and queries all go through it.
"""

from archive.text.analyser import (
    ANALYSER_VERSION,
    WrittenTerm,
    analyse_lines,
    analyse_page,
    analyse_word,
    analyse_words,
)
from archive.text.terms import PlacedTerm, Term

__all__ = [
    "ANALYSER_VERSION",
    "PlacedTerm",
    "Term",
    "WrittenTerm",
    "analyse_lines",
    "analyse_page",
    "analyse_word",
    "analyse_words",
]
