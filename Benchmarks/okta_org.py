"""The Okta org that is synchronized: a simulator, and its control API."""

import dataclasses
import json
import math
import urllib.error
import urllib.request

from programs import Server


@dataclasses.dataclass(frozen=True)
class Size:
    """How many people and groups, beside the administrator and Everyone, and how many memberships in those groups.

    Without a number of memberships the simulator makes its usual groups: *All Employees* holds nine of ten people.
    """

    users: int
    groups: int
    memberships: int | None = None

    def __str__(self):
        return f"{self.users:,} users, {self.groups:,} groups" + (
            "" if self.memberships is None else f", {self.memberships:,} memberships"
        )

    @property
    def options(self):
        words = ["--users", self.users, "--groups", self.groups]
        return words if self.memberships is None else [*words, "--memberships", self.memberships]


class Org(Server):
    """`okta-simulator serve`. The same seed makes the same people, groups and ids."""

    def __init__(self, size, *options, rate_limits="none"):
        super().__init__(
            "okta-simulator", "serve", *size.options, "--seed", 1, "--rate-limits", rate_limits, *options,
            "--port", 0, "--json",
        )
        self.size = size
        self.offset = 0

    @property
    def origin(self):
        return self["okta"].rstrip("/")

    @property
    def authorization(self):
        return f"SSWS {self['okta_api_token']}"

    def directory(self):
        """The truth: the members of each group beside Everyone, by the group's id."""
        groups = self._control("GET", "directory?everyone=false")["groups"]
        return {group: set(entry["members"]) for group, entry in groups.items() if entry["name"] != "Everyone"}

    def requests(self):
        """What was asked since the last `forget_requests`: `total`, `buckets`, `refused`."""
        return self._control("GET", "requests")

    def forget_requests(self):
        self._control("DELETE", "requests")

    def change(self, action, **what):
        """One of the control API's changes; the ids of whom it was applied to."""
        return self._control("POST", "changes", {"action": action, **what})["ids"]

    def move_clock(self, seconds):
        """Lets time pass in the org: what was changed before lies that much further back."""
        self.offset += seconds
        self._control("PUT", "clock", {"offset_seconds": self.offset})

    def _control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.origin}/simulator/v1/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            said = error.read().decode()
            raise SystemExit(f"error: the simulator answered {error.code} to {method} {path}: {said}")
        return json.loads(text) if text else None


def fewest_requests(members, everyone=None):
    """⌈groups / 200⌉ pages of the catalogue, in which Everyone is too, and ⌈members / 1000⌉ of each chosen group.

    - members: how many members each chosen group has, Everyone not among them.
    - everyone: how many members Everyone has, where that is chosen too.
    """
    chosen = [*members, *([] if everyone is None else [everyone])]
    return math.ceil((len(members) + 1) / 200) + sum(math.ceil(count / 1000) for count in chosen)
