"""How is hostile input decoded without risking the worker?

One call runs in a forked child of its own process group, under resource limits
(setrlimit(2)) and a wall clock, as Pillow's own threat model asks
(https://pillow.readthedocs.io/en/stable/handbook/security.html). A fork costs a
few milliseconds; a fresh interpreter would cost 0.27 s of CPU. Nothing of
`multiprocessing` is used: Celery's children are daemonic and may not have any.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import pickle
import resource
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, ParamSpec, TypeVar, cast

from storage.errors import Broken, Failure, Plain, Refused, Transient

P = ParamSpec("P")
R = TypeVar("R")

_CHUNK = 1 << 20
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` bytes beyond what the parent has mapped already, `cpu` and `wall`
    seconds, `written` bytes of any single file the child may write."""

    memory: int = 3 << 30
    cpu: int = 60
    wall: float = 120
    written: int = 64 << 20


DECODING = Limits()
"""Enough for 200 megapixels in colour (0.6 GB a copy, several copies)."""

_TOO_DEMANDING = {
    signal.SIGXCPU: "cpu",
    signal.SIGALRM: "time",
}
_DECODER_FELL = frozenset(
    {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE, signal.SIGSYS}
)


def in_limited_child(
    function: Callable[P, R], limits: Limits, *args: P.args, **kwargs: P.kwargs
) -> R:
    """The result of ``function(*args, **kwargs)``, computed in a limited child.

    The result must be picklable. A `Failure` raised by the function crosses
    over as it is.

    Raises:
        Refused: ``image-too-demanding`` (limit: time, cpu or memory; allowed) or
            ``decoder-crashed`` (signal): the same bytes would do it again.
        Transient: ``child-stopped`` (signal): somebody outside ended the child;
            ``no-process-left`` (error): the machine could not start it.
        Broken: ``child-killed`` (signal): most likely by the kernel, for want of memory;
            ``unexpected-error`` (kind, message, place) or ``child-vanished``.
    """
    reading, writing = os.pipe()
    try:
        ceiling = _mapped_bytes() + limits.memory
        child = _fork()
        if child == 0:
            _be_the_child(writing, ceiling, limits, lambda: function(*args, **kwargs))
        os.close(writing)
        writing = -1
        answer, ended = _await(child, reading, limits)
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)
    return cast("R", _unpack(answer, ended, limits))


def _fork() -> int:
    with warnings.catch_warnings():
        # Python 3.12 warns of forking beside threads. The child calls one
        # function and leaves by _exit; were it to meet a lock held by a thread
        # that it does not have, the wall clock ends it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return os.fork()
        except OSError as error:
            raise Transient("no-process-left", error=str(error)) from error


def _mapped_bytes() -> int:
    """What RLIMIT_AS counts already: the address space inherited by the child."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE_BYTES


# --- the child ---------------------------------------------------------------


def _be_the_child(writing: int, ceiling: int, limits: Limits, work: Callable[[], R]) -> NoReturn:
    code = 1
    try:
        _shut_in(writing, ceiling, limits)
        _send(writing, _outcome(work))
        code = 0
    finally:
        # No handler, buffer or destructor of the parent may run here.
        os._exit(code)


def _shut_in(writing: int, ceiling: int, limits: Limits) -> None:
    os.setpgid(0, 0)
    faulthandler.disable()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    # Ends the child also when the parent is gone and cannot.
    signal.setitimer(signal.ITIMER_REAL, limits.wall + 1)
    # Sockets, databases and locks of the parent stay the parent's alone: a
    # flock would outlive a killed parent for as long as the child held a copy.
    os.closerange(3, writing)
    os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))
    _set_limit(resource.RLIMIT_AS, ceiling)
    _set_limit(resource.RLIMIT_CPU, limits.cpu)
    _set_limit(resource.RLIMIT_FSIZE, limits.written)
    _set_limit(resource.RLIMIT_CORE, 0)


def _set_limit(which: int, soft: int) -> None:
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(which, (soft, hard))


def _outcome(work: Callable[[], R]) -> bytes:
    try:
        return pickle.dumps(("result", work()), pickle.HIGHEST_PROTOCOL)
    except Failure as failure:
        told: tuple[type[Failure], str, Mapping[str, Plain]] = (
            type(failure),
            failure.reason,
            dict(failure.values),
        )
    except MemoryError:
        return pickle.dumps(("memory", None))
    except Exception as error:  # noqa: BLE001 - it crosses over as Broken, with its place
        told = (Broken, "unexpected-error", _described(error))
    return pickle.dumps(("failure", told))


def _described(error: Exception) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return {"kind": type(error).__name__, "message": str(error)[:500], "place": place}


def _send(writing: int, answer: bytes) -> None:
    left = memoryview(answer)
    while left:
        left = left[os.write(writing, left) :]


# --- the parent --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ended:
    """How the child left: its exit code, or the signal, or by our wall clock."""

    code: int | None = None
    signal: int | None = None
    timed_out: bool = False


def _await(child: int, reading: int, limits: Limits) -> tuple[bytes, _Ended]:
    """Reads until the child closes the pipe, then buries the whole group."""
    reaped = False
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.setpgid(child, child)  # both sides do it: neither may depend on the other's speed
    try:
        answer = _read_until(reading, time.monotonic() + limits.wall)
        if answer is not None:
            # Left as a zombie, so that its group's number cannot be reused yet.
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        _kill_group(child)
        _, status = os.waitpid(child, 0)
        reaped = True
    finally:
        if not reaped:
            _kill_group(child)
            os.waitpid(child, 0)
    if answer is None:
        return b"", _Ended(timed_out=True)
    if os.WIFSIGNALED(status):
        return answer, _Ended(signal=os.WTERMSIG(status))
    return answer, _Ended(code=os.WEXITSTATUS(status))


def _kill_group(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)


def _read_until(reading: int, deadline: float) -> bytes | None:
    """All bytes up to end of file, or None when the deadline came first."""
    parts: list[bytes] = []
    poll = select.poll()
    poll.register(reading, select.POLLIN | select.POLLHUP)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return None
        part = os.read(reading, _CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _unpack(answer: bytes, ended: _Ended, limits: Limits) -> object:
    if ended.timed_out:
        raise Refused("image-too-demanding", limit="time", allowed=limits.wall)
    if ended.signal is not None:
        raise _death_by(ended.signal, limits)
    if ended.code != 0:
        raise Broken("child-vanished", code=ended.code)
    # The child has our own rights and code: its pickle adds no danger.
    kind, value = pickle.loads(answer)  # noqa: S301
    if kind == "memory":
        raise Refused("image-too-demanding", limit="memory", allowed=limits.memory)
    if kind == "failure":
        family, reason, values = value
        raise family(reason, **values)
    return cast("object", value)


def _death_by(number: int, limits: Limits) -> Failure:
    if number in _TOO_DEMANDING:
        allowed = limits.cpu if number == signal.SIGXCPU else limits.wall
        return Refused(
            "image-too-demanding", limit=_TOO_DEMANDING[signal.Signals(number)], allowed=allowed
        )
    if number in _DECODER_FELL:
        return Refused("decoder-crashed", signal=signal.Signals(number).name)
    if number == signal.SIGKILL:
        # The machine may have less memory than the limit allows: the same bytes may do it again.
        return Broken("child-killed", signal=signal.Signals(number).name)
    return Transient("child-stopped", signal=signal.Signals(number).name)
