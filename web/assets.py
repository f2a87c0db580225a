"""How do other people's front-end packages become what the portal serves?

Set-up runs ``python -m web.assets`` after the packages of ``package-lock.json``
lie in ``node_modules``: the viewer and the named icons are copied as they are,
the two font families are cut to the letters and weights that the interface uses
(six files, about 100 KB, where the packages bring 200). Nothing is fetched from
another host at any time.

Three subsets of each family are needed: ``cyrillic-ext`` has the Kazakh letters
but not «Ұ», which sits in ``cyrillic``; digits and «» sit in ``latin``.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
PACKAGES = HERE.parent / "node_modules"
STATIC = HERE / "static"

FAMILIES = ("golos-text", "literata")
SUBSETS = ("latin", "cyrillic", "cyrillic-ext")
WEIGHTS = (400, 700)
KAZAKH = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"
RUSSIAN = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
PUNCTUATION = "«»‹›„“”‘’–—…№·•×§©°−\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{SOFT HYPHEN}"
LETTERS = KAZAKH + RUSSIAN + PUNCTUATION + "".join(map(chr, range(0x20, 0x7F)))


def copy_viewer(packages: Path, vendor: Path) -> None:
    """OpenSeadragon with its licence."""
    folder = vendor / "openseadragon"
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("build/openseadragon/openseadragon.min.js", "LICENSE.txt"):
        shutil.copy(packages / "openseadragon" / file, folder)


def copy_upload(packages: Path, vendor: Path) -> None:
    """What the upload desk needs: a tus client, and sha-256 of files as they are read.

    Web Crypto hashes only what is whole in memory, and does not exist on plain http.
    """
    tus, hashes = vendor / "tus", vendor / "noble-hashes"
    for folder, source in ((tus, "tus-js-client"), (hashes, "@noble/hashes")):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(packages / source / "LICENSE", folder)
    shutil.copy(packages / "tus-js-client" / "dist" / "tus.min.js", tus)
    for name in ("sha2.js", "_md.js", "_u64.js", "utils.js"):
        source = (packages / "@noble/hashes" / name).read_text(encoding="utf-8")
        (hashes / name).write_text(without_comments(source), encoding="utf-8")


def without_comments(script: str) -> str:
    """A script without its documentation, which is more than half of it; licences stay."""
    code = re.sub(r"^[ \t]*/\*(?!!).*?\*/", "", script, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in code.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def copy_icons(packages: Path, names: list[str], vendor: Path) -> None:
    """The named icons of lucide with their licence; icons no longer named go."""
    folder, source = vendor / "lucide", packages / "lucide-static"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(source / "icons" / f"{name}.svg", folder)
    shutil.copy(source / "LICENSE", folder)


def cut_font(source: Path, target: Path) -> None:
    """Keep only our letters, and of the weight axis only what the pages use."""
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "calt", "tnum"]
    options.hinting = False
    cutter = Subsetter(options)
    cutter.populate(text=LETTERS)
    font = TTFont(source)
    cutter.subset(font)
    font = instantiateVariableFont(font, {"wght": WEIGHTS})
    font.flavor = "woff2"
    font.save(target)


def cut_fonts(packages: Path, folder: Path) -> None:
    """Cut every subset of both families and keep their licences beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        package = packages / "@fontsource-variable" / family
        shutil.copy(package / "LICENSE", folder / f"{family}-LICENSE.txt")
        for subset in SUBSETS:
            source = package / "files" / f"{family}-{subset}-wght-normal.woff2"
            cut_font(source, folder / f"{family}-{subset}.woff2")


def main() -> None:
    """Make everything under ``web/static`` that is not ours."""
    names = (HERE / "icons.txt").read_text(encoding="utf-8").split()
    copy_viewer(PACKAGES, STATIC / "vendor")
    copy_upload(PACKAGES, STATIC / "vendor")
    copy_icons(PACKAGES, names, STATIC / "vendor")
    cut_fonts(PACKAGES, STATIC / "fonts")


if __name__ == "__main__":
    main()
