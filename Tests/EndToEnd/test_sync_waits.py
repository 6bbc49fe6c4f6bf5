"""Okta lets wait: no answer, slow answers, a rate limit that ends in a year, a clock that is hours off."""


import pytest
import requests

from databases import SQLite
from orgs import NO_CLOCK, Kept, Org
from programs import eventually

MEMBERS = "/api/v1/groups/*/users"
GROUPS = "/api/v1/groups"
USERS = "/api/v1/users"


@pytest.fixture
def org():
    with Org(450, 20, 900) as it:
        yield it


@pytest.fixture
def kept(org, tmp_path):
    kept = Kept(SQLite(tmp_path), tmp_path, org).set_up(lambda name: True)
    kept.synced()
    return kept


def test_a_request_that_is_never_answered_is_given_up_and_made_again(kept, org):
    before = kept.directory()
    org.change("rename", count=100)
    with kept.serve(*NO_CLOCK) as server:
        eventually(lambda: kept.directory() == kept.truth())
        org.change("shuffle", count=100)
        # The simulator would hold each of them for two minutes.
        for skip in [0, 9, 19]:
            org.fault("hang", MEMBERS, skip=skip)
        with kept.start_sync() as command:
            eventually(lambda: sum(org.hits()) == 3)
            assert kept.directory() != before, "others read meanwhile"
            assert requests.get(server["manager"] + "sign-in", timeout=30).ok
            result = command.result()

    assert result.code == 0, result
    assert result.json["counts"]["duration_milliseconds"] < 100_000
    assert kept.directory() == kept.truth()


def test_slow_answers_are_waited_for(kept, org):
    org.change("shuffle", count=100)
    org.fault("delay", MEMBERS, milliseconds=400, count=None)

    kept.synced()

    assert kept.directory() == kept.truth()


def test_a_server_believes_no_rate_limit_that_ends_in_a_year(kept, org):
    with kept.serve("--sync-every", 1) as server:
        eventually(lambda: kept.runs()[0]["trigger"] != "commandLine")
        for path in [GROUPS, USERS]:
            org.fault("rate-limited", path, headers="far")
        eventually(lambda: sum(org.hits()) >= 1)
        org.mend()
        org.change("shuffle", count=100)

        eventually(lambda: kept.directory() == kept.truth())

        assert server.process.poll() is None


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "token-revoked"}])
@pytest.mark.parametrize("path", [GROUPS, USERS, MEMBERS])
def test_an_incremental_synchronization_that_fails_is_made_up_for(kept, org, path, fault):
    before = kept.directory()
    org.change("shuffle", count=200)
    org.change("rename", count=450)
    org.fault(**fault, path=path, skip=1 if path == USERS else 0, count=None)

    run = kept.sync("--mode", "incremental")

    assert run["state"] == "failed" and run["problem"]["what"] and run["problem"]["remedy"], run
    assert kept.directory() == before
    org.mend()
    kept.synced("--mode", "incremental")
    assert kept.directory() == kept.truth()


@pytest.mark.parametrize("fault", ["empty-page", "next-missing"])
def test_an_incremental_synchronization_takes_nothing_away_because_a_list_is_too_short(tmp_path, fault):
    with Org(2_100, 4, 4_050) as org:
        kept = Kept(SQLite(tmp_path), tmp_path, org).set_up(lambda name: True)
        kept.synced()
        org.change("move", count=5)
        org.fault(fault, MEMBERS, skip=0, count=None)
        before, now = kept.directory()[1], kept.truth()[1]

        kept.sync("--mode", "incremental")

        left = {group: before[group] - kept.directory()[1][group] for group in before}
        assert {group: left[group] - (before[group] - now[group]) for group in left} == dict.fromkeys(left, set())
        org.mend()
        kept.synced()
        assert kept.directory() == kept.truth()


@pytest.mark.parametrize("hours", [-2, 2])
def test_changes_are_found_while_oktas_clock_is_hours_off(org, tmp_path, hours):
    org.set_clock(hours * 3_600)
    kept = Kept(SQLite(tmp_path), tmp_path, org).set_up(lambda name: True)
    kept.synced()
    for number, action in enumerate(["suspend", "rename", "shuffle", "deactivate", "unsuspend"]):
        assert org.change(action, count=20, seed=number), action

        kept.synced("--mode", "incremental")

        assert kept.directory() == kept.truth(), action


@pytest.mark.parametrize("hours", [-2, 2])
def test_changes_are_found_when_oktas_clock_is_put_right(org, tmp_path, hours):
    org.set_clock(hours * 3_600)
    kept = Kept(SQLite(tmp_path), tmp_path, org).set_up(lambda name: True)
    kept.synced()
    org.set_clock(0)
    assert org.change("suspend", count=20) and org.change("shuffle", count=20)

    kept.synced("--mode", "incremental")

    assert kept.directory() == kept.truth()
