"""With which programs, models and parameters is a page made? The keys of its steps."""

from __future__ import annotations

import PIL

from archive.recipes.framing import AS_SCANNED, Framing
from archive.recipes.keys import input_key
from archive.recipes.recognition import PROFILES
from archive.text.analyser import ANALYSER_VERSION
from storage.errors import Broken
from workers.tesseract import recognition_inputs

# Raised when the pyramid or the thumbnail is written in another way.
DERIVE_VERSION = 1
# Raised when hOCR, ALTO, text or packed words are written in another way.
WRITING_VERSION = 1


def derive_key(source: str, framing: Framing = AS_SCANNED) -> str:
    """The key of the images made from this source (content key), framed like this."""
    return input_key(
        "derive",
        {
            "source": source,
            "version": DERIVE_VERSION,
            "pillow": PIL.__version__,
            **framing.inputs(),
        },
    )


def recognise_key(
    source: str, language: str, dpi: int | None, framing: Framing = AS_SCANNED
) -> str:
    """The key of the text read from this source with this profile.

    Raises:
        Broken: ``unknown-profile``, ``missing-tesseract`` or ``missing-language``.
    """
    profile = PROFILES.get(language)
    if profile is None:
        raise Broken("unknown-profile", profile=language)
    return input_key(
        "recognise",
        {
            "source": source,
            "dpi": dpi,
            "profile": language,
            "engine": dict(recognition_inputs(profile)),
            "writing": WRITING_VERSION,
            "analyser": ANALYSER_VERSION,
            **framing.inputs(),
        },
    )
