"""Is what a library says of itself read, in all three languages, or refused?"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.library_file import LANGUAGES, read_library_file
from storage.errors import Refused

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "library.yaml"
NAMES = "names:\n  kk: {name_line: К}\n  ru: {name_line: Р}\n  en: {name_line: E}\n"


class TestLibraryFile:
    def test_the_sample_speaks_three_languages(self) -> None:
        library = read_library_file(SAMPLE.read_text(encoding="utf-8"), SAMPLE.name)
        assert set(library.words) == set(LANGUAGES) == {"kk", "ru", "en"}
        for words in library.words.values():
            assert words.name_line
            assert words.library
            assert words.about
            assert words.reading_place
            assert words.examples

    def test_the_sample_has_the_branches_of_the_system(self) -> None:
        library = read_library_file(SAMPLE.read_text(encoding="utf-8"), SAMPLE.name)
        codes = [branch.code for branch in library.branches]
        assert len(codes) == len(set(codes)) == 21
        written = [alias for branch in library.branches for alias in branch.aliases]
        assert len(written) == len(set(written))
        assert set(codes).isdisjoint(written)

    def test_names_are_enough(self) -> None:
        library = read_library_file(NAMES, "library.yaml")
        assert library.branches == ()
        assert library.words["ru"].name_line == "Р"
        assert library.example_word == "кітап"

    def test_a_branch_with_everything(self) -> None:
        text = NAMES + (
            "branches:\n- {code: 16, kk: К, ru: Р, en: E, aliases: [№16], networks: [10.0.0.0/8]}"
        )
        (branch,) = read_library_file(text, "library.yaml").branches
        assert (branch.code, branch.label_kk, branch.label_ru, branch.label_en) == (
            "16", "К", "Р", "E"
        )  # fmt: skip
        assert (branch.aliases, branch.networks) == (("№16",), ("10.0.0.0/8",))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "names: [",
            "names: {}",
            "names:\n  kk: {name_line: К}\n  ru: {name_line: Р}",
            NAMES.replace("{name_line: E}", "{}"),
            NAMES + "branches:\n- {code: 16}",
            NAMES + "branches:\n- {code: 16, kk: К, ru: Р, en: E, networks: [10.0.0.0/33]}",
            NAMES + "branches:\n- {code: 16, kk: К, ru: Р, en: E, networks: [10.0.0.1/8]}",
            NAMES + "branches: 16",
            "!!python/object/apply:os.system ['true']",
        ],
    )
    def test_a_file_that_makes_no_sense_is_refused_by_name(self, text: str) -> None:
        with pytest.raises(Refused) as told:
            read_library_file(text, "library.yaml")
        assert told.value.reason == "bad-library-file"
        assert told.value.values["file"] == "library.yaml"
        assert told.value.values["detail"]
