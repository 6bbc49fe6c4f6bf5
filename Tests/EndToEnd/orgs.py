"""An Okta org that goes wrong on request, what is true in it, and what Timus keeps of it."""

import contextlib
import signal

import requests

from conftest import Installation
from programs import Running, Started

# The clock stays out: a test says itself when there is a sync.
NO_CLOCK = [word for what in ["sync", "catalogue", "full-sync"] for word in (f"--{what}-every", 86_400)]
# Okta's statuses with which access stays, and those that end it at once.
ACTIVE = {"ACTIVE", "RECOVERY", "LOCKED_OUT", "PASSWORD_EXPIRED"}
ENDED = {"SUSPENDED", "DEPROVISIONED"}


class Org(Running):
    """`okta-simulator serve` with its control API. The same seed makes the same people, groups and ids."""

    def __init__(self, users, groups, memberships, *options):
        size = ["--users", users, "--groups", groups, "--memberships", memberships]
        super().__init__(
            "okta-simulator", "serve", "--port", 0, *size, "--seed", 7, "--rate-limits", "none", "--json", *options
        )
        self.http = requests.Session()

    def fault(self, kind, path, **how):
        return self._control("POST", "faults", {"kind": kind, "path": path} | how)["id"]

    def hits(self):
        """How often each fault struck."""
        return [fault["hits"] for fault in self._control("GET", "faults")]

    def mend(self):
        """Nothing goes wrong any more."""
        self._control("DELETE", "faults")

    def change(self, action, **what):
        """The ids of those whom it was done to."""
        return self._control("POST", "changes", {"action": action} | what)["ids"]

    def set_clock(self, seconds):
        self._control("PUT", "clock", {"offset_seconds": seconds})

    def directory(self):
        return Directory(self._control("GET", "directory"))

    def group(self, name):
        return next(id for id, group in self.directory().groups.items() if group["name"] == name)

    def _control(self, method, path, body=None):
        answer = self.http.request(method, f"{self['okta'].rstrip('/')}/simulator/v1/{path}", json=body, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None


class Directory:
    """Groups and users, as the org has them or as Timus keeps them, in one form so that they can be compared."""

    def __init__(self, json):
        self.groups = json["groups"]
        self.users = json["users"]

    def members(self, group):
        return set(self.groups[group]["members"]) if group in self.groups else set()

    def seen_through(self, groups):
        """What can be known through these groups: each one's name and members, and their members' profiles."""
        members = {group: self.members(group) for group in groups}
        names = {group: self.groups[group]["name"] for group in groups if members[group]}
        return names, members, {user: self._profile(user) for user in set().union(*members.values())}

    def with_addresses_of(self, kept):
        """With the e-mail address by which Timus knows those who have none any more, and without those whom it never
        knew: they are left out."""
        for id in [id for id, user in self.users.items() if not user["email"]]:
            if id in kept.users:
                self.users[id]["email"] = kept.users[id]["email"]
            else:
                for group in self.groups.values():
                    group["members"] = [member for member in group["members"] if member != id]
        return self

    def _profile(self, id):
        user = self.users[id]
        names = [user.get("first_name") or user.get("firstName"), user.get("last_name") or user.get("lastName")]
        return user["status"], user["login"], user["email"] or None, *names


class Kept(Installation):
    """An installation on either kind of database that can be copied, served, killed, and compared with its org."""

    def __init__(self, databases, folder, org, location=None):
        super().__init__(folder, org, location or databases.new())
        self.databases = databases
        self.chosen = []

    def set_up(self, choose):
        """Connects the org and chooses the groups for which `choose(name)` holds; they may reach one site."""
        connected = self.connect()
        assert connected.code == 0, connected
        assert self.timus("sites", "add", "Berlin", "10.20.0.0/16").code == 0
        groups = self.timus("okta", "groups", "--json").json
        self.chosen = [group["okta_group_id"] for group in groups if choose(group["name"])]
        flags = [flag for group in self.chosen for flag in ("--group", group)]
        assert self.timus("okta", "choose", *flags, "--site", "Berlin").code == 0
        return self

    @contextlib.contextmanager
    def copy(self):
        """The same on a copy of the database, dropped after the block."""
        copy = Kept(self.databases, self.folder, self.okta, self.databases.copy(self.database))
        copy.chosen = self.chosen
        yield copy
        self.databases.drop(copy.database)

    def sync(self, *options):
        """One synchronization as it ended, well or not."""
        result = self.timus("sync", "--json", *options, timeout=300)
        assert result.out, result
        return result.json

    def synced(self, *options):
        run = self.sync(*options)
        assert run["state"] == "succeeded", run
        return run

    def runs(self):
        return self.timus("sync", "runs", "--json").json

    def directory(self):
        """What Timus keeps, through the chosen groups."""
        return self._directory().seen_through(self.chosen)

    def truth(self):
        """What it has to keep."""
        return self.okta.directory().with_addresses_of(self._directory()).seen_through(self.chosen)

    def _directory(self):
        return Directory(self.timus("okta", "directory", "--json").json)

    def serve(self, *options):
        return Running("timus", "serve", "--port", 0, "--json", *options, **self.environment)

    def start_sync(self, *options):
        """`timus sync` while it runs."""
        return Started("timus", "sync", "--json", *options, **self.environment)


def kill(running):
    """Ends a program as a power cut does."""
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    running.process.stdout.close()
    running.process.stderr.close()
