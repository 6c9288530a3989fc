"""Small files in the layouts of official ones. The ids are theirs, the sentences are ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

DATED = "AML.T0115.000"


def tactic(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": name, "description": f"What {name} is about.", **more}


def atlas_v5() -> dict[str, Any]:
    return {
        "id": "ATLAS",
        "name": "A knowledge base",
        "version": "5.6.0",
        "matrices": [
            {
                "id": "ATLAS",
                "tactics": [tactic("AML.TA0002", "Reconnaissance")],
                "techniques": [
                    tactic("AML.T0020", "Poison Training Data", tactics=["AML.TA0002"]),
                    tactic("AML.T0019", "Publish Poisoned Datasets"),
                    {
                        "id": "AML.T0000.001",
                        "name": "Pre-Prints",
                        "subtechnique-of": "AML.T0000",
                        "description": "See [the other one](/techniques/AML.T0020) and `rm -rf`.",
                    },
                ],
                "mitigations": [tactic("AML.M0001", "Limit Model Artifact Release")],
            }
        ],
        "case-studies": [{"id": "AML.CS0003", "name": "A detector", "summary": "It was fooled."}],
    }


def atlas_2026() -> dict[str, Any]:
    """Facts of the layout: format and content are numbered apart, objects stand by id."""
    return {
        "format-version": "6.0.0",
        "collection": {"id": "ATLAS-collection", "version": "2026.09", "name": "ATLAS"},
        "matrix": {"id": "ATLAS-matrix", "name": "ATLAS"},
        "tactics": {"AML.TA0002": tactic("AML.TA0002", "Reconnaissance", uuid="1")},
        "techniques": {
            "AML.T0020": tactic(
                "AML.T0020", "Training Data Poisoning", platforms=["Predictive AI"]
            ),
            DATED: tactic(DATED, "Datasets", maturity="Realized"),
            "AML.T0113": tactic("AML.T0113", "Steal Web Session Cookie"),
        },
        "mitigations": {"AML.M0001": tactic("AML.M0001", "Limit Model Artifact Release")},
        "case-studies": {"AML.CS0003": tactic("AML.CS0003", "A detector", type="Incident")},
        "relationships": {DATED: {"specializes": [{"source": DATED, "target": "AML.T0115"}]}},
    }


def cosai() -> dict[str, Any]:
    return {
        "title": "Risks",
        "description": ["All of them."],
        "risks": [
            {
                "id": "riskDataPoisoning",
                "title": "Data Poisoning",
                "shortDescription": ["Somebody spoils\nwhat is learned."],
                "longDescription": [
                    "It was shown ({{ref:a-paper}}), and is near {{riskModelSourceTampering}}.",
                    ["**First** way.", "Second way, by {{controlOfAnotherFile}}."],
                ],
                "externalReferences": [
                    {"type": "paper", "id": "a-paper", "title": "Spoiling", "url": "https://x.org"}
                ],
            },
            {
                "id": "riskModelSourceTampering",
                "title": "Model Source Tampering",
                "longDescription": ["Code is changed."],
            },
        ],
    }


def oscal() -> dict[str, Any]:
    metadata = {
        "title": "NIST Special Publication 800-53 Revision 5",
        "version": "5.1.1",
        "oscal-version": "1.1.2",
    }
    return {"catalog": {"uuid": "0", "metadata": metadata, "groups": [_family()]}}


def _family() -> dict[str, Any]:
    return {
        "id": "ac",
        "class": "family",
        "title": "Access Control",
        "controls": [
            {
                "id": "ac-1",
                "title": "Policy and Procedures",
                "params": [
                    {"id": "ac-1_prm_1", "label": "organization-defined people"},
                    {
                        "id": "ac-1_prm_2",
                        "select": {
                            "how-many": "one-or-more",
                            "choice": ["all", "{{ insert: param, ac-1_prm_1 }}"],
                        },
                    },
                ],
                "props": [{"name": "label", "value": "AC-1"}],
                "parts": [
                    {"name": "guidance", "prose": "Why it matters."},
                    {
                        "name": "statement",
                        "parts": [_item("a.", "Tell {{ insert: param, ac-1_prm_2 }}:")],
                    },
                    {"name": "assessment-method", "prose": "Not shown."},
                ],
                "controls": [
                    {"id": "ac-1.1", "title": "Review", "parts": [_item("", "Look again.")]},
                ],
            },
            {
                "id": "ac-13",
                "title": "Supervision and Review — Access Control",
                "props": [{"name": "status", "value": "withdrawn"}],
                "links": [{"rel": "incorporated-into", "href": "#ac-1_smt.a"}],
            },
        ],
    }  # fmt: skip


def _item(label: str, prose: str) -> dict[str, Any]:
    props = [{"name": "label", "value": label}] if label else []
    return {"name": "item" if label else "statement", "props": props, "prose": prose}


def csf() -> dict[str, Any]:
    metadata = {
        "title": "Electronic Version of NIST Cybersecurity Framework 2.0",
        "version": "1.2.0",
        "oscal-version": "v1.2.2",
    }
    statement = [{"name": "statement", "prose": "The mission is known."}]
    leaf = {"id": "GV.OC-01", "title": "GV.OC-01", "parts": statement}
    category = {"id": "GV.OC", "title": "Organizational Context", "controls": [leaf]}
    overview = [{"name": "overview", "prose": "Somebody decides."}]
    group = {"id": "GV", "title": "GOVERN", "parts": overview, "controls": [category]}
    return {"catalog": {"uuid": "0", "metadata": metadata, "groups": [group]}}


MADE: dict[str, Callable[[], dict[str, Any]]] = {
    "atlas-v5": atlas_v5,
    "atlas-2026": atlas_2026,
    "cosai": cosai,
    "oscal": oscal,
    "csf": csf,
}


def as_yaml(value: object) -> bytes:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode()


def as_json(value: object) -> bytes:
    return json.dumps(value, indent=2).encode()
