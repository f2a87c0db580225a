"""What does an aligned tile cost beside a constant answer of the same size?

CPU of a Flask view that serves aligned tiles with `schemas.pyramid` and
`web.image_rendering`, divided by the CPU of a view that returns constant bytes
of the same size, both in this process and in turns. Run it as a program.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from flask import Flask, Response
from PIL import Image

from schemas.image_plan import Limits, canonical, resolve
from schemas.image_request import parse
from schemas.pyramid import TILE, read_layout, tile_as_jpeg
from schemas.pyramid_writing import write_pyramid
from web.image_rendering import Pyramid, etag, render

ROUNDS = 15
REQUESTS = 200
PAGE = (1750, 2480)


def page() -> Image.Image:
    """A grainy gray page, so that its tiles have the size of real ones."""
    grain = np.random.default_rng(1).normal(215, 12, (PAGE[1], PAGE[0]))
    return Image.fromarray(grain.clip(0, 255).astype(np.uint8))


def application(path: Path, constant: bytes) -> Flask:
    app = Flask("bench")

    @app.get("/constant")
    def same() -> Response:
        return Response(constant, content_type="image/jpeg")

    @app.get("/iiif/<region>/<size>/<rotation>/<quality>.<format>")
    def tile(**parameters: str) -> Response:
        number = os.open(path, os.O_RDONLY)
        try:

            def read(offset: int, length: int) -> bytes:
                return os.pread(number, length, offset)

            layout = read_layout(read)
            wanted = resolve(parse(**parameters), layout.width, layout.height, Limits())
            body, media_type = render(Pyramid(layout, read), wanted)
        finally:
            os.close(number)
        response = Response(body, content_type=media_type)
        response.headers["Link"] = f'<{canonical(wanted)}>;rel="canonical"'
        response.set_etag(etag("key", wanted))
        return response

    return app


def per_request(get: Callable[[str], object], address: str) -> float:
    """CPU milliseconds of one request, over `REQUESTS` of them."""
    started = time.process_time()
    for _ in range(REQUESTS):
        get(address)
    return (time.process_time() - started) * 1000 / REQUESTS


def main() -> None:
    """Prints CPU per request and the ratio; the median of rounds taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "access.tif"
        content = write_pyramid(page())
        path.write_bytes(content)

        def read(offset: int, length: int) -> bytes:
            return content[offset : offset + length]

        constant = tile_as_jpeg(read, read_layout(read), 0, 1, 1)
        client = application(path, constant).test_client()
        aligned = f"/iiif/{TILE},{TILE},{TILE},{TILE}/{TILE},{TILE}/0/default.jpg"
        edge = f"/iiif/1536,0,214,{TILE}/214,{TILE}/0/default.jpg"
        assert client.get(aligned).data == constant
        figures: dict[str, list[float]] = {"/constant": [], aligned: [], edge: []}
        for _ in range(ROUNDS):
            for address, found in figures.items():
                found.append(per_request(client.get, address))
    floor, full, trimmed = (statistics.median(found) for found in figures.values())
    sys.stdout.write(
        f"tile of {len(constant)} bytes: constant {floor:.2f} ms CPU, "
        f"aligned tile {full:.2f} ms, edge tile {trimmed:.2f} ms\n"
        f"aligned tile / constant = {full / floor:.2f} (without decide)\n"
        f"edge tile / constant = {trimmed / floor:.2f} (decoded and trimmed)\n"
    )


if __name__ == "__main__":
    main()
