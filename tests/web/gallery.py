"""Every template in every state, served by a small application for tests and eyes.

``.venv/bin/python -m tests.web.gallery`` serves it; ``/`` lists the samples. The
reader of the sample book turns pages and finds words, so that its JavaScript can
be tried without an archive.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

import web
from archive.words import Box
from tests.web.drawn_page import HEIGHT, WIDTH, drawn_page, jpeg
from tests.web.sample_parts import SITE
from tests.web.sample_reading import WITHHELD_PAGE, reader
from tests.web.samples import SAMPLES
from web.addresses import page as page_address
from web.security_headers import install_security_headers
from web.static_files import install_static_files
from web.templating import install_templating

WEB = Path(next(iter(web.__path__)))


def make_gallery() -> Flask:
    """The application; its templates, scripts and headers are the portal's own."""
    app = Flask("web", root_path=str(WEB), static_folder=None)
    app.config["SECRET_KEY"] = "of the gallery"
    install_templating(app, SITE)
    install_security_headers(app)
    install_static_files(app)
    app.add_url_rule("/", view_func=_list, endpoint="list")
    app.add_url_rule("/gallery/<name>", view_func=_sample, endpoint="sample")
    app.add_url_rule("/view", view_func=lambda: _sample("view"), endpoint="view")
    app.add_url_rule("/search", view_func=lambda: _sample("results"), endpoint="search")
    app.add_url_rule("/works/<work>/pages", view_func=_by_number, endpoint="by_number")
    app.add_url_rule("/works/<work>/pages/<page>", view_func=_reader, endpoint="reader")
    app.add_url_rule("/suggest", view_func=_suggest, endpoint="suggest")
    app.add_url_rule("/iiif/annotations/<page>/lines.json", view_func=_lines, endpoint="lines")
    app.add_url_rule(
        "/iiif/image/3/<image>/<region>/<size>/0/default.jpg", view_func=_image, endpoint="image"
    )
    return app


def _list() -> str:
    rows = "".join(f'<li><a href="/gallery/{name}">{name}</a></li>' for name in SAMPLES)
    return f"<!doctype html><title>Gallery</title><ul>{rows}</ul>"


def _sample(name: str) -> str:
    template, page = SAMPLES[name]
    return render_template(template, page=page)


def _reader(work: str, page: str) -> tuple[str, int]:
    assert work == "coal"
    arguments = request.args
    if page == WITHHELD_PAGE.page:
        return render_template("reader.html", page=WITHHELD_PAGE), 403
    shown = render_template(
        "reader.html",
        page=reader(
            number=int(page.removeprefix("p")),
            q=arguments.get("q", ""),
            hit=arguments.get("hit", 0, type=int),
            zoom=arguments.get("zoom", 100, type=int),
            show_text=arguments.get("text") != "0",
        ),
    )
    return shown, 200


def _by_number(work: str) -> AnyResponse:
    number = request.args["n"]
    return redirect(page_address(work, f"p{number}", q=request.args.get("q")), 303)


def _suggest() -> Response:
    found = [
        {"kind": "title", "label": "Ескі хаттар мен суреттер", "url": "/works/coal"},
        {"kind": "author", "label": "Мүсірепов, Ғабит", "url": "/authors/3"},
    ]
    return jsonify(found if len(request.args.get("q", "")) > 1 else [])


def _lines(page: str) -> Response:
    canvas = f"/iiif/presentation/3/coal/canvas/{page}"
    items = [
        {
            "id": f"/iiif/annotations/{page}/{n}",
            "type": "Annotation",
            "motivation": "supplementing",
            "body": {"type": "TextualBody", "value": text, "format": "text/plain"},
            "target": f"{canvas}#xywh={box.x},{box.y},{box.w},{box.h}",
        }
        for n, (text, box) in enumerate(drawn_page().lines)
    ]
    return jsonify({"type": "AnnotationPage", "items": items})


def _image(image: str, region: str, size: str) -> Response:
    assert image
    box = (
        Box(0, 0, WIDTH, HEIGHT)
        if region == "full"
        else Box(*(int(number) for number in region.split(",")))
    )
    width, _, height = size.removeprefix("^").partition(",")
    wide = int(width) if width else round(box.w * int(height) / box.h)
    return Response(
        jpeg(box, wide, int(height) if height else round(box.h * wide / box.w)),
        mimetype="image/jpeg",
    )


if __name__ == "__main__":
    make_gallery().run(port=8642)
