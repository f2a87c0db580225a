"""The project's own embedded index with the collection in it, asked in several ways.

What a reader has is all four streams. Beside it stands each stream alone, and each
baseline in an index of its own, whose words are the baseline's keys: one engine, one
ranking, one way to ask, so that what differs is what words are found by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive.queries import Variants, no_variants, parse_query
from archive.text import ANALYSER_VERSION, Term, analyse_words
from archive.text.gazetteer import known_names
from schemas.search_document import STREAMS
from storage.opening import open_index
from storage.query import Clause, Kind, Phrase, Query, Search, Visible, Word
from storage.search import Document, SearchIndex, SearchSchema
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode
from tests.language.pairwise import Key
from tests.language.retrieval.collection import Page

Rewrite = Callable[[Word], Word]

NOWHERE = "\N{WHITE QUESTION MARK ORNAMENT}"
"""A term that no page holds."""

SHOWN = 10
OURS = "Sandyq, all four streams"
ON_OPENSEARCH = "the same on OpenSearch"


@dataclass(frozen=True, slots=True)
class System:
    """A way of asking: `found` are the passages' names of the first pages, "" for others."""

    index: SearchIndex
    pages: Sequence[Page]
    rewrite: Rewrite
    names: Variants = no_variants

    def found(self, question: str) -> list[str]:
        query = _rewritten(parse_query(question, variants=self.names).query, self.rewrite)
        everything = Visible(newest_unit=len(self.pages))
        answer = self.index.search(Search(query, Kind.PAGE, everything, limit=SHOWN))
        return [self.pages[document.work - 1].name for document in answer.documents]


@contextmanager
def systems(
    folder: Path,
    pages: Sequence[Page],
    baselines: Mapping[str, Key],
    node: OpenSearchNode | None = None,
) -> Iterator[Mapping[str, System]]:
    """All systems by name, over indexes made in the folder, and one in the node."""
    with ExitStack() as opened:

        def index(url: str, terms: Callable[[Term], Mapping[str, str]]) -> SearchIndex:
            made = open_index(Settings(home=folder, search=url), SearchSchema(ANALYSER_VERSION))
            opened.callback(made.close)
            made.write(_documents(pages, terms))
            return made

        ours = index(f"tantivy://{folder / 'ours'}", _all_streams)
        names = known_names().other_names
        named = {OURS: System(ours, pages, _as_it_is, names)}
        if node is not None:
            url = opened.enter_context(node.own_index())
            named[ON_OPENSEARCH] = System(index(url, _all_streams), pages, _as_it_is, names)
        for stream in STREAMS:
            named[f"`{stream}` alone"] = System(ours, pages, _only_in(stream))
        for number, (name, key) in enumerate(baselines.items()):
            keyed = index(f"tantivy://{folder / str(number)}", _keyed(key))
            named[name] = System(keyed, pages, _asked_by(key))
        yield named


def words_of(texts: Iterable[str]) -> list[str]:
    """Every word form of these texts once, as baselines are given them."""
    return sorted({term.exact for text in texts for term in _terms(text)})


def _documents(
    pages: Sequence[Page], streams: Callable[[Term], Mapping[str, str]]
) -> Iterable[Document]:
    for key, page in enumerate(pages, start=1):
        terms = [streams(term) for term in _terms(page.text)]
        joined = {name: " ".join(term[name] for term in terms) for name in STREAMS}
        yield Document(kind=Kind.PAGE, key=key, revision=1, work=key, unit=key, streams=joined)


def _terms(text: str) -> list[Term]:
    return [placed.term for placed in analyse_words(text.split())]


def _all_streams(term: Term) -> dict[str, str]:
    return {stream: str(getattr(term, stream)) for stream in STREAMS}


def _keyed(key: Key) -> Callable[[Term], Mapping[str, str]]:
    return lambda term: dict.fromkeys(STREAMS, "") | {"exact": key(term.exact)}


def _as_it_is(word: Word) -> Word:
    return word


def _only_in(stream: str) -> Rewrite:
    def alone(word: Word) -> Word:
        term = dict.fromkeys(STREAMS, NOWHERE) | {stream: getattr(word, stream)}
        return Word(term["exact"], term["kk"], term["ru"], term["skeleton"])

    return alone


def _asked_by(key: Key) -> Rewrite:
    return lambda word: replace(word, exact=key(word.exact), only_exact=True)


def _rewritten(query: Query, rewrite: Rewrite) -> Query:
    """The query in other words; a word that a baseline never indexes is not asked for."""
    groups = (tuple(_clauses(group, rewrite)) for group in query.all_of)
    return replace(query, all_of=tuple(group for group in groups if group))


def _clauses(group: Iterable[Clause], rewrite: Rewrite) -> Iterator[Clause]:
    for clause in group:
        if isinstance(clause, Phrase):
            words = tuple(word for word in map(rewrite, clause.words) if word.exact)
            if words:
                yield replace(clause, words=words)
        elif isinstance(clause, Word) and (word := rewrite(clause)).exact:
            yield word
