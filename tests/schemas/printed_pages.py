"""PrintedPages of every shape, for tests by property."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word
from schemas.hocr import hull

WIDTH, HEIGHT = 1000, 1400

# A busy machine makes single examples slow; no time is asserted.
by_property = settings(max_examples=40, deadline=None)

# What XML can hold, without what reading takes for space around a word.
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn"))
texts = st.text(_LETTERS, min_size=1, max_size=12)
confidences = st.floats(0, 100) | st.integers(0, 100).map(float)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(st.integers(0, WIDTH - 1)), draw(st.integers(0, HEIGHT - 1))
    return Box(x, y, draw(st.integers(0, WIDTH - x)), draw(st.integers(0, HEIGHT - y)))


words = st.builds(Word, texts, boxes(), confidences)
baselines = st.tuples(st.floats(-0.5, 0.5), st.floats(-60, 60))
lines = st.lists(words, min_size=1, max_size=4).flatmap(
    lambda held: st.builds(
        Line, st.just(hull([word.box for word in held])), st.just(tuple(held)), baselines
    )
)
languages = st.sampled_from([None, "kk", "ru", "kk-Arab", "ru-petr1708"])
paragraphs = st.lists(lines, min_size=1, max_size=3).flatmap(
    lambda held: st.builds(
        Paragraph, st.just(hull([line.box for line in held])), st.just(tuple(held)), languages
    )
)
areas = st.lists(paragraphs, min_size=1, max_size=3).map(
    lambda held: Area(hull([paragraph.box for paragraph in held]), tuple(held))
)
pages = st.builds(
    PrintedPage,
    st.just(WIDTH),
    st.just(HEIGHT),
    st.lists(areas, max_size=3).map(tuple),
    st.sampled_from(["", "tesseract 5.3.0 kaz+rus", 'a "quoted" <engine> & more']),
)


def page_of(*paragraph_lines: tuple[str, ...]) -> PrintedPage:
    """A page of one area: for each paragraph its lines, words divided by spaces."""
    y = 0
    held = []
    for texts_of_lines in paragraph_lines:
        made = []
        for text in texts_of_lines:
            y += 50
            made.append(_line(text, y))
        held.append(Paragraph(hull([line.box for line in made]), tuple(made), "kk"))
    area = Area(hull([paragraph.box for paragraph in held]), tuple(held))
    return PrintedPage(WIDTH, HEIGHT, (area,), "tesseract 5.3.0 kaz+rus")


def _line(text: str, y: int) -> Line:
    made = [
        Word(word, Box(50 + 120 * place, y, 100, 30), 95.0)
        for place, word in enumerate(text.split())
    ]
    return Line(hull([word.box for word in made]), tuple(made), (0.0, -6.0))
