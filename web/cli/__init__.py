"""The `sandyq` command line: what an operator or an administrator does without a browser."""

from storage.loading import loading

with loading():
    from web.cli.main import main

__all__ = ["main"]
