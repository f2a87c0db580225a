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
    copy_icons(PACKAGES, names, STATIC / "vendor")
    cut_fonts(PACKAGES, STATIC / "fonts")


if __name__ == "__main__":
    main()
