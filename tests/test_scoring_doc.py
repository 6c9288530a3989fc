"""Every worked example of docs/scoring.md, computed again."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from catalog import load
from catalog.types import Level, Needs, Pair, Rule, Side, Success, Threat
from threatmodel.core import controls, grouping, posterior, scoring, testing
from threatmodel.core.assessment import Engine, assess
from threatmodel.core.belief import Belief, Odds, believe
from threatmodel.core.controls import Standing
from threatmodel.core.document import parse
from threatmodel.core.inputs import Decision, Evidence, Ground, Inputs
from threatmodel.core.paths import Attack, attack_paths
from threatmodel.core.paths.derivations import count_ways, likeliest
from threatmodel.core.paths.percolation import Percolation
from threatmodel.core.paths.web import Step, Web
from threatmodel.core.plan import plan
from threatmodel.core.posterior import Count
from threatmodel.core.testing import Trial

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/scoring.md").read_text()
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]
TODAY = date(2026, 6, 30)


def levels(row):
    return {name: Level.parse(text) for name, text in row.items()}


def initiation(row):
    return scoring.initiation(**levels(row)).key


def likelihood(row):
    return scoring.likelihood(**levels(row)).key


def risk(row):
    return scoring.risk(**levels(row)).key


def score(row):
    return scoring.score(**levels(row))


def level_of(probability):
    return scoring.level_of(probability).key


def success(row):
    return Success(row["goal"], tuple(row["prior"]), reason="", tries=row.get("tries", 10))


def prior_rate(row):
    return pytest.approx(posterior.prior_rate(success(row)), abs=5e-5)


def posterior_of(row):
    count = Count(row["broken"], row["handled"])
    a, b = posterior.parameters(success(row), count)
    (chance,) = posterior.chances(success(row), [count])
    found = {"a": a, "b": b, "share": chance.share, "p": chance.p}
    rounded = {name: pytest.approx(value, abs=5e-5) for name, value in found.items()}
    return rounded | {"level": level_of(chance.p)}


def run(number, row):
    row = dict(row)
    return Evidence(
        id=f"e{number}",
        element="c-reader",
        test=row.pop("test", "hopskipjump"),
        adaptive=row.pop("adaptive", False),
        taken_on=TODAY - timedelta(row.pop("days", 0)),
        controls_on=tuple(row.pop("controls_on", ())),
        digest="d",
        eps=1.0,
        eps_reason="a pen stroke",
        norm="l2",
        budget=1000,
        **row,
    )


def runs(row):
    return tuple(run(number, one) for number, one in enumerate(row.get("runs", ())))


def belief(row):
    threat = Threat(
        id="t",
        title="",
        description="",
        effect_on=Side(),
        applies=Rule("all"),
        needs=Needs(),
        capability=Level.LOW,
        success=success(row),
        outcomes=(),
        answered_by=(),
        references={},
        tests=("hopskipjump", "square"),
    )
    standing = frozenset(row.get("standing", ()))
    found = believe(threat, runs(row), standing=standing, as_of=TODAY)
    return {
        "verdict": found.verdict,
        "low": found.low.level.key,
        "level": found.odds.level.key,
    }


def controls_of(row):
    odds = Odds(row["p"], scoring.level_of(row["p"]))
    floor = odds.level.shift(-2)
    before = Belief(odds.level, odds, odds, odds, floor, "untested")
    found = controls.lowered(before, [standing(one) for one in row["standing"]])
    return {"p": pytest.approx(found.p, abs=1e-6), "level": found.level.key}


def standing(row):
    control = replace(load().controls["query-rate-limit"], mechanism=row["mechanism"])
    pair = Pair(control.id, "effect", "success", "", tuple(row["factor"]))
    return Standing(pair, replace(control, id=row["mechanism"]), row["state"])


def demo(row):
    data = yaml.safe_load((ROOT / "demo/digit-reading.yaml").read_text())
    document, _ = parse(data, load())
    found = assess(document, load(), Inputs(evidence=runs(row)), as_of=TODAY)
    one = next(one for one in found.findings if one.key == "evasion-query@c-reader")
    return {
        "verdict": one.verdict,
        "likelihood": one.likelihood.key,
        "impact": one.impact.key,
        "risk": one.residual.key,
    }


def digits():
    return parse(yaml.safe_load((ROOT / "demo/digit-reading.yaml").read_text()), load())[0]


def decided(row):
    values = dict(row["decision"])
    held = values.pop("grounds", {}).items()
    grounds = tuple(Ground(at, name, was) for at, facts in held for name, was in facts.items())
    level = values.pop("accepted_level", None)
    made = Decision(
        id="d",
        finding="evasion-query@c-reader",
        by="",
        on=TODAY - timedelta(30),
        accepted_level=level and Level.parse(level),
        grounds=grounds,
        **values,
    )
    inputs = Inputs(decisions=(made,), evidence=runs(row))
    found = assess(digits(), load(), inputs, as_of=TODAY).findings
    one = next(one for one in found if one.key == made.finding)
    return {"treatment": one.treatment, "lapsed": one.lapsed}


def row_of(key):
    found = assess(digits(), load(), as_of=TODAY).findings
    cause = next(one.cause for one in found if one.key == key)
    return grouping.title(cause, digits(), load())


def worth_of(row):
    trial = Trial("run", run(1, row))
    (found,) = testing.worth(digits(), load(), Inputs(), [trial], as_of=TODAY)
    return {"levels": found.levels, "raised": len(found.raised), "lowered": len(found.lowered)}


def mean(row):
    count = Count(row["broken"], row["handled"])
    return pytest.approx(posterior.mean(success(row), count), abs=5e-5)


def web(row):
    steps = [Step(tuple(s.pop("needs", ())), tuple(s.pop("gains")), **s) for s in map(dict, row)]
    target = max(gain for step in steps for gain in step.gains)
    drawn = Web(target + 1, tuple(steps))
    part = drawn.towards([target])
    return {
        "likelihood": pytest.approx(Percolation(drawn).estimate(target).value, abs=0.01),
        "ways": count_ways(part, target),
        "likeliest": pytest.approx([one.chance for one in likeliest(part, target, 5)]),
    }


def attack_on_the_demo():
    data = yaml.safe_load((ROOT / "demo/digit-reading.yaml").read_text())
    document, _ = parse(data, load())
    engine = Engine(document, load(), Inputs(), TODAY)
    return Attack(engine.graph, engine.catalog, engine.reckonings())


def attack(row):
    attacked = attack_on_the_demo()
    found = {one.asset: one for one in attack_paths(attacked).assets}[row["asset"]]
    falls = {(fall.control, fall.place): fall.fall for fall in found.helps}
    return {
        "likelihood": pytest.approx(found.likelihood.value, abs=0.01),
        "paths": pytest.approx([way.chance for way in found.paths], abs=5e-5),
        "fall": pytest.approx(falls.get(tuple(row.get("with", ()))), abs=0.01),
    }


def planned(row):
    found = plan(attack_on_the_demo(), Level.parse(row["appetite"]))
    return {
        "method": found.method,
        "days": found.days,
        "controls": len(found.picks),
        "levels_before": found.levels_before,
        "levels_after": found.levels_after,
    }


COMPUTED = {
    "initiation": initiation,
    "likelihood": likelihood,
    "risk": risk,
    "score": score,
    "level_of": level_of,
    "prior_rate": prior_rate,
    "posterior": posterior_of,
    "belief": belief,
    "controls": controls_of,
    "demo": demo,
    "decided": decided,
    "row": row_of,
    "worth": worth_of,
    "mean": mean,
    "web": web,
    "attack": attack,
    "plan": planned,
}


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{i}-{next(iter(e))}" for i, e in enumerate(EXAMPLES)]
)
def test_the_example_comes_out_as_the_page_says(example):
    (name,) = example.keys() - {"gives"}
    found, said = COMPUTED[name](example[name]), example["gives"]
    if isinstance(said, dict) and isinstance(found, dict):
        found = {key: found[key] for key in said}
    assert said == found


def test_every_kind_of_example_is_on_the_page():
    assert {next(iter(example)) for example in EXAMPLES} == set(COMPUTED)


@pytest.mark.parametrize(
    ("heading", "table"),
    [("**Likelihood** is", scoring.TABLE_G5), ("**Risk** is", scoring.TABLE_I2)],
)
def test_the_tables_on_the_page_are_the_tables_in_use(heading, table):
    rows = TEXT.split(heading)[1].split("|---|---|---|---|---|---|\n")[1].split("\n\n")[0]
    printed = {}
    for line in rows.splitlines():
        row, *cells = (cell.strip(" *") for cell in line.strip("|").split("|"))
        printed[Level.parse(row)] = tuple(Level.parse(cell) for cell in cells)
    assert printed == table
