"""Does a form ask what was written into its fields?"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.queries import MOST_TERMS, parse_query
from archive.query_form import QueryForm
from storage.query import Field, InField


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (QueryForm(), ""),
        (QueryForm(words="  қала   OR көмір "), "қала OR көмір"),
        (QueryForm(phrase='«қара "алтын"»'), '"қара алтын"'),
        (QueryForm(without="шахта -қала --"), "-шахта -қала"),
        (QueryForm(author="Әуезов"), "author:Әуезов"),
        (QueryForm(author="М.О. Әуезов"), 'author:"М.О. Әуезов"'),
        (QueryForm(title="абай жолы"), "title:абай title:жолы"),
        (QueryForm(first_year="1930", last_year="1940"), "year:1930..1940"),
        (QueryForm(first_year=" 1930"), "year:1930.."),
        (QueryForm(last_year="1940"), "year:..1940"),
        (QueryForm(first_year="1937", last_year="1937"), "year:1937"),
        (
            QueryForm("көмір", "қара алтын", "қала", "Абай", "жол", "1930", "1940"),
            'көмір "қара алтын" -қала author:Абай title:жол year:1930..1940',
        ),
    ],
)
def test_fields_as_a_question(form: QueryForm, written: str) -> None:
    assert form.written() == written
    assert parse_query(written).literal == parse_query(written).ignored == ()


ANY = st.text('аб"«:-. *7', max_size=12)


@given(phrase=ANY, without=ANY, author=ANY, title=ANY)
def test_whatever_stands_in_a_field_asks_for_that_field(
    phrase: str, without: str, author: str, title: str
) -> None:
    """No sign in one field makes another of it, among as many terms as a question may have."""
    assume(sum(map(str.isalnum, phrase + without + author + title)) <= MOST_TERMS)
    form = QueryForm(phrase=phrase, without=without, author=author, title=title)
    query = parse_query(form.written()).query
    clauses = [clause for (clause,) in query.all_of]
    fields = [clause.field for clause in clauses if isinstance(clause, InField)]
    assert (Field.AUTHOR in fields) == any(map(str.isalnum, author))
    assert (Field.TITLE in fields) == any(map(str.isalnum, title))
    assert (len(clauses) > len(fields)) == any(map(str.isalnum, phrase))
    assert bool(query.none_of) == any(map(str.isalnum, without))
