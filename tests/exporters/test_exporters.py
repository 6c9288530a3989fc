"""The guide's programs, with the frameworks themselves: what they export answers as they do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from tests.exporters import guide
from threatmodel.robustness import dataset
from threatmodel.robustness.adapters.onnx import OnnxFile
from threatmodel.robustness.attacks import scaling
from threatmodel.robustness.scaling import METHODS, Resize, matrix

PINNED = re.compile(r"[A-Za-z0-9-]+==[0-9][0-9.]*")
TESTS = {"sklearn": "hopskipjump", "torch": "gradient", "tensorflow": "square", "opencv": "scaling"}
SIZES = ((64, 8), (100, 8), (224, 28), (30, 30))
RESIZED = f"""
import cv2, numpy
methods = dict(nearest=cv2.INTER_NEAREST, bilinear=cv2.INTER_LINEAR, area=cv2.INTER_AREA)
large = numpy.load("large.npz")
numpy.savez("small.npz", **{{
    f"{{method}} {{size}}": cv2.resize(large[str(size)], (to, to), interpolation=kind)
    for method, kind in methods.items()
    for size, to in {SIZES}
}})
"""
LOOKED = """
import runpy, numpy
told = runpy.run_path("program.py")
seen = numpy.stack([told["seen"](one) for one in numpy.load("hidden.npy")])
numpy.save("taken-for.npy", told["model"].predict(seen.astype(numpy.float32)))
"""


@dataclass(frozen=True)
class Exported:
    """What a program of the guide left behind, and the environment that it ran in."""

    folder: Path
    python: Path

    @classmethod
    def by(cls, framework: str, folder: Path) -> Exported:
        """Run the guide's program as it stands."""
        made = cls(folder, guide.environment(framework, folder / "environment"))
        (folder / "program.py").write_text(guide.program(framework))
        (folder / "dataset.yaml").write_text(guide.description(framework))
        made.run(guide.ANSWERS)
        return made

    def run(self, program: str) -> None:
        """Run something in the same place."""
        done = subprocess.run(
            [self.python, "-c", program], cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr

    def data(self) -> dataset.Dataset:
        described = (self.folder / "dataset.yaml").read_bytes()
        return dataset.load((self.folder / "data.npz").read_bytes(), described)

    def labels(self, rows: np.ndarray) -> np.ndarray:
        """What the model in ONNX answers, in the sandbox."""
        file = OnnxFile((self.folder / "model.onnx").read_bytes())
        with file.open(self.data().shape, lambda: None) as model:
            return model.labels(rows)

    def attacked(self, test: str) -> dict[str, Any]:
        """`manage.py attack` on the files as they are."""
        out = StringIO()
        more = ["--test", test, "--samples", "20", "--format", "json"]
        call_command("attack", str(self.folder / "model.onnx"), str(self.folder), *more, stdout=out)
        return json.loads(out.getvalue())["summary"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> Iterator[Callable[[str], Exported]]:
    """The guide's program of a framework, run once."""
    known: dict[str, Exported] = {}

    def by(framework: str) -> Exported:
        if framework not in known:
            known[framework] = Exported.by(framework, tmp_path_factory.mktemp(framework))
        return known[framework]

    yield by
    for made in known.values():
        shutil.rmtree(made.folder)  # gigabytes


@pytest.mark.parametrize("framework", guide.SECTIONS)
def test_each_framework_has_one_whole_program_a_description_and_pinned_versions(framework):
    compile(guide.program(framework), framework, "exec")
    assert "image:" in guide.description(framework)
    lines = guide.requirements(framework).read_text().splitlines()
    assert lines and all(PINNED.fullmatch(line) for line in lines)
    assert f"tests/exporters/{framework}.txt" in guide.GUIDE.read_text()


@pytest.mark.long
@pytest.mark.parametrize("framework", guide.SECTIONS)
def test_what_is_exported_answers_every_row_as_the_framework_does(exported, framework):
    made = exported(framework)
    data, answers = made.data(), np.load(made.folder / "answers.npy")
    assert len(data.x) == len(answers) > 700
    assert (made.labels(data.x) == answers).all()
    told = made.attacked(TESTS[framework])
    assert told["clean_accuracy"] == pytest.approx((answers == data.y).mean())
    assert told["clean_accuracy"] > 0.85 and told["n"] == 20 and told["k"] > 0


@pytest.mark.long
def test_opencv_makes_pictures_smaller_as_is_declared(exported):
    made, random = exported("opencv"), np.random.default_rng(0)
    large = {str(size): random.random((size, size)) for size, _ in SIZES}
    np.savez(made.folder / "large.npz", **large)
    made.run(RESIZED)
    small = np.load(made.folder / "small.npz")
    for method in METHODS:
        for size, to in SIZES:
            taken = matrix(size, to, method)
            declared = taken @ large[str(size)] @ taken.T
            assert small[f"{method} {size}"] == pytest.approx(declared, abs=1e-5), (method, size)


@pytest.mark.long
def test_what_the_attack_hides_comes_out_where_opencv_resizes(exported):
    made = exported("opencv")
    data, resize = made.data(), Resize(64, 64, "nearest")
    said, down = made.labels(data.x), matrix(64, 8, "nearest")
    covers = np.flatnonzero(said == 0)[:10]
    others = np.flatnonzero(said == 7)[:10]
    planes = data.x.reshape(-1, 1, 8, 8).astype(np.float64)
    large = [
        scaling.embedded(scaling.enlarged(planes[cover], resize), planes[other], down, down)
        for cover, other in zip(covers, others, strict=True)
    ]
    np.save(made.folder / "hidden.npy", np.rint(np.stack(large)[:, 0] * 255).astype(np.uint8))
    made.run(LOOKED)
    assert np.load(made.folder / "taken-for.npy").tolist() == [7] * 10
