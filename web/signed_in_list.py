"""Where is somebody signed in, as they know their browsers again?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from archive.signing_in import sign_ins_of
from web.account_words import moment
from web.engines import portal
from web.pages.accounts import SignInRow


def sign_in_rows(session: Session, account_id: int, this: str = "") -> Sequence[SignInRow]:
    """The rows; `this` is the digest of the browser that asks."""
    return [
        SignInRow(
            browser=each.browser,
            since=moment(each.created_at),
            seen=moment(each.seen_at),
            is_this=each.token_digest == this,
        )
        for each in sign_ins_of(session, account_id, portal().now())
    ]
