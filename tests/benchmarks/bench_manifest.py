"""What does the manifest of a thick book cost, beside writing the same JSON?

Prints CPU ms and their ratio, measured in the same run: 1,200 pages with text,
40 titles in the contents.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

from schemas.iiif_addresses import IiifAddresses
from schemas.manifest_description import CanvasDescription, ManifestDescription, Provider
from schemas.presentation import manifest

PAGES, ROUNDS = 1200, 3
ADDRESSES = IiifAddresses("https://example.kz")
BOOK = ManifestDescription(
    work="w7k2",
    label={"kk": "Қарағанды көмір бассейні", "ru": "Карагандинский угольный бассейн"},
    language="kk",
    provider=Provider("https://example.kz/", {"kk": "Кітапхана"}, "https://library.example/"),
    rights="http://rightsstatements.org/vocab/InC/1.0/",
    contents=[(f"{number}-тарау", number) for number in range(1, PAGES, 30)],
)


def main() -> None:
    """Measure and print."""
    first = CanvasDescription("p0", 0, "0", 1748, 2480, "p0-0a1b2c3d")
    canvases = [
        replace(first, page=f"p{n}", sequence=n, label=str(n), image=f"p{n}-0a1b2c3d")
        for n in range(1, PAGES + 1)
    ]
    written = manifest(BOOK, canvases, ADDRESSES)
    read = json.loads(written)
    build = cpu(lambda: manifest(BOOK, canvases, ADDRESSES))
    dump = cpu(lambda: json.dumps(read, ensure_ascii=False).encode())
    print(f"manifest of {PAGES} pages ({len(written) // 1024} KB)  {build:7.0f} ms CPU")
    print(f"json.dumps of the same              {dump:7.0f} ms   ratio {build / dump:.0f}")


def cpu(work: Callable[[], object]) -> float:
    """The least of some rounds, in ms of CPU."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return 1000 * min(spent)


if __name__ == "__main__":
    main()
