"""What a thing probably is, by the words in its name. Every guess is told in the loss report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

# The first line that has all words of one of its alternatives wins; so the particular comes first.
Words = Sequence[tuple[str, str]]

PEOPLE: Words = (
    ("external-service", "third-party | supplier | vendor | service | library | tool | system"),
    (
        "external-user",
        "user | customer | visitor | client | patient | public | attacker | anonymous",
    ),
    ("human-reviewer", "reviewer | moderator | annotator | labeller"),
    ("person", "engineer | administrator | admin | developer | scientist | operator | analyst"),
)
PARTS: Words = (
    ("notebook", "notebook | jupyter | colab"),
    ("admin-host", "bastion | jump | admin host | admin console"),
    ("api-gateway", "gateway | ingress | load balancer | reverse proxy"),
    ("secret-store", "vault | secret | credential | authorized key | api key | kms"),
    ("build-pipeline", "deployment | pipeline | ci | cd | build | release"),
    ("log-store", "log | audit | telemetry | siem"),
    ("retriever", "retriever | retrieval | search"),
    ("llm-endpoint", "llm | chat | gpt | language model | completion"),
    ("agent", "agent | assistant"),
    ("agent-tool", "tool | plugin | function"),
    ("labelling", "labelling | labeling | annotation"),
    ("training-job", "training | trainer | fine tuning"),
    ("evaluation", "evaluation | benchmark"),
    ("edge-model", "edge | mobile | on device"),
    (
        "inference-endpoint",
        "inference | prediction | classifier | scoring | model server | serving",
    ),
    ("camera", "camera | sensor | microphone"),
    ("model-registry", "registry"),
    (
        "preprocessor",
        "preprocessing | preprocessor | resize | transform | gather | crawler | scraper",
    ),
    ("preprocessor", "collector | ingest | ingestion | feature | etl"),
    (
        "web-application",
        "web | website | frontend | portal | dashboard | ui | app | backend | server",
    ),
)
STORES: Words = (
    ("secret-store", "vault | secret | credential | authorized key | api key | kms | hsm"),
    ("log-store", "log | audit | telemetry | siem"),
    ("vector-store", "vector | embedding | index"),
    ("model-registry", "model | weight | checkpoint | registry"),
    ("feedback-store", "feedback | rating"),
    ("document-store", "document | knowledge | wiki | sharepoint"),
    ("data-set", "training | validation | dataset | data set | label"),
)
ZONES: Words = (
    ("internet", "internet | public | external"),
    ("partner", "partner | vendor | supplier | third-party"),
    ("device", "device | edge | mobile"),
    ("restricted", "restricted | vault | secure | clinical"),
    ("office", "office | corporate | employee | workplace"),
    ("development", "experimental | experimentation | development | dev | training | research"),
    ("development", "staging | test | lab"),
    ("production", "production | prod | internal | cloud | vpc"),
)


def guess(table: Words, *names: str) -> str | None:
    """The first entry of the table whose words all stand in the names.

    Examples
    --------
    >>> guess(PARTS, "API Gateway")
    'api-gateway'
    >>> guess(STORES, "Machine Learning Model Storage Blob")
    'model-registry'
    >>> guess(ZONES, "Somewhere") is None
    True
    """
    said = set(_tokens(names))
    for result, line in table:
        for phrase in line.split(" | "):
            if set(_tokens([phrase])) <= said:
                return result
    return None


def repeats(title: str, source: str, target: str) -> bool:
    """Whether a flow's title says no more than what it joins: "API to Model".

    Examples
    --------
    >>> repeats("Engineer to Notebook", "Data Engineer", "Jupyter Notebook")
    True
    >>> repeats("Nightly copy to Archive", "Data Store", "Archive")
    False
    """
    said = title.split(" to ")
    if len(said) != 2:
        return False
    ends = zip(said, (source, target), strict=True)
    return all(_mostly(set(_tokens([words])), set(_tokens([end]))) for words, end in ends)


def _mostly(said: set[str], known: set[str]) -> bool:
    return 2 * len(said & known) > len(said)


def _tokens(names: Iterable[str]) -> list[str]:
    return [_singular(word) for name in names for word in re.findall(r"[a-z]+", name.lower())]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def known(guessed: str | None, words: Mapping[str, object], otherwise: str) -> str:
    """The guess if this catalog has it."""
    return guessed if guessed is not None and guessed in words else otherwise
