"""What does an aligned tile cost beside a constant answer of the same size?

CPU of the server process for a request over HTTP, keep-alive, gunicorn as in
production: (a) a Flask view that returns constant bytes of the tile's size, (b) a
Flask view that serves the tile without asking anybody, (c) the portal, which
reads the rows of the page and asks `decide` on each request, (d) the same for a
page that an agreement opens. In turns.

    python -m tests.benchmarks.bench_tiles
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from flask import Flask, Response
from PIL import Image

from schemas.image_plan import Limits, resolve
from schemas.image_request import parse
from schemas.pyramid import TILE, read_layout
from storage.settings import Settings
from tests.benchmarks.one_page_library import hand_in_page
from tests.sample_home import environment, settings_for
from web.image_rendering import Pyramid, render

ROUNDS, REQUESTS = 7, 400
ALIGNED = f"{TILE},{TILE},{TILE},{TILE}/{TILE},{TILE}/0/default.jpg"
PAGE = (1750, 2480)


def constant_app() -> Flask:
    """The same bytes for every request."""
    app = Flask("constant")
    body = Path(os.environ["BENCH_TILE"]).read_bytes()

    @app.get("/<path:anything>")
    def same(anything: str) -> Response:  # noqa: ARG001
        return Response(body, content_type="image/jpeg")

    return app


def unguarded_app() -> Flask:
    """The tile from the pyramid, without rows and without rights."""
    app = Flask("unguarded")
    file = Path(os.environ["BENCH_PYRAMID"]).open("rb")  # noqa: SIM115  (as long as the process)

    def read(offset: int, length: int) -> bytes:
        return os.pread(file.fileno(), length, offset)

    layout = read_layout(read)

    @app.get("/iiif/image/3/<image>/<region>/<size>/<rotation>/<quality>.<format>")
    def tile(image: str, **parameters: str) -> Response:  # noqa: ARG001
        wanted = resolve(parse(**parameters), layout.width, layout.height, Limits())
        body, media_type = render(Pyramid(layout, read), wanted)
        return Response(body, content_type=media_type)

    return app


def main() -> None:
    """Print CPU per request and the ratios; medians of rounds taken in turns."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(Path(folder) / "var")
        page = Path(folder) / "page.png"
        grainy_page().save(page, dpi=(300, 300))
        image, pyramid = hand_in_page(settings, page)
        address = f"/iiif/image/3/{image}/{ALIGNED}"
        agreed = settings_for(Path(folder) / "agreed")
        other, _ = hand_in_page(agreed, page, by_agreement=True)
        asked_for = (*3 * (address,), f"/iiif/image/3/{other}/{ALIGNED}")
        told = {"BENCH_PYRAMID": str(pyramid), "BENCH_TILE": str(Path(folder) / "tile.jpg")}
        with served("tests.benchmarks.bench_tiles:unguarded_app()", settings, told) as unguarded:
            Path(told["BENCH_TILE"]).write_bytes(unguarded.get(address))
            with (
                served("tests.benchmarks.bench_tiles:constant_app()", settings, told) as constant,
                served("web.wsgi:application", settings, told) as portal,
                served("web.wsgi:application", agreed, told) as covered,
            ):
                size = len(portal.get(address))
                servers = (constant, unguarded, portal, covered)
                rounds = [
                    list(map(Server.cpu_per_request, servers, asked_for)) for _ in range(ROUNDS)
                ]
    floor, bare, asked, signed = (statistics.median(column) for column in zip(*rounds, strict=True))
    sys.stdout.write(
        f"tile of {size} bytes over HTTP, CPU of the server a request:\n"
        f"constant Flask answer    {floor:.2f} ms\n"
        f"tile, nobody asked       {bare:.2f} ms, {bare / floor:.2f} x\n"
        f"tile, rows and decide()  {asked:.2f} ms, {asked / floor:.2f} x (the issue: at most 4)\n"
        f"the same by an agreement {signed:.2f} ms, {signed / floor:.2f} x\n"
    )


def grainy_page() -> Image.Image:
    """A grainy gray page, so that its tiles have the size of real ones."""
    grain = np.random.default_rng(1).normal(215, 12, (PAGE[1], PAGE[0]))
    return Image.fromarray(grain.clip(0, 255).astype(np.uint8))


class Server:
    """A running server and one connection to it."""

    def __init__(self, process: psutil.Process, port: int) -> None:
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, address: str) -> bytes:
        """The body of an answer that must be 200."""
        self.connection.request("GET", address)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == http.HTTPStatus.OK, (address, answer.status)
        return body

    def cpu_per_request(self, address: str) -> float:
        """CPU milliseconds of the server for one request, over `REQUESTS` of them."""
        self.connection.close()  # the server has hung up while others were asked
        self.get(address)
        before = self._cpu()
        for _ in range(REQUESTS):
            self.get(address)
        return (self._cpu() - before) * 1000 / REQUESTS

    def _cpu(self) -> float:
        every = [self.process, *self.process.children(recursive=True)]
        return sum(each.cpu_times().user + each.cpu_times().system for each in every)


@contextmanager
def served(application: str, settings: Settings, told: dict[str, str]) -> Iterator[Server]:
    """The application under gunicorn with one process, as `sandyq run` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread", "--workers=1", "--threads=4", "--log-level=error",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment(settings) | told)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield Server(psutil.Process(process.pid), port)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
