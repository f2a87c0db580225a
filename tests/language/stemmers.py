"""Ours and what else could be used: each a function from a form to its key.

The baselines are what a library would have otherwise. Their data stays theirs:
hunspell with its dictionary is called as a program of the machine, OpenSearch's
analyser is asked of a node.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping

import snowballstemmer
import tantivy

from archive.text import analyse_words
from tests.engines.opensearch import OpenSearchNode
from tests.language.pairwise import Key

HUNSPELL = ("hunspell", "-i", "utf-8", "-d", "kk_KZ", "-s")
HUNSPELL_ABSENT = "hunspell with its Kazakh dictionary: apt-get install hunspell hunspell-kk"


def ours(form: str) -> str:
    """The stems of the `kk` stream; a compound has one for each part."""
    return " ".join(placed.term.kk for placed in analyse_words([form]))


def unstemmed(form: str) -> str:
    """The form itself, as almost every digital library has it."""
    return form.casefold()


def five_letters(form: str) -> str:
    """The form's beginning."""
    return form.casefold()[:5]


def snowball_russian() -> Key:
    """Snowball's Russian stemmer, as in most engines' stock analysers."""
    stemmer = snowballstemmer.stemmer("russian")
    return lambda form: str(stemmer.stemWord(form.casefold()))


def tantivy_russian() -> Key:
    """tantivy's stock tokenizer, lower case and Russian stemmer."""
    simple = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    analyser = simple.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("russian"))
    built = analyser.build()
    return lambda form: " ".join(built.analyze(form))


def hunspell_kazakh(words: Iterable[str]) -> Key | None:
    """What `hunspell -s` makes of these words, or None where it is not installed.

    Of several stems the shortest counts: it is the one that serves hunspell best.
    """
    if shutil.which(HUNSPELL[0]) is None:
        return None
    asked = "\n".join(sorted(set(words)))
    utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    told = subprocess.run(
        HUNSPELL, input=asked, env=utf8, capture_output=True, text=True, check=False
    )
    if told.returncode != 0:
        return None
    stems: dict[str, str] = {}
    for line in told.stdout.splitlines():
        form, _, stem = line.partition(" ")
        if stem and len(stem) < len(stems.get(form, stem + ".")):
            stems[form] = stem
    return lambda form: stems.get(form, form).casefold()


def opensearch_russian(node: OpenSearchNode, words: Iterable[str]) -> Key:
    """What the stock analyser `russian` of a running node makes of these words."""
    asked = sorted(set(words))
    answer = node.ask("POST", "/_analyze", {"analyzer": "russian", "text": asked})
    keys = _by_text(asked, answer["tokens"])
    return keys.__getitem__


def _by_text(asked: list[str], tokens: list[Mapping[str, object]]) -> dict[str, str]:
    """The tokens of an `_analyze` answer put back to the texts, whose offsets run on."""
    of_text: dict[str, list[str]] = {text: [] for text in asked}
    ends, end = [], -1
    for text in asked:
        end += len(text) + 1
        ends.append((end, text))
    waiting = iter(ends)
    last, text = next(waiting)
    for token in tokens:
        while int(str(token["start_offset"])) >= last:
            last, text = next(waiting)
        of_text[text].append(str(token["token"]))
    return {text: " ".join(found) for text, found in of_text.items()}
