"""Who says a name, asked of all texts at once, against asking each of them."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import load
from tests.core.small import LINE, graph_of
from threatmodel.core import assess
from threatmodel.core.findings import Question
from threatmodel.core.texts import Texts

FINDING = assess(graph_of(**LINE).document, load(), as_of=date(2026, 1, 1)).findings[0]
PLACES = [f"c{number}" for number in range(12)]
words = st.text(alphabet="abc ", max_size=5)


def saying(text: str):
    asked = Question("c", "a", text, "boolean")
    return replace(FINDING, steps=(), questions=(asked,) if text else ())


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(PLACES), words, max_size=12),
    st.lists(st.tuples(st.sampled_from(PLACES), st.none() | words, words), max_size=12),
)
def test_whoever_says_a_name_is_found_while_findings_come_change_and_go(first, edits):
    found = {("t", place): saying(text) for place, text in first.items()}
    texts = Texts()
    for place, text, name in edits:
        pair = ("t", place)
        if text is None:
            found.pop(pair, None)
        else:
            found[pair] = saying(text)
        texts.forget(pair)
        expected = {
            pair
            for pair, one in found.items()
            if name in "\n".join(asked.text for asked in one.questions)
        }
        told = list(texts.saying(name, found))
        assert set(told) == expected
        assert len(told) == len(expected)
