"""Every template in every state, by name, for the gallery and its tests."""

from __future__ import annotations

from tests.web import sample_lists as lists
from tests.web import sample_reading as reading
from web.pages.browse import ErrorPage
from web.pages.reading import RefusalPage

SAMPLES: dict[str, tuple[str, object]] = {
    "home": ("home.html", lists.HOME),
    "home-empty": ("home.html", lists.HOME_EMPTY),
    "results": ("results.html", lists.RESULTS),
    "results-nothing": ("results.html", lists.NOTHING),
    "results-down": ("results.html", lists.SEARCH_DOWN),
    "results-browse": ("results.html", lists.BROWSE),
    "query-form": ("query-form.html", None),
    "item": ("item.html", reading.ITEM),
    "item-progress": ("item.html", reading.ITEM_PROGRESS),
    "item-closed": ("item.html", reading.ITEM_CLOSED),
    "item-premises": ("item.html", reading.ITEM_ON_PREMISES),
    "reader": ("reader.html", reading.reader()),
    "reader-plain": ("reader.html", reading.reader(q="", show_text=False)),
    "reader-zoomed": ("reader.html", reading.reader(hit=2, zoom=200)),
    "reader-closed": ("reader.html", reading.READER_CLOSED),
    "reader-preparing": ("reader.html", reading.READER_PREPARING),
    "reader-no-text": ("reader.html", reading.READER_NO_TEXT),
    "reader-poor": ("reader.html", reading.READER_POOR),
    "text": ("text.html", reading.TEXT),
    "text-poor": ("text.html", reading.TEXT_POOR),
    "refusal": ("refusal.html", RefusalPage(reading.WHY_CLOSED)),
    "refusal-ended": ("refusal.html", RefusalPage(reading.WHY_ENDED)),
    "refusal-page": ("refusal.html", RefusalPage(reading.WHY_PAGE)),
    "refusal-neutral": ("refusal.html", RefusalPage(reading.WHY_CLOSED, described=False)),
    "error-404": ("error.html", ErrorPage("not-found")),
    "error-500": ("error.html", ErrorPage("our-fault", "7f3a")),
    "error-503": ("error.html", ErrorPage("busy")),
    "error-400": ("error.html", ErrorPage("bad-request")),
    "error-refused": (
        "error.html",
        ErrorPage("refused", fact="“2026-13-01” is no date.", advice="Write it as 31.12.2030."),
    ),
    "collections": ("collections.html", lists.COLLECTIONS_PAGE),
    "collections-empty": ("collections.html", lists.NO_COLLECTIONS),
    "collection": (
        "collection.html",
        lists.COLLECTION,
    ),
    "newspapers": (
        "newspapers.html",
        lists.NEWSPAPERS,
    ),
    "authors": ("authors.html", lists.AUTHORS),
    "author": (
        "author.html",
        lists.AUTHOR,
    ),
    "help": ("help.html", None),
    "view": ("view.html", None),
}
