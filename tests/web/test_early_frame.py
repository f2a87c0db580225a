"""Is a page's frame under way before its content is looked for?"""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader

from web.early_frame import early_frame

PAGE = "<header>{{ title }}</header><p>{{ page }}, {{ page }}</p>"


@pytest.fixture
def app() -> Flask:
    made = Flask("frames")
    made.jinja_loader = DictLoader({"book.html": PAGE})
    return made


def test_the_frame_comes_first_and_the_content_is_asked_for_once(app: Flask) -> None:
    asked = []

    def content() -> str:
        asked.append(1)
        return "1,200 pages"

    with app.test_request_context():
        parts = iter(early_frame("book.html", content, title="Көмірлі өлке").response)
        assert next(parts) == "<header>Көмірлі өлке</header><p>"
        assert asked == []
        assert list(parts) == ["1,200 pages, 1,200 pages</p>"]
    assert asked == [1]


def test_what_comes_from_the_content_is_text(app: Flask) -> None:
    app.jinja_env.autoescape = True
    with app.test_request_context():
        answer = early_frame("book.html", lambda: "<b>", title="<i>")
        assert answer.get_data(as_text=True) == (
            "<header>&lt;i&gt;</header><p>&lt;b&gt;, &lt;b&gt;</p>"
        )
