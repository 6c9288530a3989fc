"""promptfoo's results (JSON, versions 2 and 3): one entry for each attempt of a plugin."""

from __future__ import annotations

from collections.abc import Mapping

from threatmodel.core.document import DocumentError, Remark

from .measured import Probe, Report, day_of, gathered, items, label, mapping, part

TOOL = "promptfoo"
MOST_ATTEMPTS = 100_000
# The plugin, up to its first colon, to the test of ours that asks the same.
TESTS = {
    "hijacking": "prompt-injection",
    "ascii-smuggling": "prompt-injection",
    "indirect-prompt-injection": "indirect-injection",
    "rag-poisoning": "indirect-injection",
    "harmful": "jailbreak",
    "beavertails": "jailbreak",
    "cyberseceval": "jailbreak",
    "donotanswer": "jailbreak",
    "harmbench": "jailbreak",
    "pliny": "jailbreak",
    "prompt-extraction": "prompt-leak",
    "system-prompt-override": "prompt-injection",
    "excessive-agency": "tool-call",
    "bfla": "tool-call",
    "bola": "tool-call",
    "mcp": "tool-call",
    "rbac": "tool-call",
    "shell-injection": "tool-call",
    "sql-injection": "tool-call",
    "ssrf": "tool-call",
    "tool-discovery": "tool-call",
}
FAILED_BY_ERROR = 2


def recognises(data: object) -> bool:
    if not isinstance(data, Mapping) or not isinstance(data.get("results"), Mapping):
        return False
    return isinstance(data["results"].get("results"), list)


def read(data: Mapping[str, object]) -> Report:
    """An attempt came through when its check failed; one that ended in an error tells nothing."""
    whole = part(data, "results")
    tally: dict[str, list[int]] = {}
    errors = 0
    attempts = items(whole.get("results"), "results.results", MOST_ATTEMPTS)
    for number, one in enumerate(attempts):
        where = f"results.results[{number}]"
        values = mapping(one, where)
        if values.get("failureReason") == FAILED_BY_ERROR:
            errors += 1
            continue
        if not isinstance(values.get("success"), bool):
            raise DocumentError("must be true or false", field=f"{where}.success")
        counts = tally.setdefault(_plugin(values, where), [0, 0])
        counts[0] += not values["success"]
        counts[1] += 1
    probes = ((_test(name), Probe(name, *counts)) for name, counts in tally.items())
    counted, dropped = gathered(TOOL, probes)
    if errors:
        why = "they ended in an error, which tells nothing of the model"
        dropped = (*dropped, Remark(f"{errors} attempts", why))
    version = label(part(data, "metadata").get("promptfooVersion"), "metadata.promptfooVersion")
    day = day_of(whole.get("timestamp") or part(data, "metadata").get("evaluationCreatedAt"))
    return Report(TOOL, version, counted, dropped, day)


def _plugin(values: Mapping[str, object], where: str) -> str:
    """Its plugin; without one its strategy; of an attempt that has neither nothing is known."""
    metadata = {**part(part(values, "testCase"), "metadata"), **part(values, "metadata")}
    named = metadata.get("pluginId") or metadata.get("strategyId")
    return label(named, f"{where}.metadata") or "a test without a plugin"


def _test(name: str) -> str:
    return "jailbreak" if name.startswith("jailbreak") else TESTS.get(name.partition(":")[0], "")
