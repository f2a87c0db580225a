"""The evaluation of stemming, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tests.language import stemmers
from tests.language.families import WordLists, held_out, tuned
from tests.language.pairwise import Key, failures, score

if TYPE_CHECKING:
    from tests.engines.opensearch import OpenSearchNode

OURS = "Sandyq, stream `kk`"
WORST = 40
"""How many families `--failures` shows."""


def competitors(words: list[str], node: OpenSearchNode | None) -> Mapping[str, Key | None]:
    """Ours and the baselines by name; None for what is not here."""
    named: dict[str, Key | None] = {
        OURS: stemmers.ours,
        "no stemming": stemmers.unstemmed,
        "first five letters": stemmers.five_letters,
        "Snowball, Russian": stemmers.snowball_russian(),
        "tantivy, stock Russian": stemmers.tantivy_russian(),
        "hunspell-kk": stemmers.hunspell_kazakh(words),
    }
    if node is not None:
        named["OpenSearch, stock Russian"] = stemmers.opensearch_russian(node, words)
    return named


def table(node: OpenSearchNode | None = None) -> Iterator[str]:
    """Lines of Markdown: each stemmer on the lists in hand, those held out, and both."""
    parts = {"tuned": tuned(), "held out": held_out()}
    parts["both"] = parts["tuned"].together(parts["held out"])
    yield "| stemmer | words | precision | recall | F1 | confusable pairs merged |"
    yield "|---|---|---|---|---|---|"
    missing = []
    for name, key in competitors(list(parts["both"].words()), node).items():
        if key is None:
            missing.append(name)
            continue
        for part, lists in parts.items():
            yield row(name, part, lists, key)
    for name in missing:
        yield ""
        yield f"{name} is left out: {stemmers.HUNSPELL_ABSENT}."


def row(name: str, part: str, lists: WordLists, key: Key) -> str:
    """The line of one stemmer on one part of the words."""
    got = score(lists, key)
    return (
        f"| {name} | {part} | {got.precision:.3f} | {got.recall:.3f} | {got.f1:.3f} "
        f"| {len(got.merged)} of {len(lists.confusables)} |"
    )


def what_failed(lists: WordLists) -> Iterator[str]:
    """Our merged confusables and worst families, as Markdown lists."""
    for first, second in score(lists, stemmers.ours).merged:
        yield f"- {first} / {second}: both {stemmers.ours(first)}"
    for failure in failures(lists.families, stemmers.ours)[:WORST]:
        forms = " ".join(
            f"{form}→{key}" for form, key in zip(failure.family, failure.keys, strict=True)
        )
        others = f" (also {' '.join(failure.intruders)})" if failure.intruders else ""
        yield f"- {failure.pairs} pairs: {forms}{others}"
