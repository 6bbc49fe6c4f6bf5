"""Okta's event hooks, from a change in Okta to what Timus decides, while no synchronization is due by the clock."""

import time

import pytest
import requests

from conftest import Installation
from programs import OktaAPI, Running, eventually

NEVER = 86_400
ORG = ["--users", 60, "--groups", 8, "--seed", 7]


class Hooked:
    """A server that hears of Okta only by its event hook."""

    def __init__(self, installation, server, okta):
        self.installation = installation
        self.server = server
        self.okta = okta
        self.okta_api = OktaAPI(okta["okta"], okta["okta_api_token"])
        self.hook = installation.timus("okta", "event-hook", "--public-url", server["listening"], "--json").json
        self.hook_id = self.okta_api("POST", "eventHooks", json=self.settings())["id"]
        self.okta_api("POST", f"eventHooks/{self.hook_id}/lifecycle/verify")

    def settings(self):
        return {
            "name": "Timus",
            "events": {"type": "EVENT_TYPE", "items": self.hook["events"]},
            "channel": {
                "type": "HTTP",
                "version": "1.0.0",
                "config": {
                    "uri": self.hook["url"],
                    "authScheme": {"type": "HEADER", "key": "Authorization", "value": self.hook["secret"]},
                },
            },
        }

    def timus(self, *arguments):
        result = self.installation.timus(*arguments)
        assert result.code == 0, result
        return result

    def directory(self):
        return self.timus("okta", "directory", "--json").json

    def truth(self):
        return requests.get(f"{self.okta['okta']}/simulator/v1/directory?everyone=false", timeout=10).json()

    def change(self, **change):
        answer = requests.post(f"{self.okta['okta']}/simulator/v1/changes", json=change, timeout=30)
        assert answer.ok, answer.text
        return answer.json()["ids"]

    def conduct(self, **settings):
        answer = requests.post(f"{self.okta['okta']}/simulator/v1/event-hooks/settings", json=settings, timeout=10)
        assert answer.ok, answer.text

    def deliveries(self):
        return requests.get(f"{self.okta['okta']}/simulator/v1/event-hooks/deliveries", timeout=10).json()

    def agrees(self):
        """Whether the chosen groups hold those whom they hold in Okta, each with the status that Okta gives."""
        kept, true = self.directory(), self.truth()
        if any(sorted(true["groups"][id]["members"]) != group["members"] for id, group in kept["groups"].items()):
            return False
        members = {user for group in kept["groups"].values() for user in group["members"]}
        return all(kept["users"][user]["status"] == true["users"][user]["status"] for user in members)


@pytest.fixture
def hooked(tmp_path):
    with Running("okta-simulator", "serve", "--port", 0, *ORG, "--rate-limits", "none", "--json") as okta:
        installation = Installation(tmp_path, okta)
        assert installation.connect().code == 0
        names = [name for name in installation.group_names() if name != "Everyone"]
        assert installation.timus("sites", "add", "Berlin", "10.20.0.0/16").code == 0
        assert installation.timus("okta", "choose", "--group", *names, "--site", "Berlin").code == 0
        assert installation.timus("sync").code == 0
        clock = [word for what in ["sync", "catalogue", "full-sync"] for word in (f"--{what}-every", NEVER)]
        with Running(
            "timus", "serve", "--port", 0, *clock, "--json",
            TIMUS_DATABASE=tmp_path / "timus.sqlite", TIMUS_ALLOW_LOCAL_OKTA=1,
        ) as server:  # fmt: skip
            yield Hooked(installation, server, okta)


def reached(hooked, user):
    """What the user reaches, as Timus decides now."""
    users = {row["okta_user_id"]: row for row in hooked.timus("users", "--json").json}
    return users[user]["sites"] if user in users else []


def member_of_one_group(hooked):
    kept = hooked.directory()
    groups = [(user, id) for id, group in kept["groups"].items() for user in group["members"]]
    users = [user for user, _ in groups]
    return next((user, id) for user, id in groups if users.count(user) == 1 and reached(hooked, user))


def test_the_hook_is_verified_and_manager_can_tell(hooked):
    told = hooked.timus("okta", "event-hook", "--json").json

    assert told["verified_at"] is not None
    assert told["last_event_at"] is None


def test_a_suspension_counts_within_seconds(hooked):
    user, _ = member_of_one_group(hooked)
    start = time.monotonic()
    hooked.okta_api("POST", f"users/{user}/lifecycle/suspend")

    eventually(lambda: not reached(hooked, user), timeout=15)

    assert time.monotonic() - start < 15
    run = hooked.timus("sync", "runs", "--json").json[0]
    assert (run["mode"], run["trigger"]) == ("events", "event")
    assert hooked.timus("okta", "event-hook", "--json").json["last_event_type"] == "user.lifecycle.suspend"


def test_joining_and_leaving_a_group_count(hooked):
    user, group = member_of_one_group(hooked)
    hooked.okta_api("DELETE", f"groups/{group}/users/{user}")
    eventually(lambda: not reached(hooked, user), timeout=15)

    hooked.okta_api("PUT", f"groups/{group}/users/{user}")
    eventually(lambda: reached(hooked, user) == ["Berlin"], timeout=15)


def test_a_deleted_group_takes_its_members_along(hooked):
    user, group = member_of_one_group(hooked)
    hooked.okta_api("DELETE", f"groups/{group}")

    eventually(lambda: not reached(hooked, user), timeout=15)


def test_events_that_come_twice_late_and_in_any_order_lead_to_what_okta_says(hooked):
    hooked.conduct(duplicate_percent=50, shuffle=True, delay_milliseconds=50)
    for seed, action in enumerate(["suspend", "rename", "move", "unsuspend", "remove-email", "lock", "deactivate"]):
        hooked.change(action=action, count=4, seed=seed)

    eventually(hooked.agrees, timeout=30)


def test_what_a_lost_event_would_have_told_the_next_synchronization_finds(hooked):
    hooked.conduct(drop_percent=100)
    suspended = hooked.change(action="suspend", count=3, seed=5)
    eventually(lambda: len(hooked.deliveries()) == 0)
    hooked.timus("sync", "--mode", "incremental")

    assert all(not reached(hooked, user) for user in suspended)
    assert hooked.agrees()


@pytest.mark.parametrize("secret", [None, "", "wrong", "Bearer wrong"])
def test_nobody_without_the_secret_is_heard(hooked, secret):
    user, _ = member_of_one_group(hooked)
    event = {
        "eventType": "com.okta.event_hook",
        "data": {
            "events": [
                {"uuid": "1", "eventType": "user.lifecycle.suspend", "published": "2026-11-26T00:00:00.000Z",
                 "target": [{"type": "User", "id": user}]}
            ]
        },
    }  # fmt: skip
    headers = {} if secret is None else {"Authorization": secret}
    answer = requests.post(hooked.hook["url"], json=event, headers=headers, timeout=10)

    assert answer.status_code in (401, 403), answer.text
    assert hooked.timus("okta", "event-hook", "--json").json["last_event_at"] is None


def test_a_renewed_hook_makes_the_old_secret_worthless(hooked):
    hooked.timus("okta", "event-hook", "--renew")

    def is_refused():
        answer = requests.post(
            hooked.hook["url"], json={"data": {"events": []}}, headers={"Authorization": hooked.hook["secret"]}, timeout=10
        )
        return answer.status_code in (401, 403, 404)

    assert eventually(is_refused, timeout=70)
