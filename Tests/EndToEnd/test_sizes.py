"""An org of 10,000 people in 200 groups: as few requests as can be, and a server that stays small."""

import math
import pathlib
import re

import pytest

from conftest import Installation
from consoles import Visitor
from programs import OktaAPI, Running, eventually

USERS, GROUPS = 10_000, 200
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """An installation beside a large org, with every group chosen."""
    with Running(
        "okta-simulator", "serve", "--port", 0, "--users", USERS, "--groups", GROUPS, "--rate-limits", "none", "--json"
    ) as okta:
        installation = Installation(tmp_path_factory.mktemp("large"), okta)
        assert installation.connect().code == 0
        assert installation.timus("sites", "add", "Berlin", "10.20.0.0/16").code == 0
        groups = [group["okta_group_id"] for group in installation.timus("okta", "groups", "--json").json]
        assert len(groups) == GROUPS + 1, "and Everyone"
        flags = [flag for group in groups for flag in ("--group", group)]
        assert installation.timus("okta", "choose", *flags, "--site", "Berlin").code == 0
        yield installation


@pytest.fixture(scope="module")
def in_okta(large):
    """What Okta's own lists say: the ids of everybody in a group, and how many pages their members fill."""
    api = OktaAPI(large.okta["okta"], large.okta["okta_api_token"])
    users, pages = set(), 0
    for group in api.pages("groups?limit=200")[0]:
        members, count = api.pages(f"groups/{group['id']}/users?limit=1000")
        users |= {member["id"] for member in members}
        # The catalogue says that nobody is in it: no page needs to be read.
        pages += count if members else 0
    return users, pages


@pytest.fixture(scope="module")
def first_sync(large):
    result = large.timus("sync", "--json", timeout=300)
    assert result.code == 0, result
    return result.json


def test_a_full_sync_asks_for_each_page_once(first_sync, in_okta):
    _, pages = in_okta

    assert first_sync["state"] == "succeeded"
    assert first_sync["requests"] == math.ceil((GROUPS + 1) / 200) + pages


def test_everybody_in_a_group_is_there(large, first_sync, in_okta):
    members, _ = in_okta

    users = large.timus("users", "--json", timeout=120).json

    assert {user["okta_user_id"] for user in users} == members
    assert first_sync["counts"]["users_added"] == len(members)
    assert first_sync["counts"]["users"] == len(members) >= USERS
    assert all(user["sites"] == (["Berlin"] if user["status"] == "active" else []) for user in users)


def test_another_sync_changes_nothing(large, first_sync):
    again = large.timus("sync", "--json", timeout=300).json

    assert again["requests"] == first_sync["requests"]
    assert [again["counts"][what] for what in ["users_added", "users_changed", "users_left"]] == [0, 0, 0]
    assert [again["counts"][what] for what in ["memberships_added", "memberships_removed"]] == [0, 0]


def test_the_server_stays_small(large, first_sync):
    added = large.timus("administrators", "add", "ana@acme.example", "--role", "owner", "--password-file", "-", input=PASSWORD)
    assert added.code == 0, added
    environment = {"TIMUS_DATABASE": large.folder / "timus.sqlite", "TIMUS_ALLOW_LOCAL_OKTA": 1}
    with Running("timus", "serve", "--port", 0, "--sync-every", 86_400, "--json", **environment) as server:
        visitor = Visitor(server["manager"], "ana@acme.example", PASSWORD)
        runs = "/settings/integrations/okta/sync-runs"
        before = eventually(lambda: ended(visitor, runs))
        assert visitor.post(runs, {"csrf": visitor.csrf}).status_code == 303
        eventually(lambda: len(ended(visitor, runs)) > len(before))

        pages = {
            path: visitor.get(path).status_code
            for path in [
                "/users",
                "/users?page=150",
                "/users?search=silva&status=active",
                first_link(visitor, "/users", "/users/"),
                "/sites",
                "/settings/integrations",
                "/settings/integrations/okta",
                "/settings/integrations/okta/configuration",
                runs,
                "/administrators",
                "/events",
            ]
        }
        peak = peak_memory(server.process.pid)

    assert set(pages.values()) == {200}, pages
    assert peak < 300 << 20, f"{peak >> 20} MB"


def first_link(visitor, page, prefix):
    return re.search(rf'href="({prefix}[^"/?]+)"', visitor.get(page).text)[1]


def ended(visitor, path):
    """The results of the synchronizations, newest first; none while one runs."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', visitor.get(path).text, re.S)[1:]
    results = [re.search(r'data-label="Result">(.*?)</td>', row, re.S)[1] for row in rows]
    return [] if any("Running" in result for result in results) else results


def peak_memory(pid):
    """The most bytes that the process ever held."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10
