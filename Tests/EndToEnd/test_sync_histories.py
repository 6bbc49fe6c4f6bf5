"""Random histories of an org, its faults and synchronizations: whatever came before, one good synchronization makes
everything right, and in the meantime nobody whom Okta suspended or deactivated keeps access."""

import random

import pytest

from databases import SQLite
from orgs import ACTIVE, ENDED, Kept, Org

SEEDS = range(12)
STEPS = 12

PEOPLE = ["deactivate", "activate", "suspend", "unsuspend", "lock", "unlock"]
PEOPLE += ["delete", "rename", "touch", "remove-email"]
MEMBERSHIPS = ["add-to-group", "remove-from-group", "move", "shuffle"]
GROUPS = {"delete-groups": 1, "rename-groups": 3, "create-groups": 2, "empty-groups": 1}

PASSING = [
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "rate-limited", "reset_in_seconds": 1},
    {"kind": "rate-limited", "headers": "missing"},
    {"kind": "concurrency"},
    {"kind": "delay", "milliseconds": 200},
    {"kind": "reset"},
]
LASTING = [
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 404},
    {"kind": "truncated-json"},
    {"kind": "html"},
    {"kind": "next-loop"},
    {"kind": "next-foreign", "url": "https://evil.example/"},
    {"kind": "token-revoked"},
    {"kind": "token-forbidden"},
]
# Nothing of these can be seen in the answer: what they hide is found by the next full synchronization.
HIDING = [{"kind": "empty-page"}, {"kind": "next-missing"}, {"kind": "token-narrowed", "keep_groups": 5}]
PATHS = ["/api/v1/groups", "/api/v1/users", "/api/v1/groups/*/users", "/api/v1/**"]


class History:
    """What happens, step by step, as the seed says."""

    def __init__(self, seed, kept):
        self.seed = seed
        self.chance = random.Random(seed)
        self.kept = kept
        self.org = kept.okta
        self.steps = []
        self.hides = False
        self.hidden = False

    def __repr__(self):
        return f"seed {self.seed}: " + "; ".join(self.steps)

    def go_on(self):
        happens = self.chance.choices(
            [self.people_change, self.memberships_change, self.groups_change, self.okta_fails, self.sync, self.answer],
            [4, 3, 1, 3, 5, 1],
        )[0]
        happens()

    def people_change(self):
        action = self.chance.choice(PEOPLE)
        self._change(action, percent=self.chance.choice([1, 3, 10, 40]))

    def memberships_change(self):
        action = self.chance.choice(MEMBERSHIPS)
        own = [id for id, group in self.org.directory().groups.items() if group["name"] != "Everyone"]
        group = {"group": self.chance.choice(own)} if "group" in action else {}
        self._change(action, count=self.chance.choice([1, 5, 40]), **group)

    def groups_change(self):
        action = self.chance.choice(list(GROUPS))
        self._change(action, count=GROUPS[action])

    def okta_fails(self):
        kind = self.chance.choice([PASSING, LASTING, HIDING])
        fault, path = self.chance.choice(kind), self.chance.choice(PATHS)
        count = self.chance.choice([1, 2] if kind is PASSING else [1, None])
        skip = self.chance.choice([0, 0, 1, 5])
        self.steps.append(f"{fault} at {path} after {skip}, {count or 'many'} times")
        self.org.fault(**fault, path=path, skip=skip, count=count)
        self.hides = self.hides or kind is HIDING or fault.get("status") == 404

    def sync(self):
        mode = self.chance.choice(["full", "incremental"])
        run = self.kept.sync("--mode", mode)
        self.steps.append(f"{mode} {run['state']}")
        if run["state"] == "failed":
            assert run["problem"]["what"] and run["problem"]["remedy"], self
        else:
            self.hidden = self.hides or self.hidden and mode == "incremental"
            if not self.hidden:
                assert self.with_access_in_spite_of_okta() == [], self
        if self.chance.random() < 0.7:
            self.org.mend()
            self.hides = False

    def answer(self):
        """An administrator looks whether something waits."""
        if any(run["state"] == "held" for run in self.kept.runs()):
            answer = self.chance.choice(["approve", "discard"])
            self.steps.append(answer)
            self.kept.timus("sync", answer)

    def ends_well(self):
        self.org.mend()
        for _ in range(3):
            run = self.kept.sync()
            self.steps.append(f"full {run['state']}")
            if run["state"] == "succeeded":
                return
            assert run["state"] in ("held", "dismissed"), self
            self.kept.timus("sync", "approve")
        assert False, self

    def with_access_in_spite_of_okta(self):
        truth = self.org.directory().users
        return [
            user["login"]
            for user in self.kept.timus("users", "--json").json
            if user["sites"] and truth.get(user["okta_user_id"], {}).get("status") in ENDED
        ]

    def _change(self, action, **what):
        ids = self.org.change(action, seed=self.chance.randrange(1_000), **what)
        self.steps.append(f"{action} {len(ids)}")


@pytest.mark.parametrize("seed", SEEDS)
def test_one_good_synchronization_makes_everything_right(tmp_path, seed):
    with Org(200, 14, 420) as org:
        kept = Kept(SQLite(tmp_path), tmp_path, org)
        chance = random.Random(seed)
        kept.set_up(lambda name: chance.random() < 0.6)
        kept.synced()
        history = History(seed, kept)
        for _ in range(STEPS):
            history.go_on()

        history.ends_well()

        assert kept.directory() == kept.truth(), history
        assert history.with_access_in_spite_of_okta() == [], history
        assert with_access(kept) == entitled(kept), history


@pytest.mark.parametrize("mode", ["full", "incremental"])
@pytest.mark.parametrize("action", ["suspend", "deactivate"])
def test_what_okta_states_does_not_wait_where_the_group_is_gone_too(tmp_path, action, mode):
    with Org(100, 3, 105) as org:
        kept = Kept(SQLite(tmp_path), tmp_path, org).set_up("Everyone".__ne__)
        kept.synced()
        group = max(kept.chosen, key=lambda group: len(kept.directory()[1][group]))
        members = kept.directory()[1][group] & with_access(kept)
        stated = set(org.change(action, ids=sorted(members)[:5]))
        org.change("delete-groups", ids=[group])

        run = kept.sync("--mode", mode)
        if mode == "incremental":
            # The group itself is missed by the next look at the catalogue.
            run = kept.sync()

        assert run["state"] == "held", run
        assert with_access(kept) & members == members - stated


def with_access(kept):
    return {user["okta_user_id"] for user in kept.timus("users", "--json").json if user["sites"]}


def entitled(kept):
    """Who is in a chosen group and active in Okta, or nearly."""
    _, _, profiles = kept.truth()
    return {user for user, (status, *_) in profiles.items() if status in ACTIVE}
