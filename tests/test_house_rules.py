"""Does the code keep the rules of the house? Each rule is first shown a bad sample."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("archive", "schemas", "storage", "web", "workers")

LONGEST_FUNCTION, LONGEST_MODULE, HALF_BELOW = 80, 400, 12
HOMELESS = frozenset(("common", "helper", "helpers", "logic", "manager", "misc", "util", "utils"))
TOP_LEVEL = frozenset(
    """
    .ci .env.example .gitignore .npmrc CHANGELOG.md Makefile README.md archive
    docker-compose.embedded.yml docker-compose.yml docs package-lock.json package.json
    pyproject.toml schemas storage tests uv.lock web workers
    """.split()
)
# A folder of whoever wrote this, not of whoever runs it.
PLACE = re.compile(r"(?<![\w.~/-])/(?:work|farm|home|Users|root)/\w")
WITHOUT_REASON = frozenset(("skip", "skipif", "xfail"))

Files = Mapping[str, str]
Rule = Callable[[Files], list[str]]


def trees(files: Files) -> Iterator[tuple[str, ast.Module]]:
    for name, text in files.items():
        if name.endswith(".py"):
            yield name, parsed(text)


@cache
def parsed(text: str) -> ast.Module:
    """Eight rules look at every file."""
    return ast.parse(text)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def in_packages(files: Files) -> Files:
    """The code that runs: no tests, and no migrations, which are tables written down."""
    return {
        name: text
        for name, text in files.items()
        if name.split("/")[0] in PACKAGES and "/versions/" not in name
    }


def long_functions(files: Files) -> list[str]:
    return [
        f"{name}:{each.lineno} {each.name} has {lines_of(each)} lines"
        for name, tree in trees(in_packages(files))
        for each in functions(tree)
        if lines_of(each) > LONGEST_FUNCTION
    ]


def long_modules(files: Files) -> list[str]:
    counted = {name: text.count("\n") for name, text in in_packages(files).items()}
    return [
        f"{name} has {lines} lines"
        for name, lines in counted.items()
        if name.endswith(".py") and lines > LONGEST_MODULE
    ]


def half_are_short(files: Files) -> list[str]:
    lengths = [lines_of(each) for _, tree in trees(in_packages(files)) for each in functions(tree)]
    if not lengths or median(lengths) < HALF_BELOW:
        return []
    return [f"half of {len(lengths)} functions have {median(lengths)} lines or more"]


def homeless_names(files: Files) -> list[str]:
    return [
        name
        for name in files
        if HOMELESS & set(re.split(r"[/._-]", name.removesuffix(".py").casefold()))
        and not name.startswith("docs/")
    ]


def swallowed_failures(files: Files) -> list[str]:
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(files)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node) and does_nothing(node)
    ]


def catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(
        isinstance(line, ast.Pass | ast.Continue)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in handler.body
    )


def strangers_at_the_top(files: Files) -> list[str]:
    return sorted({name.split("/")[0] for name in files} - TOP_LEVEL)


def machine_places(files: Files) -> list[str]:
    return [
        f"{name}:{number} {line.strip()[:80]}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if PLACE.search(line) and name != "tests/test_house_rules.py"
    ]


def modules_without_a_word(files: Files) -> list[str]:
    return [
        name
        for name, tree in trees(in_packages(files))
        if tree.body and ast.get_docstring(tree) is None
    ]


def mocks(files: Files) -> list[str]:
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(files)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any("mock" in part for part in imported(node))
    ]


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    names = [alias.name for alias in node.names]
    return [node.module or "", *names] if isinstance(node, ast.ImportFrom) else names


def skips_without_a_reason(files: Files) -> list[str]:
    """`pytest.skip("why")`, and `reason=` for the marks."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(files)
        if name.startswith("tests/")
        for node in unexplained(tree)
    ]


def unexplained(tree: ast.Module) -> Iterator[ast.Attribute]:
    called = {node.func: node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or node.attr not in WITHOUT_REASON:
            continue
        owner = node.value
        is_mark = isinstance(owner, ast.Attribute) and owner.attr == "mark"
        is_pytest = isinstance(owner, ast.Name) and owner.id == "pytest"
        call = called.get(node)
        told = call is not None and (
            any(word.arg == "reason" for word in call.keywords)
            or (bool(call.args) and (is_pytest or node.attr == "skip"))
        )
        if (is_mark or is_pytest) and not told:
            yield node


def cases_without_an_order(files: Files) -> list[str]:
    """A set's order differs from process to process, and two processes share the tests."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(files)
        if name.startswith("tests/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "parametrize"
        and any(is_set(argument) for argument in node.args[1:2])
    ]


def is_set(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"set", "frozenset"}
    return isinstance(node, ast.Set | ast.SetComp)


def commits_below_the_entry(files: Files) -> list[str]:
    """Nothing commits but `Database.writing`, which `workers.queue.transaction` opens."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(in_packages(files))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "commit"
        and name.split("/")[0] in {"archive", "schemas", "web", "workers"}
    ]


def clocks_below_the_entry(files: Files) -> list[str]:
    """Time is an argument of `archive` and `schemas`."""
    return [
        f"{name}:{node.lineno}"
        for name, tree in trees(in_packages(files))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "today", "utcnow"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
        and name.split("/")[0] in {"archive", "schemas"}
    ]


def unfinished(files: Files) -> list[str]:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|raise Not" + r"ImplementedError)\b")
    return [
        f"{name}:{number}"
        for name, text in files.items()
        if name.endswith((".py", ".js", ".css", ".html", ".md"))
        for number, line in enumerate(text.splitlines(), start=1)
        if mark.search(line)
    ]


def _function(lines: int) -> str:
    return "def f():\n" + "    x = 1\n" * (lines - 1)


# For each rule a good sample that it passes, and a bad one that it must find.
RULES: Mapping[Rule, tuple[Files, Files]] = {
    long_functions: (
        {"web/a.py": _function(80), "tests/a.py": _function(81)},
        {"web/a.py": _function(81)},
    ),
    long_modules: ({"web/a.py": "x = 1\n" * 400}, {"web/a.py": "x = 1\n" * 401}),
    half_are_short: (
        {"web/a.py": _function(11) * 2 + _function(50)},
        {"web/a.py": _function(12) * 2 + _function(3)},
    ),
    homeless_names: (
        {"web/miscellany.py": "", "web/fixity.py": "", "docs/common.md": ""},
        {"web/image_utils.py": ""},
    ),
    swallowed_failures: (
        {"a.py": "try:\n    f()\nexcept Exception:\n    log()\nexcept OSError:\n    pass"},
        {"a.py": "try:\n    f()\nexcept (OSError, Exception):\n    pass"},
    ),
    strangers_at_the_top: ({"web/a.py": "", "README.md": ""}, {"notes.txt": ""}),
    machine_places: (
        {"a.md": "GET /works/k7/pages, SANDYQ_HOME=/srv/sandyq, https://a.example/home/x"},
        {"a.md": "see " + "/ho" + "me/somebody/sandyq"},
    ),
    modules_without_a_word: ({"web/a.py": '"""Why?"""\nx = 1'}, {"web/a.py": "x = 1"}),
    mocks: ({"tests/a.py": "import pytest"}, {"tests/a.py": "from unittest.mock import patch"}),
    skips_without_a_reason: (
        {"tests/a.py": "pytest.skip('no veraPDF')\n@pytest.mark.skipif(x, reason='y')\ndef t(): 0"},
        {"tests/a.py": "@pytest.mark.skip\ndef t(): 0"},
    ),
    cases_without_an_order: (
        {"tests/a.py": "@pytest.mark.parametrize('x', sorted({1, 2}))\ndef t(x): 0"},
        {"tests/a.py": "@pytest.mark.parametrize('x', {*A, *B})\ndef t(x): 0"},
    ),
    commits_below_the_entry: (
        {"storage/a.py": "session.commit()", "tests/a.py": "session.commit()"},
        {"archive/a.py": "session.commit()"},
    ),
    clocks_below_the_entry: (
        {"web/a.py": "datetime.now(UTC)", "archive/a.py": "workshop.now()"},
        {"archive/a.py": "date.today()"},
    ),
    unfinished: ({"web/a.py": "# to do what is due"}, {"web/a.py": "# TO" + "DO: later"}),
}
NAMES = [rule.__name__ for rule in RULES]


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    """Every text file of the repository, whether added to git yet or not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    yield dict(read_texts(name for name in listed.split("\0") if name))
    parsed.cache_clear()


def read_texts(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            yield name, ""  # an image, or a file just removed


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
class TestRule:
    def test_it_passes_what_is_good(self, rule: Rule) -> None:
        assert rule(RULES[rule][0]) == []

    def test_it_finds_what_is_bad(self, rule: Rule) -> None:
        assert len(rule(RULES[rule][1])) == 1

    def test_the_code_keeps_it(self, rule: Rule, files: Files) -> None:
        assert rule(files) == []


@pytest.mark.parametrize(
    "text",
    [
        "@pytest.mark.skipif(x)\ndef t(): 0",
        "pytest.skip()",
        "@pytest.mark.xfail(strict=True)\ndef t(): 0",
        "pytest.xfail()",
    ],
)
def test_every_kind_of_skip_needs_a_reason(text: str) -> None:
    assert skips_without_a_reason({"tests/a.py": text}) == ["tests/a.py:1"]


@pytest.mark.parametrize("handler", ["except:", "except BaseException:", "except Exception as e:"])
@pytest.mark.parametrize("body", ["pass", "...", "'nothing to do'"])
def test_every_kind_of_swallowing_is_found(handler: str, body: str) -> None:
    text = f"try:\n    f()\n{handler}\n    {body}"
    assert swallowed_failures({"a.py": text}) == ["a.py:3"]


def test_how_long_functions_are(
    files: Files, record_property: Callable[[str, object], None]
) -> None:
    """Prints what the rules hold, for whoever wants to know (`pytest -rP`)."""
    lengths = [lines_of(each) for _, tree in trees(in_packages(files)) for each in functions(tree)]
    modules = [text.count("\n") for name, text in in_packages(files).items() if name.endswith("py")]
    record_property("median", median(lengths))
    print(f"{len(lengths)} functions, median {median(lengths)}, longest {max(lengths)} lines")
    print(f"{len(modules)} modules, median {median(modules)}, longest {max(modules)} lines")
    assert len(lengths) > 100, "the rules have looked at nothing"
