"""How are the handbook's pictures taken? One size, one light, few colours, so small files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page
from sqlalchemy import select

from archive.accounts import Account
from archive.branches import Branch
from archive.duties import OWN_BRANCH_ONLY, Role
from archive.signing_in import begin_sign_in
from web.cookies import SIGNED_IN
from web.language import COOKIE
from web.portal import Portal
from web.signed_in import digest_of

NOW = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
"""The clock stands, so that a second run writes the same days."""

WIDTH, HEIGHT = 1280, 860
LARGEST = 120 * 1024  # bytes; the pictures live in the repository
MARGIN = 16  # px below the last thing that is shown
COLOURS, QUALITY = 64, 75
SUFFIX = ".webp"


def now() -> datetime:
    return NOW


@dataclass(frozen=True)
class Camera:
    """A browser's window, and where its pictures go."""

    page: Page
    folder: Path
    taken: set[str]

    def take(self, name: str, *, until: str = "", of: str = "") -> None:
        """The page from its top to the end of `until` (else what is in view), or a part of it."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.activeElement.blur(); document.fonts.ready")
        if of:
            shot = self.page.locator(of).first.screenshot(animations="disabled")
        else:
            clip = self._down_to(until) if until else None
            shot = self.page.screenshot(animations="disabled", clip=clip, full_page=bool(until))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}{SUFFIX}").write_bytes(small(shot))
        self.taken.add(name)

    def _down_to(self, until: str) -> FloatRect:
        self.page.evaluate("window.scrollTo(0, 0)")
        box = self.page.locator(until).first.bounding_box()
        assert box is not None, until
        return {"x": 0, "y": 0, "width": WIDTH, "height": box["y"] + box["height"] + MARGIN}


def small(shot: bytes) -> bytes:
    """The picture in few colours, or as a photograph: whichever takes less."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    plain = image.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
    written = (_webp(plain, lossless=True), _webp(image, quality=QUALITY))
    return min(written, key=len)


def _webp(image: Image.Image, **how: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", method=6, **how)
    return written.getvalue()


@dataclass(frozen=True)
class Studio:
    """A browser that speaks one language, and the folder of that language's pictures."""

    chromium: Browser
    language: str
    folder: Path
    taken: set[str] = field(default_factory=set)

    @contextmanager
    def window(self, address: str, secret: str = "") -> Iterator[Camera]:
        """A window in which the person with this secret is signed in, or nobody."""
        context = self.chromium.new_context(
            base_url=address, viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
        )
        cookies = {COOKIE: self.language, **({SIGNED_IN: secret} if secret else {})}
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in cookies.items()])
        yield Camera(context.new_page(), self.folder, self.taken)
        context.close()


def seat(portal: Portal, role: Role, display_name: str) -> str:
    """Open an account and sign it in; the secret of its cookie."""
    secret = hashlib.sha256(display_name.encode()).hexdigest()[:24]
    with portal.storage.rows.writing() as session:
        branch = session.scalars(select(Branch)).first()
        own_branch = branch if role in OWN_BRANCH_ONLY else None
        account = Account(
            name=secret, display_name=display_name, password_hash="-", role=role,
            branch_id=own_branch.id if own_branch else None,
            created_at=portal.now(), confirmed_at=portal.now(),
        )  # fmt: skip
        session.add(account)
        session.flush()
        begin_sign_in(session, account, digest_of(secret), portal.now())
    return secret
