"""The level of isolation is what a worker that tries to get out could not do."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import SandboxError, SandboxLost
from autograder.sandbox import (
    Sandbox,
    diagnose_host,
    doctor,
    isolation,
    landlock,
    sandbox,
    syscalls,
)
from autograder.sandbox.control import Configure
from autograder.sandbox.fork_server_handle import ForkServer
from tests.builders.processes import run


def level(*forbidden: str) -> isolation.Isolation:
    """Return the isolation that is proved without these layers."""
    with Sandbox(forbid=frozenset(forbidden)) as confined:
        return confined.isolation


def test_this_host_can_grade() -> None:
    """With all that the host has it is level 2 or 3, and the doctor finds what the sandbox uses."""
    found, findings = level(), {finding.name: finding for finding in diagnose_host()}
    assert (found.level, found.escapes) == (3 if "namespaces" in found.mechanisms else 2, ())
    for layer in ("namespaces", "landlock", "seccomp"):
        assert findings[layer].ok == (layer in found.mechanisms), layer
    assert all(one.detail and (one.ok or one.remedy) for one in findings.values())


def test_without_namespaces_level_2_is_proved() -> None:
    """Landlock and seccomp are enough for level 2, as inside a container."""
    if not landlock.version():
        pytest.skip("this kernel has no Landlock")
    found = level("namespaces", "uid")
    assert (found.level, found.escapes) == (2, ())
    assert {"landlock", "seccomp"} <= set(found.mechanisms)


def test_namespaces_alone_hide_files() -> None:
    """Where there is no Landlock, the workers' own root keeps files from them."""
    found = level("landlock")
    if "namespaces" not in found.mechanisms:
        pytest.skip("this host has no namespaces")
    assert found.level == 3


def test_one_wall_alone_is_level_1() -> None:
    """Seccomp without a layer that hides files is level 1, with the files that could be read."""
    found = level("namespaces", "uid", "landlock")
    assert found.level == 1
    assert any(escape.startswith("read") for escape in found.escapes)
    assert any("landlock" in missing for missing in found.missing)


@pytest.mark.parametrize("moved", ["autograder/cases.py", "autograder/cases"])
def test_a_secret_that_moved_ends_the_proof(monkeypatch: pytest.MonkeyPatch, moved: str) -> None:
    """A worker's failure to read a file that is gone, or a folder, would prove nothing."""
    monkeypatch.setattr(isolation, "SECRETS", (moved,))
    with pytest.raises(SandboxError, match="cannot read it"):
        level()


def test_limits_alone_are_level_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any wall all that is tried succeeds, and files that the proof wrote are removed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = level(*sandbox.LAYERS)
    assert found.level == 0
    tried = "start a process", "open a socket", "set", "arm SIGIO", "take a lock", "outlive"
    for attempt in ("read", "write", *tried):
        assert any(escape.startswith(attempt) for escape in found.escapes), attempt
    if os.getuid() != 65534:
        assert any("signal" in escape for escape in found.escapes)
    assert list(tmp_path.iterdir()) == []
    for place in isolation._SHARED:
        assert not list(Path(place).glob("backprop-canary-*-new"))


def test_a_proof_that_cannot_run_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the proof itself fails, the level is 0 and the reason is listed."""
    monkeypatch.setattr(isolation, "PROOF", b"def escape(*args): raise ValueError('broken')\n")
    found = level()
    assert found.level == 0
    assert any("broken" in missing for missing in found.missing)


def test_the_uid_layer_is_tried_for_root_only() -> None:
    """Root's workers get a user of their own, or the reason why not is listed."""
    found = level("namespaces")
    if os.getuid() != 0:
        assert "uid" not in found.mechanisms
    else:
        assert "uid" in found.mechanisms or any("uid" in reason for reason in found.missing)


def test_two_graders_have_users_of_their_own() -> None:
    """Graders that run at the same time never share a user id."""
    first, second = sandbox._claim(), sandbox._claim()
    with first[1], second[1]:
        assert first[0] != second[0]


SOURCE = b"import os\ndef who():\n    return os.getuid()\n"


def test_the_end_of_one_worker_is_not_the_end_of_another() -> None:
    """Ending all processes of a worker's user leaves the reference's worker alive.

    Each has a user of its own, whichever fork server it is a child of.
    """
    with Sandbox(forbid=frozenset({"namespaces"})) as confined:
        if "uid" not in confined.isolation.mechanisms:
            pytest.skip("workers get users of their own where root's Python is readable for all")
        with confined.worker(SOURCE) as kept, confined.worker(b"# scipy\n" + SOURCE) as other:
            users = [kept.call("who", []).value, other.call("who", []).value]
            with confined.worker(SOURCE) as ended:
                users.append(ended.call("who", []).value)
            assert len(set(users)) == 3
            other.close()
            assert kept.call("who", []).value == users[0]


Failing = Callable[[int], list[Configure]]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Lets the next starts of fork servers fail; returns what they and all later ones asked for."""

    def let_fail(count: int) -> list[Configure]:
        asked: list[Configure] = []

        def start(configure: Configure) -> ForkServer:
            asked.append(configure)
            if len(asked) <= count:
                raise SandboxError("namespaces: no memory is left (injected)")
            return ForkServer(configure)

        monkeypatch.setattr(sandbox, "ForkServer", start)
        return asked

    return let_fail


def test_a_failed_start_is_tried_again_with_equal_layers(failing: Failing) -> None:
    """Later fork servers never do without namespaces, and the level stays as it was proved."""
    with Sandbox() as confined:
        before = confined.isolation
        confined._servers[False].close()
        asked = failing(2)
        with confined.worker(SOURCE) as worker:
            assert worker.call("who", []).status == "returned"
        assert [one.namespaces for one in asked] == [before.level == 3] * 3
        assert confined._servers[False].mechanisms == before.mechanisms
        assert confined.isolation == before


def test_starts_that_go_on_failing_end_the_command(failing: Failing) -> None:
    """After three starts one sentence says what was lost; no call counts as an answer."""
    with Sandbox() as confined:
        level = confined.isolation.level
        confined._servers[False].close()
        asked = failing(9)
        with confined.worker(SOURCE) as worker, pytest.raises(SandboxLost) as lost:
            worker.call("who", [])
        assert len(asked) == 3
    said = "Students' code can no longer be confined as it was at the start, at level"
    assert str(lost.value) == f"{said} {level} (namespaces: no memory is left (injected))."


def test_the_first_start_decides_about_namespaces(failing: Failing) -> None:
    """Where the kernel refuses them at the start, the sandbox does without them for good."""
    asked = failing(1)
    with Sandbox() as confined:
        assert "namespaces" not in confined.isolation.mechanisms
        assert any("injected" in reason for reason in confined.isolation.missing)
        with confined.worker(b"# scipy\n" + SOURCE) as worker:
            assert worker.load().ok
    assert [one.namespaces for one in asked] == [True, False, False]


@pytest.mark.parametrize("source", [SOURCE, b"# scipy\n" + SOURCE])
def test_a_level_never_falls(monkeypatch: pytest.MonkeyPatch, source: bytes) -> None:
    """Each new fork server is proved, and one below the first level does not serve."""
    with Sandbox() as confined:
        assert confined.isolation.escapes == ()
        confined._servers[False].close()
        monkeypatch.setattr(isolation, "marks", lambda *_: ("a mark",))
        with confined.worker(source) as worker, pytest.raises(SandboxLost, match="a mark"):
            worker.load()


@pytest.mark.parametrize(
    "program",
    [
        "unshare --user --map-root-user",
        "setpriv --bounding-set -setuid,-setgid --inh-caps -setuid,-setgid",
    ],
)
def test_the_uid_layer_is_left_out_where_users_cannot_change(program: str) -> None:
    """Root of a container that has one user, or no right to change it, still has level 2."""
    if os.getuid() or not landlock.version():
        pytest.skip("the layer is tried for root only, and this needs a kernel with Landlock")
    code = (
        "from autograder.sandbox import Sandbox\n"
        "with Sandbox(forbid=frozenset({'namespaces'})) as confined:\n"
        "    print(confined.isolation.level, confined.isolation.missing)\n"
    )
    done = run([*program.split(), sys.executable, "-c", code])
    if done.returncode and not done.stdout and "Operation not permitted" in done.stderr:
        pytest.skip("this machine does not let root give up rights in this way")
    assert done.stdout.startswith("2 "), done.stderr
    assert "uid: Operation not permitted" in done.stdout or "uid: Invalid" in done.stdout


def test_the_doctor_names_the_setting_that_forbids_namespaces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Settings that forbid namespaces are named, with the command to change them."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    for setting, value, word in (
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "AppArmor"),
        ("kernel/unprivileged_userns_clone", "0", "ordinary users"),
        ("user/max_user_namespaces", "0", "limited to 0"),
    ):
        monkeypatch.setattr(doctor, "_setting", {setting: value}.get)
        finding = doctor._namespaces()
        assert (finding.ok, word in finding.detail) == (False, True)
        assert "sysctl" in finding.remedy


def test_the_doctor_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """On other systems than Linux the doctor points to the container."""
    monkeypatch.setattr(sys, "platform", "win32")
    (finding,) = diagnose_host()
    assert "Containerfile" in finding.remedy


def test_the_doctor_misses_landlock_and_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel without Landlock and a host without libseccomp get their remedies."""

    def no_library(**_: object) -> object:
        raise OSError("libseccomp cannot be loaded")

    monkeypatch.setattr(landlock, "version", lambda: 0)
    monkeypatch.setattr(syscalls, "build", no_library)
    findings = {finding.name: finding for finding in diagnose_host()}
    assert "lsm=" in findings["landlock"].remedy
    assert "pyseccomp" in findings["seccomp"].remedy
