"""Where is everything? The addresses that templates link to, as pure functions.

An address is built in this one place, so that a template cannot misspell one.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

Value = str | int | bool | None


def with_query(path: str, **arguments: Value) -> str:
    """`path` with those arguments that say something; True is written as 1."""
    told = {
        name.rstrip("_"): "1" if value is True else value
        for name, value in arguments.items()
        if value not in (None, "", False)
    }
    return f"{path}?{urlencode(told)}" if told else path


def work(name: str) -> str:
    """The item page."""
    return f"/works/{quote(name)}"


def record(name: str, form: str) -> str:
    """A work's description for other catalogues."""
    return f"/works/{quote(name)}/record.{form}.xml"


def page(name: str, page_name: str, **arguments: Value) -> str:
    """The reader at one page; `q`, `hit`, `zoom`, `text` as arguments."""
    return with_query(f"/works/{quote(name)}/pages/{quote(page_name)}", **arguments)


def page_by_number(name: str) -> str:
    """Where the reader's page number form is sent; it answers with a redirect."""
    return f"/works/{quote(name)}/pages"


def text(name: str, page_name: str, **arguments: Value) -> str:
    """The plain text of one page."""
    return with_query(f"/works/{quote(name)}/pages/{quote(page_name)}/text", **arguments)


def collection(name: str) -> str:
    """One thematic folder."""
    return f"/collections/{quote(name)}"


def author(name: str | int) -> str:
    """One author's works."""
    return f"/authors/{quote(str(name))}"


def search(q: str = "", **arguments: Value) -> str:
    """The results for one question."""
    return with_query("/search", q=q, **arguments)


def query_form() -> str:
    """The form that puts a question together."""
    return "/search/form"


def manifest(name: str) -> str:
    """The IIIF manifest of a work."""
    return f"/iiif/presentation/3/{quote(name)}/manifest.json"


def lines(page_name: str) -> str:
    """The annotation page of a page's lines."""
    return f"/iiif/annotations/{quote(page_name)}/lines.json"


def image(service: str, width: int, height: int) -> str:
    """A whole page image at a size in px (IIIF Image API 3, 4.2: ``w,h``)."""
    return f"{service}/full/{width},{height}/0/default.jpg"


def work_desk(**arguments: Value) -> str:
    """The board of jobs; `branch` and the place in each group as arguments."""
    return with_query("/desk/work", **arguments)


def try_again(name: str) -> str:
    """Where the button that does set-aside steps again is sent."""
    return f"/desk/work/{quote(name)}/again"


def work_history(name: str, **arguments: Value) -> str:
    """Who did what to a work."""
    return with_query(f"/desk/history/works/{quote(name)}", **arguments)


def page_history(name: str, **arguments: Value) -> str:
    """Who did what to a page."""
    return with_query(f"/desk/history/pages/{quote(name)}", **arguments)
