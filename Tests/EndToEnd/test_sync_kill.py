"""A server that is killed in the middle of a synchronization leaves the state before or after, never one between."""

import contextlib
import random
import threading
import time

import pytest

from orgs import Kept, Org, kill
from programs import eventually

KILLS = 50
# After so many of them a new server is started, which has to finish what the dead one began.
RECOVERED = 10
SEED = 20261126


class Case:
    """A database in which the org is as it was, the org as it is now, and how long a synchronization takes."""

    def __init__(self, kept):
        self.kept = kept
        self.before = kept.directory()
        assert self.before == kept.truth()
        change(kept.okta)
        self.after = kept.truth()
        self.seconds = self._measure()

    def states(self):
        return self.before, self.after

    def _measure(self):
        with self.kept.copy() as copy, copy.serve() as server:
            start = time.monotonic()
            with Reader(copy) as reader:
                eventually(lambda: reader.newest == self.after)
            assert set(map(self.states().index, reader.seen)) == {0, 1}
            return time.monotonic() - start


class Reader:
    """Somebody who looks at the directory again and again, from another process."""

    def __init__(self, kept):
        self.kept = kept
        self.newest = None
        self.seen = []
        self.goes_on = True
        self.thread = threading.Thread(target=self._read)

    def _read(self):
        while self.goes_on:
            self.newest = self.kept.directory()
            if self.newest not in self.seen:
                self.seen.append(self.newest)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.goes_on = False
        self.thread.join()


def change(org):
    """All kinds of changes, none of which has to be approved."""
    for number, (action, count) in enumerate(
        {"suspend": 100, "deactivate": 50, "rename": 200, "move": 300, "shuffle": 200, "delete": 20}.items()
    ):
        assert org.change(action, count=count, seed=number + 1), action
    assert org.change("rename-groups", count=5)
    assert org.change("create-groups", count=5)


@pytest.fixture(scope="module")
def case(databases, tmp_path_factory):
    with Org(1_500, 30, 3_000) as org:
        kept = Kept(databases, tmp_path_factory.mktemp("killed"), org).set_up(lambda name: True)
        kept.synced()
        yield Case(kept)


def moments(seconds):
    """As many moments of a synchronization as there are kills: one in each equal part of it, half of the parts in its
    end, where it writes."""
    chance = random.Random(SEED)
    parts = [(part, 0.0, 1.1) for part in range(KILLS // 2)] + [(part, 0.6, 0.5) for part in range(KILLS // 2)]
    return [seconds * (start + length * (part + chance.random()) / (KILLS // 2)) for part, start, length in parts]


@pytest.fixture(scope="module")
def kills(case):
    """Each kill, with the copy that it left where a new server is to take over."""
    with contextlib.ExitStack() as kept_for_later:
        kills = []
        for number, moment in enumerate(moments(case.seconds)):
            with contextlib.ExitStack() as dropped:
                takes_over = number % 4 == 0 and number < 4 * RECOVERED
                copy = (kept_for_later if takes_over else dropped).enter_context(case.kept.copy())
                at = f"kill {number} of seed {SEED}, {moment:.3f} s of {case.seconds:.3f} s"
                kills.append(Kill(at, copy, moment, takes_over))
        yield kills


class Kill:
    """A server that was killed at a moment of its synchronization, what readers saw, and what it left."""

    def __init__(self, at, kept, moment, takes_over):
        self.at = at
        self.kept = kept
        self.takes_over = takes_over
        server = kept.serve()
        with Reader(kept) as reader:
            time.sleep(moment)
            kill(server)
        self.seen = reader.seen
        self.left = kept.directory()


def test_what_is_kept_is_the_state_before_or_after_at_any_moment_of_a_kill(case, kills):
    states = case.states()

    assert [kill.at for kill in kills if kill.left not in states] == []
    assert len(kills) == KILLS
    assert {states.index(kill.left) for kill in kills} == {0, 1}, "some were killed before the end, some after"


def test_readers_in_the_meantime_see_one_or_the_other(case, kills):
    assert [kill.at for kill in kills if any(seen not in case.states() for seen in kill.seen)] == []


def test_a_new_server_finishes_what_the_dead_one_began(case, kills):
    dead = [kill for kill in kills if kill.takes_over]
    with contextlib.ExitStack() as servers:
        for kill in dead:
            servers.enter_context(kill.kept.serve())
        for kill in dead:
            eventually(lambda: kill.kept.directory() == case.after and has_ended(kill.kept))

    assert len(dead) == RECOVERED


def has_ended(kept):
    """Whether the full synchronization that died was made after all, and none is left as if it still ran."""
    runs = kept.runs()
    assert {run["state"] for run in runs} <= {"succeeded", "failed", "running"}
    made = [run for run in runs if run["mode"] == "full" and run["state"] == "succeeded"]
    return len(made) == 2 and "running" not in [run["state"] for run in runs]
