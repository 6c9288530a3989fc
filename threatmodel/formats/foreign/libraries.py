"""ART and Foolbox, which write no files: what the few lines of docs/robustness.md write of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from threatmodel.core.document import DocumentError, Remark
from threatmodel.core.document import fields as check

from ..entry import day, read_entry, readers_of, whole
from .measured import Count, Probe, Report, items, label

FORMAT = "bartizan-counts/1"
MOST_ATTACKS = 200


@dataclass(frozen=True, slots=True)
class _Attack:
    attack: str
    handled: int
    broken: int
    eps: float | None = None
    norm: str = ""
    eps_reason: str = ""
    budget: int | None = None
    seed: int = 0
    feature_space_only: bool = True


_READERS = readers_of(
    _Attack,
    norm=partial(check.one_of, ("l2", "linf"), "a norm"),
    eps_reason=check.text,
    seed=whole,
)


@dataclass(frozen=True, slots=True)
class Library:
    """One library: its name, and its attacks (how their names begin) as tests of ours."""

    tool: str
    tests: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def recognises(self, data: object) -> bool:
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            return False
        return str(data.get("tool")).lower() == self.tool.lower()

    def read(self, data: Mapping[str, object]) -> Report:
        """Each attack as a count of its own, since eps and budget differ."""
        attacks = items(data.get("attacks"), "attacks", MOST_ATTACKS)
        found = [self._count(one, f"attacks[{at}]") for at, one in enumerate(attacks)]
        strange = [one.probes[0].name for one in found if not one.test]
        why = "no test of ours stands for it; its attempts are not counted"
        try:
            taken_on = None if data.get("taken_on") is None else day(data["taken_on"])
        except DocumentError as error:
            raise error.inside("taken_on") from None
        return Report(
            tool=self.tool,
            version=label(data.get("version"), "version"),
            counts=tuple(one for one in found if one.test),
            dropped=tuple(Remark(name, why) for name in strange),
            taken_on=taken_on,
            digest=label(data.get("model"), "model"),
        )

    def _count(self, one: object, where: str) -> Count:
        try:
            said = read_entry(_Attack, one, _READERS)
        except DocumentError as error:
            raise error.inside(where) from None
        if said.broken > said.handled:
            raise DocumentError("more were broken than were handled", field=f"{where}.broken")
        test, family = next(
            (known for start, known in self.tests.items() if said.attack.startswith(start)),
            ("", ""),
        )
        return Count(
            test=test,
            family=family,
            probes=(Probe(said.attack, said.broken, said.handled),),
            eps=said.eps,
            norm=said.norm,
            eps_reason=said.eps_reason,
            budget=said.budget,
            seed=said.seed,
            feature_space_only=said.feature_space_only,
        )
