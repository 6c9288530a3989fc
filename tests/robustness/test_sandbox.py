"""What the box holds, with each mechanism alone and with all of them."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys

import psutil
import pytest

from tests.conftest import wait_until
from threatmodel.robustness import landlock, sandbox, seccomp
from threatmodel.robustness.errors import ModelDied, RobustnessError
from threatmodel.robustness.lockdown import Mechanisms
from threatmodel.robustness.probes import PROBES

NOTHING = Mechanisms(False, False, False, False, False)
READING = {"read-passwords", "read-parent", "list-folder"}
PARENT = {"signal-parent", "trace-parent"}
NETWORK = {"connect", "send-datagram", "reach-abstract-socket"}

# bubblewrap is a package of the system that may be missing; the rest is the kernel's.
BUBBLEWRAP = shutil.which("bwrap") is not None


def only(**on: bool) -> Mechanisms:
    return Mechanisms(**(NOTHING.as_dict() | on))


def escaped(mechanisms: Mechanisms) -> set[str]:
    return set(sandbox.survey(mechanisms).escaped)


def test_with_everything_on_nothing_gets_out():
    found = sandbox.survey()
    assert (found.level, found.escaped) == ("strong", ())
    assert found.took.landlock and found.took.seccomp
    assert found.took.bwrap == BUBBLEWRAP


def test_an_environment_that_is_reached_by_a_link_is_boxed_as_well(tmp_path):
    (tmp_path / "linked").symlink_to(sys.prefix)
    asked = "from threatmodel.robustness import sandbox; print(sandbox.survey().took.bwrap)"
    command = [str(tmp_path / "linked" / "bin" / "python"), "-c", asked]
    said = subprocess.run(
        command, cwd=sandbox.ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == str(BUBBLEWRAP)


def test_without_bubblewrap_namespaces_landlock_and_seccomp_are_as_strong():
    found = sandbox.survey(Mechanisms(bwrap=False))
    assert (found.level, found.escaped) == ("strong", ())
    assert not found.took.bwrap


def test_bubblewrap_alone_is_strong_and_new_processes_stay_inside_it():
    found = sandbox.survey(only(bwrap=True))
    assert found.level == ("strong" if BUBBLEWRAP else "basic")
    assert not BUBBLEWRAP or set(found.escaped) <= sandbox.HARMLESS_INSIDE


@pytest.mark.parametrize("missing", ["namespaces", "landlock", "seccomp"])
def test_without_one_of_the_three_it_is_basic(missing):
    given = Mechanisms(**(Mechanisms(bwrap=False).as_dict() | {missing: False}))
    assert sandbox.level(given) == "basic"


def test_landlock_alone_shuts_files_programs_tcp_and_signals():
    held = READING | PARENT | {"write-file", "connect", "execute", "reach-abstract-socket"}
    assert not escaped(only(landlock=True)) & held


def test_seccomp_alone_shuts_everything_that_opens_or_starts():
    assert escaped(only(seccomp=True)) == set()


def test_namespaces_alone_shut_the_network_only():
    found = escaped(only(namespaces=True))
    assert not found & NETWORK
    assert found >= READING


def test_root_becomes_another_user_in_an_empty_folder():
    found = sandbox.survey(only(other_user=True))
    assert found.took.other_user == (os.geteuid() == 0)
    held = READING | PARENT | {"mount", "execute"} if found.took.other_user else set()
    assert not set(found.escaped) & held


def test_the_probes_do_get_out_where_nothing_holds_them():
    """Else they would prove nothing. What no file can be written to is a plain limit."""
    assert escaped(NOTHING) >= READING | NETWORK | PARENT | {"fork", "execute"}


def test_a_level_that_is_not_reached_is_refused_with_what_to_do():
    with pytest.raises(RobustnessError, match="ALLOW_BASIC_SANDBOX"):
        sandbox.require("strong", NOTHING)
    assert sandbox.require("basic", NOTHING).level == "basic"


def test_the_box_knows_no_variable_and_no_folder_of_ours(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "planted")
    found = sandbox.survey(only())
    with sandbox.start("probes", found) as child:
        environment = open(f"/proc/{child.pid}/environ").read()
        folder = os.readlink(f"/proc/{child.pid}/cwd")
    assert "planted" not in environment
    assert not os.path.exists(folder)


def test_closing_ends_the_process():
    child = sandbox.start("probes", sandbox.survey())
    pid = child.pid
    child.close()
    assert not os.path.exists(f"/proc/{pid}")


def test_a_box_ends_with_the_process_that_opened_it():
    program = (
        "import os, sys\n"
        "from threatmodel.robustness import sandbox\n"
        "child = sandbox.start('probes', sandbox.survey(sandbox.Mechanisms(bwrap=False)))\n"
        "print(child.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    pid = int(done.stdout)
    wait_until(lambda: ended(pid), 30, "the box ends with its opener")


def ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_child_that_dies_is_told_apart_from_one_that_refuses():
    found = sandbox.survey(only())
    target = {"port": 1, "abstract": "none", "parent": os.getpid()}
    with sandbox.start("probes", found) as child, pytest.raises(ModelDied):
        child.ask({"probe": "execute", "target": target})


@pytest.mark.parametrize("machine", sorted(seccomp.ARCHITECTURES))
def test_the_filter_is_whole_for_each_architecture(machine):
    lines = seccomp.build(machine)
    assert len(lines) % 8 == 0
    assert len(lines) // 8 < 4096
    denied = (*seccomp.DENIED[machine], *seccomp.NEWER)
    assert len(denied) == len(set(denied))


def test_this_machine_has_what_is_tested_here():
    assert platform.system() == "Linux"
    assert landlock.version() >= 1
    assert seccomp.supported()


def test_every_probe_has_a_name_that_people_can_read():
    assert len(PROBES) >= 12
    assert all(name == name.lower() and "_" not in name for name in PROBES)
