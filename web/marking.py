"""The mark of a sentence that is translated later, where it is shown."""

from __future__ import annotations


def N_(sentence: str) -> str:  # noqa: N802  (gettext's own name for this mark)
    """Mark a sentence for the catalogues; it is translated when it is shown."""
    return sentence
