"""Scans of model files: what would run is found, and nothing runs."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from threatmodel.robustness import artefacts, policy, scan_child
from threatmodel.robustness.errors import RobustnessError


class Evil:
    def __reduce__(self):
        return eval, ("open('/tmp/bartizan-was-here', 'w')",)


class Odd:
    """An object of a library that no scanner knows."""


def zipped(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def objects() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([Evil()], dtype=object), allow_pickle=True)
    return file.getvalue()


EVIL = pickle.dumps(Evil())
KERAS = json.dumps({"config": {"layers": [{"class_name": "Lambda", "config": {}}]}}).encode()
SKOPS = json.dumps({"__class__": "X", "__module__": "somebody.models"}).encode()
FILES = {
    "pickle": (EVIL, "pickle", 1),
    "text pickle": (pickle.dumps(Evil(), protocol=0), "pickle", 1),
    "joblib, compressed": (gzip.compress(EVIL), "compressed pickle", 1),
    "torch": (zipped(archive__data_dot_pkl=EVIL, archive__version=b"3"), "PyTorch archive", 1),
    "npz of objects": (zipped(x_dot_npy=objects()), "zip archive", 1),
    "keras": (zipped(config_dot_json=KERAS, metadata_dot_json=b"{}"), "Keras file", 1),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + KERAS, "HDF5 file", 1),
    "skops": (zipped(schema_dot_json=SKOPS), "skops file", 0),
    "harmless pickle": (pickle.dumps({"w": [1.0, 2.0]}), "pickle", 0),
    "harmless arrays": (pickle.dumps(np.zeros(3)), "pickle", 0),
    "safetensors": ((2).to_bytes(8, "little") + b"{}", "safetensors file", 0),
    "words": (b"hello", "unknown file", 0),
    "cut off": (EVIL[:-5], "pickle", 1),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_is_and_what_of_it_would_run(name):
    content, kind, dangerous = FILES[name]
    found, findings = scan_child.scan(content)
    assert (found, sum(one[0] == "dangerous" for one in findings)) == (kind, dangerous)


def test_what_nobody_knows_is_told_as_unknown():
    for content in (pickle.dumps(Odd()), FILES["skops"][0], FILES["cut off"][0], b"hello"):
        assert any(one[0] == "unknown" for one in scan_child.scan(content)[1])


def test_a_library_is_known_by_its_whole_name():
    for name, known in (("numpy", True), ("numpy.random", True), ("numpy_tools", False)):
        schema = json.dumps({"__class__": "X", "__module__": name}).encode()
        pickled = b"c" + name.encode() + b"\nmake\n."
        for content in (zipped(schema_dot_json=schema), pickled):
            assert (scan_child.scan(content)[1] == []) == known


def test_a_file_is_scanned_in_the_sandbox_and_nothing_of_it_runs(tmp_path):
    level = policy.level_for("", allow_basic=True)
    found = artefacts.scan(zipped(data_dot_pkl=EVIL), level)
    assert (found.kind, found.dangerous) == ("PyTorch archive", 1)
    assert found.findings[0].what == "would call builtins.eval"
    with pytest.raises(RobustnessError, match="damaged"):
        artefacts.scan(b"PK\x03\x04 and no more", level)
    with pytest.raises(RobustnessError, match="at most"):
        artefacts.scan(b"", level)


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(scan_child, "MOST_UNPACKED", 1000)
    for content in (zipped(x_dot_pkl=b"\0" * 5000), gzip.compress(b"\0" * 5000)):
        with pytest.raises(RobustnessError, match="more than a scan reads"):
            scan_child.scan(content)
