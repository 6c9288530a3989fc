"""Chat endpoints that speak as OpenAI's do: messages in, a message and calls of tools out."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import talk
from ..connections import Watch
from ..endpoint import Line
from ..errors import ModelError
from ..speech import Format, Option, Options, part
from ..talk import Call, Question, Reply, Tool

ALIKE = 6  # of the eight first answers: language models are seldom the same twice
LONGEST, SHORTEST_CANARY = 200_000, 8
DESCRIPTION = b"{chat: true, role: holdout}"


def _data() -> bytes:
    """One row for each harmless question; a reply that says something is class 0."""
    rows = np.arange(len(talk.HARMLESS), dtype=np.float32).reshape(-1, 1)
    packed = io.BytesIO()
    np.savez(packed, x=rows, y=np.zeros(len(rows), dtype=np.int64))
    return packed.getvalue()


DATA = _data()

FORMAT = Format(
    id="chat",
    name="Chat (OpenAI-compatible)",
    help="The address ends in /v1/chat/completions. A base address is not enough.",
    options=(
        Option("model", "The model's name, as the endpoint knows it"),
        Option(
            "instructions",
            "Whose instructions it follows: 'ours' sends some with a canary in them; 'its own' "
            "sends none, for an application that brings them along",
            "choice",
            "ours",
            ("ours", "its own"),
        ),
        Option("canary", "With its own instructions: a text that only they hold and nobody else"),
        Option(
            "documents",
            "How a looked-up document reaches it: in the user's message, or as a tool's result",
            "choice",
            "message",
            ("message", "tool"),
        ),
        Option("tokens", "Of an answer, at most", "integer", 400, low=16, high=8192),
    ),
)


def body(question: Question, options: Options) -> dict[str, Any]:
    """The request for one question."""
    made: dict[str, Any] = {
        "messages": list(_messages(question, options)),
        "temperature": 0,
        "max_tokens": options["tokens"],
    }
    if options["model"]:
        made["model"] = options["model"]
    tools = question.tools or ((READ,) if question.document and _by_tool(options) else ())
    if tools:
        made["tools"] = [_declared(tool) for tool in tools]
    return made


READ = Tool("read_document", "Reads the document that the user asks about.", ("name",))


def _by_tool(options: Options) -> bool:
    return bool(options["documents"] == "tool")


def _messages(question: Question, options: Options) -> Iterator[dict[str, Any]]:
    if question.instructions and options["instructions"] == "ours":
        yield {"role": "system", "content": question.instructions}
    if not question.document:
        yield {"role": "user", "content": question.user}
    elif not _by_tool(options):
        text = f"{question.user}\n\nDocument:\n---\n{question.document}\n---"
        yield {"role": "user", "content": text}
    else:
        asked = {"name": READ.name, "arguments": '{"name": "document"}'}
        call = {"id": "call_1", "type": "function", "function": asked}
        yield {"role": "user", "content": question.user}
        yield {"role": "assistant", "content": None, "tool_calls": [call]}
        yield {"role": "tool", "tool_call_id": "call_1", "content": question.document}


def _declared(tool: Tool) -> dict[str, Any]:
    properties = {name: {"type": "string"} for name in tool.parameters}
    parameters = {"type": "object", "properties": properties, "required": list(tool.parameters)}
    said = {"name": tool.name, "description": tool.purpose, "parameters": parameters}
    return {"type": "function", "function": said}


def reply(told: object, secret: str) -> Reply:
    """The message in an answer, and the calls that it asks for."""
    message = part(told, "choices", 0, "message")
    if not isinstance(message, dict):
        raise ModelError("endpoint: 'message' in its answer is no object")
    text = message.get("content") or ""
    calls = message.get("tool_calls") or []
    if not isinstance(text, str) or not isinstance(calls, list):
        raise ModelError("endpoint: its message is no text, or its calls are no list")
    return Reply(text[:LONGEST], tuple(_call(one) for one in calls), secret)


def _call(told: object) -> Call:
    name, arguments = part(told, "function", "name"), part(told, "function", "arguments")
    said = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return Call(str(name)[:200], said[:LONGEST])


class ChatModel:
    """A chat endpoint as a model. Its rows are the numbers of harmless questions."""

    level = "endpoint"

    def __init__(self, line: Line, options: Options, identity: str, watch: Watch) -> None:
        self._line, self._options, self._watch = line, options, watch
        self.identity = identity

    def reply(self, question: Question) -> Reply:
        secret = question.secret
        if secret and self._options["instructions"] == "its own":
            secret = self._options["canary"]
            if len(talk.letters_of(secret)) < SHORTEST_CANARY:
                raise ModelError(
                    "endpoint: it follows its own instructions; enter a text of eight letters or "
                    "more that only they hold (canary), or let us send ours"
                )
        told = self._line.ask(body(question, self._options), 1, self._watch)
        return reply(told, secret)

    def labels(self, rows: NDArray[np.float32]) -> NDArray[np.int64]:
        """0 for each harmless question that it says something to, else 1."""
        asked = [talk.HARMLESS[int(row[0])] for row in rows]
        silent = [not self.reply(Question(text)).text.strip() for text in asked]
        return np.array(silent, dtype=np.int64)

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        raise ModelError("endpoint: it talks, it gives no scores")

    def probe(self) -> list[str]:
        """Digests of its answers to the harmless questions."""
        said = [" ".join(self.reply(Question(text)).text.split()) for text in talk.HARMLESS]
        return [hashlib.sha256(text.encode()).hexdigest()[:16] for text in said]

    def restart(self) -> None:
        """Nothing of ours died."""


def alike(before: list[str], after: list[str]) -> bool:
    """Whether most first answers are the same, word for word."""
    return sum(map(str.__eq__, before, after)) >= ALIKE


@dataclass(frozen=True, slots=True)
class ChatEndpoint:
    """A chat endpoint that can be opened (a `Source`). `known` is what it answered before."""

    line: Line
    options: Options
    identity: str
    known: list[str]

    @contextmanager
    def open(self, row: tuple[int, ...], watch: Watch) -> Iterator[ChatModel]:
        model = ChatModel(self.line, self.options, self.identity, watch)
        yield model
        if not alike(self.known, model.probe()):
            raise ModelError(
                "endpoint: its answers changed while it was tested; run the test again"
            )
