"""Passwords of people who exist in tests alone: argon2 keeps with each hash what it costs.

A portal makes them dear, as it should, and thousands of tests sign somebody in; what a
real one costs is asked by the tests of signing in and of accounts.
"""

from __future__ import annotations

from argon2 import PasswordHasher

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def quick_hash(password: str) -> str:
    """What is kept of a password, made and verified in less than a millisecond."""
    return _QUICK.hash(password)
