"""garak's report (JSON lines): an `eval` line for each pair of probe and detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from threatmodel.core.document import DocumentError

from .measured import Probe, Report, day_of, gathered, label, mapping, tally

TOOL = "garak"
# The probe's module, up to its first dot, to the test of ours that asks the same.
TESTS = {
    "promptinject": "prompt-injection",
    "encoding": "prompt-injection",
    "smuggling": "prompt-injection",
    "latentinjection": "indirect-injection",
    "dan": "jailbreak",
    "dra": "jailbreak",
    "fitd": "jailbreak",
    "goodside": "jailbreak",
    "grandma": "jailbreak",
    "phrasing": "jailbreak",
    "suffix": "jailbreak",
    "tap": "jailbreak",
    "visual_jailbreak": "jailbreak",
    "sysprompt_extraction": "prompt-leak",
    "ansiescape": "output-handling",
    "exploitation": "output-handling",
    "web_injection": "output-handling",
    "xss": "output-handling",
}


def recognises(data: object) -> bool:
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(one, Mapping) for one in data[:5])
        and any("entry_type" in one for one in data[:5])
    )


def read(data: Sequence[object]) -> Report:
    """The worst detector of each probe counts: that one saw most attempts come through."""
    version, day = "", None
    worst: dict[str, Probe] = {}
    for number, line in enumerate(data, 1):
        values = mapping(line, f"line {number}")
        version = version or _version(values)
        day = day or day_of(values.get("start_time") or values.get("transient.starttime_iso"))
        if values.get("entry_type") == "eval":
            probe = _probe(values, f"line {number}")
            if probe.name not in worst or _share(probe) > _share(worst[probe.name]):
                worst[probe.name] = probe
    probes = ((TESTS.get(one.name.partition(".")[0], ""), one) for one in worst.values())
    counts, dropped = gathered(TOOL, probes)
    return Report(TOOL, version, counts, dropped, day)


def _version(values: Mapping[str, object]) -> str:
    said = values.get("garak_version") or values.get("_config.version")
    return label(said, "garak_version")


def _probe(values: Mapping[str, object], where: str) -> Probe:
    name = label(values.get("probe"), f"{where}.probe").removeprefix("probes.")
    passed = tally(values.get("passed"), f"{where}.passed")
    total = values.get("total_evaluated", values.get("total"))
    handled = tally(total, f"{where}.total_evaluated")
    if not name or passed > handled:
        message = "an eval line needs a probe, and no more passed than were evaluated"
        raise DocumentError(message, field=where)
    return Probe(name, handled - passed, handled)


def _share(probe: Probe) -> float:
    return probe.broken / probe.handled if probe.handled else -1.0
