"""Was this form ours? Every POST, PUT, PATCH and DELETE carries a token of its session.

A blueprint or view whose caller brings a secret of its own in a header is exempt by
``csrf.exempt``; `tests/web/test_forms.py` lists each with its reason.
"""

from __future__ import annotations

from flask_wtf.csrf import CSRFError, CSRFProtect

__all__ = ["CSRFError", "csrf"]

csrf = CSRFProtect()
