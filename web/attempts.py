"""Has this visitor tried too often? The address of the connection and what was typed count."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Sequence
from datetime import timedelta

from flask import request

from archive.throttling import Kind, Subject, count_attempt, wait_for
from web.engines import portal
from web.visitors import address_of

_HOUSEHOLD = 64  # bits: who has one IPv6 address has all of its network


class TooOften(Exception):
    """Something was tried too often: wait."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.minutes = max(1, math.ceil(wait.total_seconds() / 60))
        self.seconds = max(1, math.ceil(wait.total_seconds()))


def from_here(kind: Kind) -> Subject:
    """The visitor's address as what is counted."""
    address = address_of(request.remote_addr or "")
    if isinstance(address, ipaddress.IPv6Address):
        return Subject(kind, str(ipaddress.ip_network((address, _HOUSEHOLD), strict=False)))
    return Subject(kind, str(address))


def count(subjects: Sequence[Subject]) -> None:
    """Count an attempt before it is made.

    Raises:
        TooOften: it may not be made yet; nothing was counted then, or even written.
    """
    here = portal()
    with here.reading() as session:
        wait = wait_for(session, subjects, here.now())
    if not wait:
        with here.storage.rows.writing() as session:
            wait = count_attempt(session, subjects, here.now())
    if wait:
        raise TooOften(wait)
