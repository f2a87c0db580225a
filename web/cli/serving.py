"""`sandyq run`, `portal` and `worker`: the portal and the worker, together or alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from storage.errors import Broken, Refused
from storage.heartbeat import DUTIES
from storage.settings import PREFIX, Settings
from web.cli.demo_accounts import DemoAccount, demo_accounts
from web.cli.ingesting import Delivery, books_in, hand_in
from web.cli.office import DONE, PARTLY_REFUSED, Office, open_office
from web.cli.speech import Speech, say
from web.cli.waiting import wait_for_books
from workers.supervisor import Supervisor

THREADS = 4
PATIENCE_SECONDS = 60  # for the portal's first answer


def worker_command(settings: Settings, speech: Speech) -> click.Command:
    """Work until told to stop."""

    def run(only: Sequence[str]) -> None:
        duties = [duty for duty in DUTIES if duty in only or not only]
        with open_office(settings):
            supervisor = Supervisor(settings, environment_of(settings), duties)
        with _stopping(supervisor.stopped):
            supervisor.run()

    return click.Command(
        "worker",
        params=[
            click.Option(
                ["--only"],
                type=click.Choice(DUTIES),
                multiple=True,
                help=speech("one part of the work, the others being done elsewhere"),
            )
        ],
        callback=run,
        help=speech("Work on what is due until told to stop (Ctrl+C).\n\nExample: sandyq worker"),
    )


def portal_command(settings: Settings, speech: Speech) -> click.Command:
    """Answer until told to stop."""

    def run() -> None:
        _refuse_taken_port(settings)
        with open_office(settings):
            stopped = threading.Event()
        with portal_process(settings) as portal, _stopping(stopped):
            portal.wait()
        if not stopped.is_set():
            raise Broken("portal-silent")

    return click.Command(
        "portal",
        callback=run,
        help=speech("Answer readers until told to stop (Ctrl+C).\n\nExample: sandyq portal"),
    )


def run_command(settings: Settings, speech: Speech) -> click.Command:
    """Portal and worker together."""

    def run(samples: Path | None, *, check: bool) -> None:
        raise SystemExit(
            run_together(_with_library(settings, samples), speech, samples, check=check)
        )

    return click.Command(
        "run",
        params=[
            click.Option(
                ["--samples"],
                type=click.Path(path_type=Path),
                help=speech("folder of books to hand in first"),
            ),
            click.Option(["--check"], is_flag=True, help=speech("end when the books are complete")),
        ],
        callback=run,
        help=speech(
            "Start portal and worker together, until Ctrl+C.\n\n"
            "Example: sandyq run --samples tests/data/samples"
        ),
    )


def _with_library(settings: Settings, samples: Path | None) -> Settings:
    """The samples' own library file, unless the settings name another."""
    if samples is None or settings.library is not None or not (samples / "library.yaml").exists():
        return settings
    return replace(settings, library=(samples / "library.yaml").resolve())


def run_together(settings: Settings, speech: Speech, samples: Path | None, *, check: bool) -> int:
    """Run both until stopped, or with `check` until the books are complete; the exit code."""
    _refuse_taken_port(settings)
    with (
        open_office(settings) as office,
        _worker(settings) as stopped,
        portal_process(settings) as portal,
        _stopping(stopped),
    ):
        _wait_for_answer(settings, portal)
        deliveries = _hand_in_samples(office, speech, samples) if samples else []
        _tell_ready(settings, speech, deliveries)
        _tell_sign_ins(settings, speech, demo_accounts(office) if samples else [])
        works = [delivery.work for delivery in deliveries if delivery.work]
        troubled = wait_for_books(office, speech, works) if works else False
        if works:
            say(speech("All books are complete."))
        if check:
            return PARTLY_REFUSED if troubled or _refused(deliveries) else DONE
        stopped.wait()
    return DONE


def _refused(deliveries: Sequence[Delivery]) -> bool:
    return any(delivery.refused for delivery in deliveries)


def environment_of(settings: Settings) -> Mapping[str, str]:
    """The environment in which a process of ours reads these very settings."""
    told = {
        PREFIX + name.upper(): str(value)
        for name, value in asdict(settings).items()
        if value not in {None, ""}
    }
    return {**os.environ, **told}


@contextmanager
def _worker(settings: Settings) -> Iterator[threading.Event]:
    supervisor = Supervisor(settings, environment_of(settings))
    thread = threading.Thread(target=supervisor.run, name="supervisor")
    thread.start()
    try:
        yield supervisor.stopped
    finally:
        supervisor.stopped.set()
        thread.join()


@contextmanager
def portal_process(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The portal answering in processes of its own while the block runs."""
    command = [
        sys.executable, "-m", "gunicorn", "web.wsgi:application",
        f"--bind={settings.host}:{settings.port}", "--worker-class=gthread",
        f"--workers={settings.processes}", f"--threads={THREADS}", "--log-level=warning",
        "--forwarded-allow-ips=",  # which proxy is believed is a setting of ours
    ]  # fmt: skip
    if settings.writes_json:
        command.append("--logger-class=web.server_lines.ServerLines")
    process = subprocess.Popen(command, env=dict(environment_of(settings)))  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _stopping(stopped: threading.Event) -> Iterator[None]:
    """Ctrl+C and a polite kill set `stopped`; a wait in progress ends with them."""

    def stop(_number: int, _frame: object) -> None:
        stopped.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        stopped.set()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Refused("port-taken", port=settings.port) from error


def _address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _wait_for_answer(settings: Settings, portal: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        if portal.poll() is not None:
            break
        try:
            with urlopen(f"{_address(settings)}/help", timeout=5):  # noqa: S310
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise Broken("portal-silent")


def _hand_in_samples(office: Office, speech: Speech, samples: Path) -> list[Delivery]:
    return [
        hand_in(office, speech, folder, description)
        for folder, description in books_in(samples, {})
    ]


def _tell_ready(settings: Settings, speech: Speech, deliveries: Sequence[Delivery]) -> None:
    say(speech("READY: %(address)s", address=_address(settings)))
    if not deliveries:
        return
    say(speech("Three things to try while the books fill in:"))
    first, last = deliveries[0], deliveries[-1]
    say("  1. " + speech("Type a word and land on its page: %(address)s/search?q=көмір",
                         address=_address(settings)))  # fmt: skip
    for number, told, delivery in (
        (2, speech("Read a book, page by page:"), first),
        (3, speech("See how a closed book explains itself:"), last),
    ):
        say(f"  {number}. {told} {_address(settings)}/works/{delivery.work}")


def _tell_sign_ins(settings: Settings, speech: Speech, accounts: Sequence[DemoAccount]) -> None:
    if not accounts:
        return
    address = f"{_address(settings)}/sign-in"
    say(speech("Sign in to try each role (for this demonstration only): %(address)s",
               address=address))  # fmt: skip
    for each in accounts:
        say(f"  {each.role:<15} {each.name:<19} {each.password}")
