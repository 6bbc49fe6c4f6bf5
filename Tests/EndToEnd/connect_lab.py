"""ana and `timus-connect` in a lab, as the tests of Connect have them, and what they look at. A module of tests imports the fixtures."""

import contextlib
import json
import pathlib
import stat

import pytest

from lab import ANA, Lab
from people import reaches
from programs import eventually


@pytest.fixture(scope="module")
def lab():
    with Lab() as it:
        yield it


@pytest.fixture
def berlin(lab):
    return lab.sites["Berlin"].address


@pytest.fixture
def ana(lab):
    """Signed in, and not connected."""
    user = lab.users["ana"]
    if user.status().code != 0:
        user.sign_in()
    yield user
    user.connect("disconnect")
    user.machine.plug()


@pytest.fixture
def connected(ana, berlin):
    result = ana.connect("connect", "Berlin", "--json")
    assert result.code == 0, result
    assert reaches(ana.machine, berlin)
    return ana


def tunnel(user):
    """What the keeper wrote down."""
    return json.loads((user.home / "tunnel.json").read_text())


def becomes(user, *states, timeout=30):
    """What the keeper wrote down once it is one of these states."""
    return eventually(lambda: tunnel(user)["state"] in states and tunnel(user), timeout)


def interfaces(user):
    return [name for name in user.machine.interfaces() if name.startswith("timus")]


def endpoint(user):
    return user.machine.run("wg", "show", interfaces(user)[0], "endpoints").split()[1]


def connection_of(lab, email=ANA):
    """The id of the connection that is open on the server."""
    user = lab.user_id(email)
    rows = lab.rows("SELECT connection_id FROM connection WHERE okta_user_id = ? AND closed_at IS NULL", user)
    return rows[0][0] if rows else None


def processes(user, *words):
    """The ids of the processes of `timus-connect` that were started with these words."""
    found = []
    for process in user.machine.processes("timus-connect"):
        with contextlib.suppress(OSError):
            told = pathlib.Path(f"/proc/{process}/cmdline").read_text().split("\0")
            if all(word in told for word in words):
                found.append(process)
    return found


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)
