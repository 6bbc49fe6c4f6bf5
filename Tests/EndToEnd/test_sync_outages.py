"""What is around a synchronization fails: its server stands still, PostgreSQL restarts, the disk is full."""

import contextlib
import os
import signal
import subprocess
import time

import pytest
import requests

from databases import SQLite
from orgs import NO_CLOCK, Kept, Org
from programs import eventually

MEMBERS = "/api/v1/groups/*/users"


@pytest.fixture
def org():
    with Org(1_000, 30, 2_000) as it:
        yield it


def change(org):
    for number, action in enumerate(["suspend", "rename", "move", "shuffle"]):
        assert org.change(action, count=150, seed=number + 1), action


# MARK: a server that stands still


class Overtaken:
    """`timus sync`, stopped in its middle until another server has done the work, and how it ended then."""

    def __init__(self, kept, stopping):
        self.kept = kept
        kept.synced()
        # Some groups are read as they were before the change.
        kept.okta.fault("delay", MEMBERS, milliseconds=5_000, skip=10, count=None)
        self.command = stopping.enter_context(kept.start_sync())
        eventually(lambda: any(kept.okta.hits()))
        self.command.process.send_signal(signal.SIGSTOP)
        self.run = kept.runs()[0]["id"]
        kept.okta.mend()

    def go_on(self):
        self.command.process.send_signal(signal.SIGCONT)
        self.result = self.command.result()

    def runs(self):
        """The state of the run that was stopped, and those of the runs after it."""
        states = {run["id"]: run["state"] for run in self.kept.runs()}
        return states[self.run], list(states.values())[: list(states).index(self.run)]


@pytest.fixture(scope="module")
def overtaken(postgresql, tmp_path_factory):
    """One on each kind of database. The lease lasts a minute: they wait for it together."""
    with Org(1_000, 30, 2_000) as org, contextlib.ExitStack() as running:
        cases = {}
        for databases in [SQLite(tmp_path_factory.mktemp("stopped")), postgresql]:
            kept = Kept(databases, tmp_path_factory.mktemp("stopped"), org).set_up(lambda name: True)
            cases[databases.name] = Overtaken(kept, running)
        change(org)
        for case in cases.values():
            running.enter_context(case.kept.serve("--sync-every", 1))
        for case in cases.values():
            eventually(lambda: case.kept.directory() == case.kept.truth())
        for case in cases.values():
            case.go_on()
        yield cases


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_a_synchronization_that_stood_still_beyond_its_lease_commits_nothing(overtaken, database):
    case = overtaken[database]

    assert case.result.code == 1, case.result
    assert "error: Another server has taken over the synchronization." in case.result.err
    assert "hint: " in case.result.err
    assert case.kept.directory() == case.kept.truth()
    stopped, others = case.runs()
    assert stopped == "failed"
    assert others and set(others) == {"succeeded"}


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
def test_and_the_next_synchronization_finds_nothing_to_mend(overtaken, database):
    counts = overtaken[database].kept.synced()["counts"]

    assert [counts[what] for what in ["users_changed", "memberships_added", "memberships_removed"]] == [0, 0, 0]


# MARK: PostgreSQL restarts


def test_postgresql_restarts_in_the_middle_of_synchronizations(postgresql, org, tmp_path):
    kept = Kept(postgresql, tmp_path, org).set_up(lambda name: True)
    kept.synced()
    before = kept.directory()
    change(org)
    after = kept.truth()
    with kept.copy() as copy:
        seconds = copy.synced()["counts"]["duration_milliseconds"] / 1000

    with contextlib.ExitStack() as stack:
        copies = [stack.enter_context(kept.copy()) for _ in range(6)]
        servers = []
        for copy in copies:
            # Each is at another moment of its work when the restart comes.
            servers.append(stack.enter_context(copy.serve("--sync-every", 1)))
            time.sleep(seconds / len(copies))
        postgresql.control("restart")

        for server in servers:
            # Every connection that the server had is gone: nobody is to notice.
            assert [requests.get(server["manager"] + "sign-in", timeout=30).status_code for _ in range(8)] == [200] * 8
        for copy in copies:
            assert copy.directory() in (before, after)
        for copy, server in zip(copies, servers):
            eventually(lambda: copy.directory() == after)
            assert server.process.poll() is None, "it lives"
            assert requests.get(server["manager"] + "sign-in", timeout=30).ok
            told(copy)


def test_postgresql_is_away_for_a_while(postgresql, org, tmp_path):
    kept = Kept(postgresql, tmp_path, org).set_up(lambda name: True)
    kept.synced()
    with kept.serve("--sync-every", 1) as server:
        org.fault("delay", MEMBERS, milliseconds=500, count=None)
        kept.okta.change("shuffle", percent=50)
        eventually(lambda: any(org.hits()))

        postgresql.control("stop")
        try:
            org.mend()
            refused = kept.timus("sync")
            page = requests.get(server["manager"] + "users", allow_redirects=False, timeout=30)
        finally:
            postgresql.control("start")

        assert refused.code == 1 and "error: " in refused.err and "hint: " in refused.err, refused
        assert page.status_code in (303, 503), page.text
        eventually(lambda: kept.directory() == kept.truth())
        assert server.process.poll() is None, "it lives"
        told(kept)


def told(kept):
    """Whatever failed says why, and what to do."""
    for run in kept.runs():
        if run["state"] == "failed":
            assert run["problem"]["what"] and run["problem"]["remedy"], run


# MARK: the disk is full


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own with little room."""
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run([*as_root, "mount", "-t", "tmpfs", "-o", "size=16m,mode=777", "timus-tests", disk], check=True)
    yield disk
    subprocess.run([*as_root, "umount", "--lazy", disk], check=True)


def fill(disk, leaving):
    """Takes the room on a disk but for some bytes."""
    free = os.statvfs(disk)
    size = free.f_bavail * free.f_frsize - leaving
    with open(disk / "ballast", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


@pytest.mark.parametrize("leaving", [0, 64 << 10])
def test_a_full_disk_fails_the_synchronization_alone(org, small_disk, tmp_path, leaving):
    kept = Kept(SQLite(small_disk), tmp_path, org).set_up(lambda name: True)
    kept.synced()
    change(org)
    with kept.serve(*NO_CLOCK) as server:
        eventually(lambda: kept.directory() == kept.truth())
        before = kept.directory()
        org.change("rename", percent=100, seed=9)
        org.change("shuffle", percent=60, seed=9)
        fill(small_disk, leaving)

        result = kept.timus("sync", timeout=120)

        assert result.code == 1, result
        assert "disk is full" in result.err, result
        assert "hint: Free space on the disk" in result.err, result
        assert kept.directory() == before
        assert requests.get(server["manager"] + "sign-in", timeout=30).ok
        assert server.process.poll() is None

        (small_disk / "ballast").unlink()

        kept.synced()
        assert kept.directory() == kept.truth()
