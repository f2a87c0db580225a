"""The `sandyq` command line: what an operator or an administrator does without a browser."""

from web.cli.main import main

__all__ = ["main"]
