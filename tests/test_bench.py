"""What the benches write: each case as it ran last, whoever else is writing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.__main__ import keep


def test_benches_that_run_at_once_keep_each_other_s_figures(tmp_path: Path) -> None:
    file, names = tmp_path / "results.json", [f"case-{n}" for n in range(60)]
    keep("earlier", [{"value": 0}], file)
    with ThreadPoolExecutor(8) as several:
        list(several.map(lambda name: keep(name, [{"value": name}], file), names))
    expected = {"earlier": [{"value": 0}]} | {name: [{"value": name}] for name in names}
    assert json.loads(file.read_text()) == expected
    assert list(tmp_path.iterdir()) == [file]


def test_a_case_that_runs_again_takes_the_place_of_its_earlier_figures(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    for value in (1, 2):
        keep("one", [{"value": value}], file)
    assert json.loads(file.read_text()) == {"one": [{"value": 2}]}
