"""A publisher's Markdown as plain text: links become their words, marks and tags go."""

from __future__ import annotations

import html
import re

# Content of code is shown as it stands: there the tags are the subject.
_CODE = re.compile(r"```[^\n`]*\n(.*?)```|`([^`\n]*)`", re.DOTALL)
_WORDS = r"\[((?:\\.|[^\[\]\\])*)\]"
_LINK = re.compile(rf"!?{_WORDS}(?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)|\[[^\[\]\n]*\])")
_TAG = re.compile(r"<(?:/?[A-Za-z]|!--)[^<>]*>")
_BOLD = re.compile(r"\*\*(\S[^*]*)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*(\S[^*\n]*)\*(?![\w*])|(?<!\w)_([^_\s][^_\n]*)_(?!\w)")
_NOTE = re.compile(r"^\[(\w{1,20})\]:[ \t]*", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\[\]()*_`<>#\\])")
# Controls, half characters, and marks that change the order in which text is read.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def plain(text: str) -> str:
    """Markdown as text that means the same without any markup. O(length).

    It is still the text of a stranger: whoever shows it has to escape it.

    Examples
    --------
    >>> plain("See [the **data**](/techniques/1) and `<b>`.")
    'See the data and <b>.'
    """
    parts: list[str] = []
    end = 0
    for code in _CODE.finditer(text):
        parts += [_prose(text[end : code.start()]), code[1] or code[2] or ""]
        end = code.end()
    whole = "".join([*parts, _prose(text[end:])])
    lines = [line.rstrip() for line in _UNSEEN.sub("", whole).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _prose(text: str) -> str:
    text = _TAG.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _NOTE.sub(r"[\1] ", text)
    text = _BOLD.sub(r"\1", text)
    text = _ITALIC.sub(lambda found: found[1] or found[2], text)
    return html.unescape(_ESCAPED.sub(r"\1", text))
