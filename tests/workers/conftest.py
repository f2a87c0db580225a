from __future__ import annotations

from tests.engines.verapdf import verapdf

__all__ = ["verapdf"]
