"""What may be a name, an address, a password?"""

from __future__ import annotations

import random

import pytest

from archive.account_names import (
    account_name,
    check_password,
    display_name,
    email_address,
    made_password,
)
from storage.errors import Refused


@pytest.mark.parametrize(
    ("told", "name"), [("aigul", "aigul"), (" A.Serikova-2 ", "a.serikova-2"), ("x_1", "x_1")]
)
def test_a_name_is_taken_in_small_letters(told: str, name: str) -> None:
    assert account_name(told) == name


@pytest.mark.parametrize(
    "told", ["", "a", "1a", "айгүл", "a b", "a@b.kz", "a" * 41, "a\nb", "a/../b", "ａigul"]
)
def test_what_is_no_name(told: str) -> None:
    with pytest.raises(Refused, match="bad-account-name"):
        account_name(told)


def test_an_address_is_taken_in_small_letters() -> None:
    assert email_address(" Dana.K+archive@Example.ORG ") == "dana.k+archive@example.org"


@pytest.mark.parametrize(
    "told",
    ["", "dana", "dana@example", "@example.org", "a@b@example.org", "a b@example.org",
     "a@example.org\nBcc: b@example.org", "дана@example.org", "a@-", f"{'a' * 65}@example.org",
     f"a@{'a.' * 120}org"],
)  # fmt: skip
def test_what_is_no_address(told: str) -> None:
    with pytest.raises(Refused, match="bad-email"):
        email_address(told)


def test_a_persons_name_stands_on_one_line() -> None:
    assert display_name("  Айгүл \n\t Серікова ") == "Айгүл Серікова"


@pytest.mark.parametrize("told", ["", " \n ", "\x00\x07", "a\u202eb"])
def test_a_persons_name_is_missing_or_unprintable(told: str) -> None:
    with pytest.raises(Refused, match="no-display-name"):
        display_name(told)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "password-too-short"),
        ("a" * 201, "password-too-long"),
        ("Aigul.Serikova", "password-is-name"),
    ],
)
def test_poor_passwords(password: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        check_password(password, "aigul.serikova", None)


def test_several_words_are_a_password() -> None:
    check_password("алты қырдың астында", "aigul", None)


def test_a_made_password_is_long_and_plain() -> None:
    made = {made_password(random.Random(n)) for n in range(50)}
    assert len(made) == 50
    for password in made:
        check_password(password)
        assert not set(password) & set("01oilaeu")
