"""What every search engine must do for us; one suite, run against each engine."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from archive.author_names import name_terms
from archive.queries import parse_query
from archive.text import analyse_words
from storage.errors import Transient
from storage.opening import open_index
from storage.query import (
    Facets,
    Field,
    Found,
    Kind,
    Narrowing,
    Order,
    Phrase,
    Query,
    Search,
    Visible,
    Word,
    spans,
)
from storage.search import Document, SearchIndex, SearchSchema
from storage.settings import Settings
from tests.engines.opensearch import OpenSearchNode

STREAMS = ("exact", "kk", "ru", "skeleton")
EVERYTHING = Visible(newest_unit=10_000)

Opener = Callable[..., SearchIndex]


ENGINES = ("tantivy", "opensearch")


@pytest.fixture(params=ENGINES)
def search_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An index of its own for each test, in each engine."""
    if request.param == "tantivy":
        yield f"tantivy://{tmp_path / 'index'}"
        return
    node = request.getfixturevalue("opensearch")
    with node.own_index() as url:
        yield url


@pytest.fixture
def reopen(search_url: str, tmp_path: Path) -> Iterator[Opener]:
    """Opens one and the same index, as another process would, with a schema's version."""
    with ExitStack() as opened:

        def opener(version: str = "1") -> SearchIndex:
            settings = Settings(home=tmp_path, search=search_url)
            index = open_index(settings, SearchSchema(version))
            opened.callback(index.close)
            return index

        yield opener


@pytest.fixture
def index(reopen: Opener) -> SearchIndex:
    return reopen()


def streams(text: str) -> dict[str, str]:
    terms = [placed.term for placed in analyse_words(text.split())]
    return {name: " ".join(getattr(term, name) for term in terms) for name in STREAMS}


def only_in(stream: str, term: str) -> Word:
    """A word that only this stream can match."""
    exact, kk, ru, skeleton = (term if name == stream else "?" for name in STREAMS)
    return Word(exact, kk, ru, skeleton)


def page(
    key: int,
    text: str,
    *,
    unit: int = 1,
    work: int = 1,
    revision: int = 1,
    sequence: int | None = None,
    language: str = "kk",
    type: str = "book",  # noqa: A002 - the field's own name
    year: int | None = 1937,
    collections: tuple[int, ...] = (),
    title: str = "",
    author: str = "",
) -> Document:
    return Document(
        kind=Kind.PAGE,
        key=key,
        revision=revision,
        work=work,
        unit=unit,
        streams=streams(text),
        sequence=key if sequence is None else sequence,
        language=language,
        type=type,
        year=year,
        collections=collections,
        fields=fields(title, author),
    )


def fields(title: str, author: str) -> dict[Field, dict[str, str]]:
    names = [{stream: getattr(term, stream) for stream in STREAMS} for term in name_terms(author)]
    by_stream = {stream: " ".join(name[stream] for name in names) for stream in STREAMS}
    return {Field.TITLE: streams(title), Field.AUTHOR: by_stream}


def description(
    key: int,
    text: str,
    *,
    unit: int = 1,
    revision: int = 1,
    year: int | None = None,
    title: str = "",
    author: str = "",
) -> Document:
    return Document(
        kind=Kind.WORK,
        key=key,
        revision=revision,
        work=key,
        unit=unit,
        streams=streams(text),
        language="kk",
        type="book",
        year=year,
        fields=fields(title, author),
    )


def search(
    index: SearchIndex,
    text: str,
    *,
    kind: Kind = Kind.PAGE,
    visible: Visible = EVERYTHING,
    narrowing: Narrowing | None = None,
    order: Order = Order.RELEVANCE,
    limit: int = 20,
    offset: int = 0,
    facets: bool = False,
    only_exact: bool = False,
) -> Found:
    query = parse_query(text, only_exact=only_exact).query
    return index.search(
        Search(query, kind, visible, narrowing or Narrowing(), order, limit, offset, facets=facets)
    )


def pages_found(index: SearchIndex, text: str, **how: object) -> list[int]:
    found = search(index, text, **how)  # type: ignore[arg-type]
    assert found.count == len(found.documents)
    return [document.page for document in found.documents if document.page is not None]


# Words and phrases


def test_an_index_never_written_to_finds_nothing(index: SearchIndex) -> None:
    assert search(index, "көмір", facets=True) == Found((), 0, Facets({}, {}, {}, {}, {}))
    assert search(index, "көмір") == Found((), 0)
    assert index.contents() == {}
    assert index.is_current()


def test_a_word_is_found_in_all_its_forms(index: SearchIndex) -> None:
    index.write([page(1, "қаланың көмірі"), page(2, "кітап оқыды")])
    assert pages_found(index, "көмірмен") == [1]
    assert pages_found(index, "кітаптар") == [2]
    assert pages_found(index, "kitap") == [2]
    assert pages_found(index, "көмірмен", only_exact=True) == []
    assert pages_found(index, "көмірі", only_exact=True) == [1]


def test_all_words_are_wanted_and_unwanted_ones_are_not(index: SearchIndex) -> None:
    index.write([page(1, "шахта көмір қала"), page(2, "шахта көмір"), page(3, "қала")])
    assert sorted(pages_found(index, "шахта көмір")) == [1, 2]
    assert pages_found(index, "шахта көмір -қала") == [2]
    assert sorted(pages_found(index, "шахта OR қала")) == [1, 2, 3]
    assert sorted(pages_found(index, "көмір шахта OR қала")) == [1, 2]


@pytest.mark.parametrize("narrowing", [Narrowing(), Narrowing(languages=frozenset({"kk"}))])
def test_what_asks_for_nothing_finds_nothing(index: SearchIndex, narrowing: Narrowing) -> None:
    index.write([page(1, "шахта")])
    assert pages_found(index, "-қала", narrowing=narrowing) == []
    assert pages_found(index, "...", narrowing=narrowing) == []


def test_a_phrase_is_matched_at_consecutive_positions(index: SearchIndex) -> None:
    index.write([page(1, "қара алтын қаласы"), page(2, "алтын қара"), page(3, "қара көк алтын")])
    assert pages_found(index, '"қара алтын"') == [1]
    assert pages_found(index, '"қара алтын қала"') == [1]


def test_a_phrase_is_matched_in_one_and_the_same_stream(index: SearchIndex) -> None:
    index.write([page(1, "x")])
    index.write(
        [
            replace(
                page(2, "x"),
                streams={"exact": "a b", "kk": "c d", "ru": "e f", "skeleton": "g h"},
            )
        ]
    )
    within = Phrase((Word("?", "c", "?", "?"), Word("?", "d", "?", "?")))
    across = Phrase((Word("a", "?", "?", "?"), Word("?", "d", "?", "?")))
    for phrase, expected in ((within, 1), (across, 0)):
        found = index.search(Search(Query(((phrase,),)), Kind.PAGE, EVERYTHING))
        assert found.count == expected


def test_a_prefix_finds_every_word_that_begins_so(index: SearchIndex) -> None:
    index.write([page(1, "кітапхана"), page(2, "кітаптар"), page(3, "кіт")])
    assert sorted(pages_found(index, "кітап*")) == [1, 2]


def test_signs_of_a_pattern_are_plain_letters_in_a_prefix(index: SearchIndex) -> None:
    index.write([page(1, "кітап")])
    for sign in (".", "[", "(", "\\", "*", "+", "|", "?"):
        word = Word(f"к{sign}", "?", "?", "?", prefix=True)
        assert index.search(Search(Query(((word,),)), Kind.PAGE, EVERYTHING)).count == 0


def test_descriptions_and_pages_are_found_apart(index: SearchIndex) -> None:
    index.write([description(7, "Қарағанды көмірі"), page(7, "көмір")])
    (work,) = search(index, "көмір", kind=Kind.WORK).documents
    assert (work.work, work.page) == (7, None)
    assert pages_found(index, "көмір") == [7]


# Title, author, year


def test_title_and_author_are_asked_for_by_themselves(index: SearchIndex) -> None:
    title, author = "Абай жолы", "Әуезов М.О."
    index.write([page(1, "қала", title=title, author=author), page(2, "абай әуезов жолы")])
    index.write([description(7, "x", title=title, author=author)])
    for question in ("title:жолы", "title:жол", 'title:"абай жолы"', "title:аба*", "author:әуезов"):
        assert pages_found(index, question) == [1], question
        assert [each.work for each in search(index, question, kind=Kind.WORK).documents] == [7]
    assert pages_found(index, 'title:"жолы абай"') == []
    assert pages_found(index, "қала author:Auezov") == [1]
    assert pages_found(index, "абай author:Auezov") == []
    assert pages_found(index, "абай OR title:жолы -author:Әуезов") == [2]
    assert pages_found(index, "title:жол", only_exact=True) == []


def test_an_author_is_found_by_initials_in_any_order(index: SearchIndex) -> None:
    names = ("Әуезов М.О.", "Мұхтар Омарханұлы Әуезов", "Ғ. Мүсірепов", "Әуезов С.", "М. О. Оразов")
    index.write(page(key, "x", author=name) for key, name in enumerate(names, start=1))
    for question, expected in {
        "М.О. Әуезов": [1, 2],
        "Әуезов М.О.": [1, 2],
        "Ауезов М.": [1, 2],
        "Мұхтар Әуезов": [1, 2],
        "Әуезов": [1, 2, 4],
        "С. Әуезов": [4],
        "М.О.": [1, 2, 5],
        "Ғабит Мүсірепов": [3],
        "Сәбит Мүсірепов": [],
    }.items():
        assert sorted(pages_found(index, f'author:"{question}"')) == expected, question


def test_years_are_asked_for_in_words(index: SearchIndex) -> None:
    index.write(page(key, "көмір", year=year) for key, year in enumerate((1930, 1937, 1950, None)))
    index.write([description(9, "көмір", year=1937)])
    for question, expected in {
        "көмір year:1937": [1],
        "жыл:1930..1940": [0, 1],
        "year:1937..": [1, 2],
        "көмір -year:..1940": [2, 3],
        "year:1950 OR year:1930": [0, 2],
    }.items():
        assert sorted(pages_found(index, question)) == expected, question
    assert [each.work for each in search(index, "год:1937", kind=Kind.WORK).documents] == [9]
    assert search(index, "year:1950", kind=Kind.WORK).count == 0


# What may be seen


def test_a_unit_newer_than_the_snapshot_is_closed(index: SearchIndex) -> None:
    index.write([page(1, "көмір", unit=5), page(2, "көмір", unit=6)])
    assert pages_found(index, "көмір", visible=Visible(newest_unit=5)) == [1]


def test_a_closed_unit_is_in_no_count_and_no_facet(index: SearchIndex) -> None:
    index.write(
        [
            page(1, "көмір", unit=1, work=1, year=1930),
            page(2, "көмір", unit=2, work=2, year=1931, language="ru", type="other"),
            description(2, "көмір", unit=2),
        ]
    )
    visible = Visible(newest_unit=9, closed_units=((2, 2),))
    found = search(index, "көмір", visible=visible, facets=True)
    assert (found.count, [document.page for document in found.documents]) == (1, [1])
    assert found.facets == Facets({"kk": 1}, {"book": 1}, {1930: 1}, {}, {1: 1})
    assert search(index, "көмір", kind=Kind.WORK, visible=visible).count == 0


def test_spans_of_closed_units_hide_just_their_own(index: SearchIndex) -> None:
    """Long spans are asked for in another way than short ones; both have two ends."""
    units = (1, 2, 3, 4, 999, 1000, 5000, 5001)
    index.write(page(number, "көмір", unit=unit) for number, unit in enumerate(units, start=1))
    closed = {2, 3, *range(1000, 5001)}
    visible = Visible(newest_unit=9000, closed_units=spans(closed))
    shown = pages_found(index, "көмір", visible=visible)
    assert {units[number - 1] for number in shown} == set(units) - closed


def test_closed_units_up_to_the_newest_hide_themselves_and_what_is_newer(
    index: SearchIndex,
) -> None:
    index.write(page(unit, "көмір", unit=unit) for unit in range(1, 12))
    for closed in ({3, 4, 8, 9}, {9}, {*range(1, 10)}):
        visible = Visible(newest_unit=9, closed_units=spans(closed))
        shown = pages_found(index, "көмір", visible=visible)
        assert set(shown) == {*range(1, 10)} - closed


def test_a_long_list_hides_just_its_own(index: SearchIndex) -> None:
    """Thousands of closed units and stale pages in no row at all."""
    closed, stale = range(2, 5001, 2), range(3, 5001, 3)
    units = (1, 2, 7, 8, 4999, 5000, 5001, 5002)
    index.write([page(key, "көмір", unit=unit) for key, unit in enumerate(units, start=5000)])
    index.write([page(key, "көмір", unit=1) for key in (1, 2, 3, 4999)])
    visible = Visible(9000, spans(closed), frozenset(stale))
    open_pages = [key for key, unit in enumerate(units, start=5000) if unit not in closed]
    assert sorted(pages_found(index, "көмір", visible=visible)) == [1, 2, 4999, *open_pages]


def test_a_stale_page_is_excluded_and_the_work_of_that_number_is_not(index: SearchIndex) -> None:
    index.write([page(1, "көмір"), page(2, "көмір"), description(2, "көмір")])
    visible = Visible(newest_unit=9, stale_pages=frozenset({2}))
    assert pages_found(index, "көмір", visible=visible) == [1]
    assert search(index, "көмір", kind=Kind.WORK, visible=visible).count == 1


# Facets, narrowing, order


@pytest.fixture
def library(index: SearchIndex) -> SearchIndex:
    index.write(
        [
            page(1, "көмір", work=10, year=1950, collections=(1, 2), sequence=2),
            page(2, "көмір көмір көмір", work=10, year=1950, collections=(1, 2), sequence=1),
            page(3, "көмір", work=11, year=1937, language="ru", type="newspaper-article"),
            page(4, "көмір", work=12, year=None, language="", collections=(2,)),
            page(5, "шахта", work=12),
        ]
    )
    return index


@pytest.mark.parametrize("stream", ["kk", "ru", "skeleton"])
def test_facets_count_what_is_found_by_any_stream(index: SearchIndex, stream: str) -> None:
    index.write([replace(page(1, "x"), streams={stream: "a b"})])
    word, other = (only_in(stream, term) for term in "ab")
    for clause in (word, Phrase((word, other))):
        found = index.search(Search(Query(((clause,),)), Kind.PAGE, EVERYTHING, facets=True))
        assert found.count == 1
        assert found.facets == Facets({"kk": 1}, {"book": 1}, {1937: 1}, {}, {1: 1})


def test_facets_count_every_document_that_matches(library: SearchIndex) -> None:
    assert search(library, "көмір", limit=1, order=Order.YEAR_DESCENDING, facets=True).facets == (
        Facets(
            languages={"kk": 2, "ru": 1},
            types={"book": 3, "newspaper-article": 1},
            years={1950: 2, 1937: 1},
            collections={1: 2, 2: 3},
            works={10: 2, 11: 1, 12: 1},
        )
    )


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        (Narrowing(languages=frozenset({"ru"})), [3]),
        (Narrowing(types=frozenset({"book"})), [1, 2, 4]),
        (Narrowing(collections=frozenset({1})), [1, 2]),
        (Narrowing(collections=frozenset({1, 2})), [1, 2, 4]),
        (Narrowing(first_year=1937, last_year=1949), [3]),
        (Narrowing(first_year=1950), [1, 2]),
        (Narrowing(last_year=1937), [3]),
        (Narrowing(work=12), [4]),
        (Narrowing(work=12, languages=frozenset({"ru"})), []),
    ],
)
def test_narrowing(library: SearchIndex, narrowing: Narrowing, expected: list[int]) -> None:
    assert sorted(pages_found(library, "көмір", narrowing=narrowing)) == expected


def test_facets_count_within_what_was_narrowed(library: SearchIndex) -> None:
    narrowing = Narrowing(collections=frozenset({1}), first_year=1940)
    assert search(library, "көмір", narrowing=narrowing, facets=True).facets == (
        Facets({"kk": 2}, {"book": 2}, {1950: 2}, {1: 2, 2: 2}, {10: 2})
    )
    assert search(library, "көмір -көмір", facets=True).facets == Facets({}, {}, {}, {}, {})


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.YEAR_ASCENDING, [3, 2, 1, 4]),
        (Order.YEAR_DESCENDING, [2, 1, 3, 4]),
        (Order.SEQUENCE, [2, 1, 3, 4]),
    ],
)
def test_order(library: SearchIndex, order: Order, expected: list[int]) -> None:
    assert pages_found(library, "көмір", order=order) == expected


def test_ten_comes_after_nine(index: SearchIndex) -> None:
    index.write(page(key, "көмір") for key in (10, 9, 2, 1, 100))
    assert pages_found(index, "көмір", order=Order.SEQUENCE) == [1, 2, 9, 10, 100]


def test_relevance_puts_a_likeness_of_skeletons_last(index: SearchIndex) -> None:
    others = (page(key, "шахта көмір қала") for key in range(3, 43))
    typed = page(1, "содан кейін барлығы бөлді де үйлеріне қайтып кетті")
    index.write([page(2, "болды болды болды"), typed, *others])
    assert pages_found(index, "бөлді") == [1, 2]


def test_relevance_prefers_the_form_that_was_typed(index: SearchIndex) -> None:
    index.write([page(1, "көмірдің жолы"), page(2, "көмір жолы"), page(3, "komir joly")])
    assert pages_found(index, "көмір") == [2, 1, 3]
    assert pages_found(index, "көмірдің") == [1, 2, 3]


def test_relevance_counts_how_near_the_words_stand(index: SearchIndex) -> None:
    far = "алтын қала жер су от жел тас қара"
    near = ("жер алтын су қара қала от жел тас", "жел тас қара су алтын қала жер от")
    beside = "жер су алтын қара қала от жел тас"
    index.write(page(n, text) for n, text in enumerate((far, *near, beside), start=1))
    for only_exact in (False, True):
        found = search(index, "алтын қара", only_exact=only_exact).documents
        assert found[-1].page == 1
        gained = [each.score - found[-1].score for each in found[:3]]
        assert gained == pytest.approx([4, 4, 4], rel=1e-3)


def test_a_phrase_a_prefix_and_a_choice_are_near_to_nothing(index: SearchIndex) -> None:
    index.write([page(1, "жер алтын су қара"), page(2, "алтын қара жер су")])
    for question in ("алтын қара*", "алтын OR жер қара", "алтын қара жер су алтын қара"):
        scores = {each.score for each in search(index, question).documents}
        assert len(scores) == 1, question


def test_a_title_and_an_author_say_more_than_the_rest_of_a_description(
    index: SearchIndex,
) -> None:
    index.write(
        [
            description(1, "қала көмір", title="қала"),
            description(2, "komir", title="komir"),
            description(3, "көмірдің тарихы", title="көмірдің тарихы"),
            description(4, "абаев көмір", title="x", author="Көмір А."),
            description(5, "көмір тарихы мен жолы", title="көмір тарихы мен жолы"),
            description(6, "көмір", title="көмір"),
        ]
    )
    found = [each.work for each in search(index, "көмір", kind=Kind.WORK).documents]
    assert set(found[:3]) == {4, 5, 6}
    assert found.index(6) < found.index(5)
    assert found[3:] == [3, 1, 2]
    found = [each.work for each in search(index, "title:көмір", kind=Kind.WORK).documents]
    assert found == [6, 5, 3, 2]


def test_paging_gives_every_document_once(index: SearchIndex) -> None:
    index.write(page(key, "көмір") for key in range(1, 26))
    seen: list[int | None] = []
    for offset in (0, 10, 20, 30):
        found = search(index, "көмір", limit=10, offset=offset, order=Order.SEQUENCE)
        assert found.count == 25
        seen += [document.page for document in found.documents]
    assert seen == list(range(1, 26))
    assert search(index, "көмір", limit=0).documents == ()
    assert search(index, "көмір", offset=1_000_000).count == 25


def test_engines_answer_alike(tmp_path: Path, opensearch: OpenSearchNode) -> None:
    """The same documents, counts, facets and scores."""
    chance = random.Random(11)
    words = "көмір көмірдің komir қала қаланың шахта кітап кітапхана алтын жол".split()
    pages = [
        page(
            key,
            " ".join(chance.choices(words, k=chance.randint(3, 12))),
            unit=key % 7,
            work=key % 9,
            year=chance.choice([None, 1930, 1937, 1950]),
            language=chance.choice(["kk", "ru"]),
            title=chance.choice(words),
            author=chance.choice(["Абаев С.", "С. Оразов"]),
        )
        for key in range(1, 81)
    ]
    works = [
        description(
            key,
            " ".join(chance.choices(words, k=5)),
            year=1937,
            title=" ".join(chance.choices(words, k=chance.randint(1, 4))),
            author="Абаев С.",
        )
        for key in range(1, 20)
    ]
    questions = (
        "көмір",
        "көмір қала жол",
        '"алтын жол" OR "көмір қала"',
        "кітап*",
        "шахта -көмір",
        "алтын жол OR komir",
        "шахта title:көмір",
        "author:Абаев year:1937..",
    )
    visible = Visible(5, ((2, 2), (4, 4)))
    with opensearch.own_index() as url, ExitStack() as opened:
        engines = [
            open_index(Settings(home=tmp_path, search=each), SearchSchema("1"))
            for each in ("", url)
        ]
        for engine in engines:
            opened.callback(engine.close)
            engine.write(pages)
        for question in questions:
            for order in Order:
                how = {"order": order, "visible": visible, "limit": 100, "facets": True}
                one, other = (search(engine, question, **how) for engine in engines)  # type: ignore[arg-type]
                assert one.count
                assert (one.count, one.facets) == (other.count, other.facets)
                assert _scores(one) == pytest.approx(_scores(other), rel=1e-3)
        for engine in engines:
            engine.write(works)
        for question in questions:
            one, other = (search(engine, question, kind=Kind.WORK) for engine in engines)
            # how rare a word is, tantivy counts over documents of both kinds
            assert _scores(one) == pytest.approx(_scores(other), rel=1e-2)


def _scores(found: Found) -> dict[int, float]:
    """Each document with its score; without scores its place."""
    places = enumerate(found.documents, start=1)
    return {each.page or each.work: each.score or place for place, each in places}


# Writing


def test_a_document_is_replaced_and_an_older_revision_loses(index: SearchIndex) -> None:
    index.write([page(1, "көмір", revision=2)])
    index.write([page(1, "шахта", revision=1)])
    assert pages_found(index, "көмір") == [1]
    index.write([page(1, "шахта", revision=3)])
    assert pages_found(index, "көмір") == []
    assert pages_found(index, "шахта") == [1]
    assert index.contents() == {(Kind.PAGE, 1): 3}


def test_the_newest_revision_of_a_batch_wins(index: SearchIndex) -> None:
    index.write([page(1, "көмір", revision=3), page(1, "шахта", revision=2)])
    assert pages_found(index, "көмір") == [1]
    assert pages_found(index, "шахта") == []


def test_the_same_revision_may_be_written_again(index: SearchIndex) -> None:
    index.write([page(1, "көмір", unit=1)])
    index.write([page(1, "көмір", unit=7)])
    (found,) = search(index, "көмір").documents
    assert found.unit == 7


def test_documents_are_removed(index: SearchIndex) -> None:
    index.write([page(1, "көмір"), page(2, "көмір"), description(1, "көмір")])
    index.write([page(3, "көмір")], gone={(Kind.PAGE, 1): 2, (Kind.PAGE, 99): 1})
    assert sorted(pages_found(index, "көмір")) == [2, 3]
    assert search(index, "көмір", kind=Kind.WORK).count == 1
    index.write([page(2, "шахта")], gone={(Kind.PAGE, 2): 1})
    assert pages_found(index, "шахта") == [2]


def test_an_older_revision_does_not_bring_back_what_was_removed(index: SearchIndex) -> None:
    index.write([page(1, "көмір", revision=2), page(2, "көмір", revision=5)])
    index.write([], gone={(Kind.PAGE, 1): 3, (Kind.PAGE, 2): 4, (Kind.PAGE, 3): 2})
    index.write([page(1, "көмір", revision=2), page(3, "көмір", revision=1)])
    assert pages_found(index, "көмір") == [2]
    assert index.contents() == {(Kind.PAGE, 2): 5}
    index.write([page(1, "көмір", revision=4)])
    assert sorted(pages_found(index, "көмір")) == [1, 2]


def test_contents_lists_every_revision(index: SearchIndex) -> None:
    index.write([page(4, "a1", revision=7), description(4, "b1", revision=2)])
    assert index.contents() == {(Kind.PAGE, 4): 7, (Kind.WORK, 4): 2}


def test_an_empty_batch_is_nothing(index: SearchIndex) -> None:
    index.write([])
    assert index.contents() == {}


def test_another_reader_sees_each_commit(reopen: Opener) -> None:
    writer, reader = reopen(), reopen()
    for key in range(1, 4):
        writer.write([page(key, "көмір")])
        assert search(reader, "көмір").count == key


# Schema and rebuild


def test_an_index_of_another_schema_is_not_current_and_harms_nobody(reopen: Opener) -> None:
    reopen("1").write([page(1, "көмір")])
    newer = reopen("2")
    assert not newer.is_current()
    for act in (lambda: search(newer, "көмір"), lambda: newer.write([page(2, "көмір")])):
        with pytest.raises(Transient) as refusal:
            act()
        assert refusal.value.reason == "index-not-current"
    assert pages_found(reopen("1"), "көмір") == [1]


def test_a_rebuild_for_another_schema_fills_before_the_readers_eyes(reopen: Opener) -> None:
    reopen("1").write([page(1, "көмір")])
    newer = reopen("2")
    newer.start_anew()
    assert pages_found(newer, "көмір") == []
    newer.write([page(1, "көмір")])
    assert pages_found(newer, "көмір") == [1]
    newer.finish_anew()
    assert newer.is_current()


def test_readers_keep_the_old_index_until_the_new_one_is_whole(reopen: Opener) -> None:
    reader, builder = reopen(), reopen()
    builder.write(page(key, "көмір") for key in (1, 2, 3))
    builder.start_anew()
    assert builder.contents() == {}
    assert not reader.is_current()
    builder.write([page(1, "көмір")])
    assert search(reader, "көмір").count == 3
    assert builder.contents() == {(Kind.PAGE, 1): 1}
    builder.finish_anew()
    assert search(reader, "көмір").count == 1
    assert reader.is_current()


def test_what_is_withdrawn_goes_at_once_and_what_is_as_new_stays(reopen: Opener) -> None:
    reader, builder = reopen(), reopen()
    builder.write([page(1, "көмір"), page(2, "көмір")])
    builder.start_anew()
    builder.write([page(1, "көмір", revision=2), page(2, "көмір", revision=2)])
    builder.withdraw({(Kind.PAGE, 1): 2})
    assert pages_found(reader, "көмір") == [2]
    builder.finish_anew()
    # somebody saw the rebuild before it ended
    builder.withdraw({(Kind.PAGE, 1): 2})
    assert sorted(pages_found(reader, "көмір")) == [1, 2]


def test_a_rebuild_begun_twice_begins_again(reopen: Opener) -> None:
    index = reopen()
    index.write([page(1, "көмір")])
    index.start_anew()
    index.write([page(2, "көмір")])
    index.start_anew()
    index.write([page(3, "көмір")])
    assert pages_found(index, "көмір") == [1]
    index.finish_anew()
    assert pages_found(index, "көмір") == [3]
    index.finish_anew()
    assert pages_found(index, "көмір") == [3]


def test_reading_and_editing_go_on_through_rebuilds(reopen: Opener) -> None:
    """No question fails or misses a page, and in the end the index holds what the rows say."""
    rows = _Rows(range(1, 41))
    builder = reopen()
    rows.tell(builder, rows.revisions)
    wrong: list[object] = []
    stop = threading.Event()

    def on_and_on(act: Callable[[], object]) -> None:
        while not stop.is_set():
            try:
                act()
            except Exception as failure:  # noqa: BLE001 - whatever it is, it is wrong
                wrong.append(failure)

    reader, editor = reopen(), reopen()
    threads = [
        threading.Thread(target=on_and_on, args=(lambda: _all_are_found(reader),)),
        threading.Thread(target=on_and_on, args=(lambda: rows.tell(editor, rows.some()),)),
    ]
    for thread in threads:
        thread.start()
    for _ in range(3):
        builder.start_anew()
        while missing := rows.revisions.keys() - {key for _, key in builder.contents()}:
            rows.tell(builder, missing)
        builder.finish_anew()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert builder.contents() == {(Kind.PAGE, key): n for key, n in rows.revisions.items()}


def _all_are_found(reader: SearchIndex) -> None:
    assert search(reader, "көмір").count == 40


class _Rows:
    """Pages whose revision is raised before each telling, as the rows of a library do."""

    def __init__(self, keys: Iterable[int]) -> None:
        self.revisions = dict.fromkeys(keys, 0)
        self._chance = random.Random(5)
        self._lock = threading.Lock()

    def some(self) -> list[int]:
        return self._chance.sample(sorted(self.revisions), 5)

    def tell(self, index: SearchIndex, keys: Iterable[int]) -> None:
        with self._lock:
            keys = list(keys)
            for key in keys:
                self.revisions[key] += 1
            told = [page(key, "көмір", revision=self.revisions[key]) for key in keys]
        while True:
            try:
                return index.write(told)
            except Transient as failure:
                assert failure.reason == "index-busy"  # noqa: PT017 - another writer is at work
