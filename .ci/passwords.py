"""What does docker-compose.yml need that nobody else may know? `make secrets` makes it.

Passwords of 256 random bits, and the keys with which the search engine proves who it is. They
lie in a folder that only its owner may enter; within it they may be read, since each container
works as a user of its own. What is there stays as it is: to change a password, remove its file.

Runs on a bare Python 3.11 with openssl and libxcrypt, which Debian and Ubuntu always have.
"""

# ruff: noqa: INP001, S603, S607, T201 - run from its folder; commands are our own words, found on PATH

from __future__ import annotations

import argparse
import ctypes
import json
import os
import secrets
import string
import subprocess
import sys
import tempfile
from pathlib import Path

PASSWORDS = (
    "database_admin_password",
    "database_password",
    "broker_password",
    "s3_secret",
    "search_password",
)
YEARS = 10
_ROUNDS = 12  # of bcrypt, as OpenSearch's own tool takes
_SALT_SIGNS = "./" + string.ascii_letters + string.digits

_REQUEST = """[req]
prompt = no
distinguished_name = name
[name]
O = Sandyq
CN = {name}
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:{name}, DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def make_secrets(folder: Path) -> list[str]:
    """Make what is missing in this folder; the names of what was made."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = [name for name in PASSWORDS if _written(folder / name, secrets.token_urlsafe(32))]
    if "broker_password" in made or not (folder / "broker.conf").exists():
        made += _anew(folder / "broker.conf", f"requirepass {_read(folder / 'broker_password')}")
    if "search_password" in made or not (folder / "search_users.yml").exists():
        users = search_users(_read(folder / "search_password"))
        made += _anew(folder / "search_users.yml", users)
    if not all((folder / name).exists() for name in ("search_ca.pem", "search.pem", "search.key")):
        made += _certificates(folder)
    return made


def search_users(password: str) -> str:
    """OpenSearch's list of users, with ours alone in it (JSON, which YAML can read)."""
    meta = {"type": "internalusers", "config_version": 2}
    user = {"hash": bcrypt(password), "reserved": True, "backend_roles": ["admin"]}
    return json.dumps({"_meta": meta, "sandyq": user}, indent=1)


def bcrypt(password: str) -> str:
    """The bcrypt hash of a password, by the system's own crypt(3)."""
    try:
        crypt = ctypes.CDLL("libcrypt.so.1").crypt
    except OSError:
        sys.exit("This needs the library libcrypt.so.1: apt-get install libcrypt1")
    crypt.restype = ctypes.c_char_p
    salt = "".join(secrets.choice(_SALT_SIGNS) for _ in range(22))
    made: bytes | None = crypt(password.encode(), f"$2y${_ROUNDS}${salt}".encode())
    if made is None or not made.startswith(b"$2y$"):
        sys.exit("The library libcrypt.so.1 of this system knows no bcrypt.")
    return made.decode()


def _certificates(folder: Path) -> list[str]:
    """An authority that signs one certificate and is forgotten; that certificate, and its key."""
    days = str(YEARS * 365)
    with tempfile.TemporaryDirectory() as where:
        here = Path(where)
        for name, told in (("ca", "Sandyq's own authority"), ("search", "search")):
            (here / f"{name}.conf").write_text(_REQUEST.format(name=told))
        key = ["-newkey", "rsa:3072", "-nodes"]
        _openssl(here, "req", "-x509", "-config", "ca.conf", "-extensions", "authority", *key,
                 "-keyout", "ca.key", "-days", days, "-out", "search_ca.pem")  # fmt: skip
        _openssl(here, "req", "-config", "search.conf", *key,
                 "-keyout", "search.key", "-out", "search.csr")  # fmt: skip
        _openssl(here, "x509", "-req", "-in", "search.csr", "-CA", "search_ca.pem",
                 "-CAkey", "ca.key", "-CAcreateserial", "-days", days,
                 "-extfile", "search.conf", "-extensions", "server",
                 "-out", "search.pem")  # fmt: skip
        return [
            made
            for name in ("search_ca.pem", "search.pem", "search.key")
            for made in _anew(folder / name, (here / name).read_text())
        ]


def _openssl(folder: Path, *words: str) -> None:
    try:
        done = subprocess.run(
            ["openssl", *words], cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        sys.exit("This needs the program openssl: apt-get install openssl")
    if done.returncode:
        sys.exit(f"openssl {words[0]} did not work: {done.stderr.strip()}")


def _written(file: Path, text: str) -> bool:
    """Whether the file is ours: one that is there stays as it is."""
    if file.exists():
        if not _read(file):
            sys.exit(f"{file} is empty: remove it, and it is made.")
        return False
    _anew(file, text)
    return True


def _anew(file: Path, text: str) -> list[str]:
    """Written whole or not at all."""
    unfinished = file.with_name(f".{file.name}")
    unfinished.write_text(f"{text}\n")
    unfinished.chmod(0o444)
    unfinished.replace(file)
    return [file.name]


def _read(file: Path) -> str:
    return file.read_text().strip()


def main() -> None:
    """Make the secrets, and say which were made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    os.umask(0o077)
    made = make_secrets(folder)
    print(f"{folder}: made {', '.join(made)}" if made else f"{folder}: everything is there")


if __name__ == "__main__":
    main()
