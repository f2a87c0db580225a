"""Are the outside programs here that the steps call, and what they read with?"""

from __future__ import annotations

from collections.abc import Sequence

from archive.recipes.recognition import PROFILES, Model
from workers.tesseract import engine_version, installation

__all__ = ["engine_version", "model_is_there", "models"]


def models() -> Sequence[Model]:
    """Every model that some profile reads with."""
    return sorted({model for each in PROFILES.values() for model in each.models},
                  key=lambda model: model.name)  # fmt: skip


def model_is_there(model: Model) -> str:
    """Where its file is.

    Raises:
        Broken: ``missing-language``, ``missing-tesseract``.
    """
    return str(installation().model(model))
