"""Timus with real tunnels on one machine: a server, an Okta org, two sites and three users, each a network namespace.

    203.0.113.0/24   server .2 · berlin-1 .11 · berlin-2 .12 · lisbon .13 · ana .21 · ben .22 · farah .23
    Berlin           10.20.0.0/16, two gateways that masquerade; its host is 10.20.0.10
    Lisbon           10.30.0.0/16, one gateway that does not; its host is 10.30.0.10

ana reaches both sites through Engineering, ben through Sales, farah through Finance. The server hears of changes in Okta by its
event hook; no synchronization is due by the clock.
"""

import contextlib
import json
import pathlib
import shutil
import sqlite3
import tempfile
import time

from certificates import Authority
from consoles import Visitor
from cuts import Cut
from machines import Http, Internet, command
from people import User
from programs import OktaAPI, eventually
from sites import Site

SERVER = "203.0.113.2"
ANA, BEN, FARAH = "ana.silva@acme.example", "ben.okafor@acme.example", "farah.haddad@acme.example"
EMAILS = (ANA, BEN, FARAH)
GROUPS = ["Engineering", "Sales", "Finance"]
OWNER, PASSWORD = "owner@acme.example", "Lab-owner-2026!"
# Name, network, whether its gateways masquerade, its gateways.
SITES = (
    ("Berlin", "10.20", True, (("Berlin-1", "203.0.113.11"), ("Berlin-2", "203.0.113.12"))),
    ("Lisbon", "10.30", False, (("Lisbon-1", "203.0.113.13"),)),
)
NO_CLOCK = [word for what in ["sync", "catalogue", "full-sync"] for word in (f"--{what}-every", 86_400)]


class Lab:
    """Everything, until the block ends."""

    def __init__(self, *serve_options, clock=NO_CLOCK, okta_options=(), groups=GROUPS, emails=EMAILS, sites=SITES, database=None):
        """- emails: of the users called ana, ben and farah; None for the first three active members of the groups.
        - database: a new one of PostgreSQL's (`databases`), else a file in the lab's folder."""
        self.serve_options = [*clock, *serve_options]
        self.okta_options = okta_options
        self.groups = groups
        self.emails = emails
        self.layout = sites
        self.postgresql = database
        self.origin = f"https://{SERVER}"
        self.stack = contextlib.ExitStack()
        self.process = None
        self.sites = {}
        self.users = {}

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timus-lab-"))
            stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
            authority = Authority(self.folder)
            self.certificate = authority.pem
            authority.server(SERVER)
            self.tls = next(self.folder.glob("server-*.pem"))
            self.tls.chmod(0o600)
            self.internet = stack.enter_context(Internet(self.certificate))
            self.server = self.internet.machine("server", SERVER)
            self._start_okta(stack)
            stack.callback(self.end_server)
            stack.callback(self.end_gateways)
            self.connect_okta()
            self.start_server()
            self.hook()
            self._make_sites(stack)
            emails = self.emails or self._members()
            for number, (name, email) in enumerate(zip(("ana", "ben", "farah"), emails), start=21):
                self.users[name] = User(self, name, email, f"203.0.113.{number}")
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    # The server and Okta

    def _start_okta(self, stack):
        self.okta = stack.enter_context(
            self.server.running(
                "okta-simulator", "serve", "--port", 0, "--rate-limits", "none", "--redirect-uri",
                f"{self.origin}/user/external", "--json", *self.okta_options,
            )
        )  # fmt: skip
        self.http = Http(self.server, self.certificate)
        self.okta_api = OktaAPI(self.okta["okta"], self.okta["okta_api_token"])
        self.okta_api.session = Http(self.server, self.certificate)
        self.okta_api.session.headers["Authorization"] = f"SSWS {self.okta['okta_api_token']}"

    @property
    def database(self):
        return self.postgresql or self.folder / "timus.sqlite"

    @property
    def environment(self):
        key = self.folder / "timus.key"
        return {"TIMUS_DATABASE": self.database, "TIMUS_KEY_FILE": key, "TIMUS_ALLOW_LOCAL_OKTA": 1}

    def timus(self, *arguments, check=True, **more):
        result = self.server.program("timus", *arguments, **self.environment, **more)
        assert not check or result.code == 0, result
        return result

    def connect_okta(self):
        for name, secret in (("secret", "okta_client_secret"), ("token", "okta_api_token")):
            (self.folder / name).write_text(self.okta[secret] + "\n")
        self.timus(
            "okta", "connect", "--domain", self.okta["okta"], "--client-id", self.okta["okta_client_id"],
            "--client-secret-file", self.folder / "secret", "--api-token-file", self.folder / "token",
        )  # fmt: skip
        self.timus("okta", "choose", *[word for group in self.groups for word in ("--group", group)])
        self.timus("sync")
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n")
        self.timus("administrators", "add", OWNER, "--role", "owner", "--password-file", password)

    def start_server(self):
        self.process = self.serve(443)
        return self.process

    def serve(self, port):
        """A server that answers at that port as the one with the lab's address."""
        return self.server.running(
            "timus", "serve", "--host", "0.0.0.0", "--port", port, "--public-url", self.origin, "--tls-certificate", self.tls,
            "--tls-key", self.tls, *self.serve_options, "--json", **self.environment,
        )  # fmt: skip

    def end_server(self):
        Http.close_all()
        if self.process:
            self.process.__exit__()
            self.process = None

    def end_gateways(self):
        running = [gateway for gateway in self.gateways if gateway.process]
        for gateway in running:
            gateway.process.process.terminate()
        for gateway in running:
            gateway.stop()

    def kill_server(self):
        self.process.process.kill()
        self.process.process.wait()
        self.end_server()

    def hook(self):
        """Sets up the event hook and Universal Logout, as Manager says."""
        told = self.timus("okta", "event-hook", "--public-url", self.origin, "--json").json
        config = {"uri": told["url"], "authScheme": {"type": "HEADER", "key": "Authorization", "value": told["secret"]}}
        hook = {
            "name": "Timus",
            "events": {"type": "EVENT_TYPE", "items": told["events"]},
            "channel": {"type": "HTTP", "version": "1.0.0", "config": config},
        }
        self.hook_id = self.okta_api("POST", "eventHooks", json=hook)["id"]
        self.okta_api("POST", f"eventHooks/{self.hook_id}/lifecycle/verify")
        address = self.timus("okta", "universal-logout", "--public-url", self.origin, "--json").json["logout_endpoint_url"]
        self.control("universal-logout/settings", client_id=self.okta["okta_client_id"], endpoint=address)

    def _members(self):
        truth = self.http.get(f"{self.okta['okta']}/simulator/v1/directory", timeout=60).json()
        groups = [group["members"] for group in truth["groups"].values() if group["name"] in self.groups]
        known = {user["email"] for user in self.okta["users"]}
        users = [truth["users"][id] for group in groups for id in group]
        return [user["email"] for user in users if user["status"] == "ACTIVE" and user["email"] in known]

    def control(self, path, **body):
        """The simulator's control API."""
        answer = self.http.post(f"{self.okta['okta']}/simulator/v1/{path}", json=body, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def password_of(self, email):
        return next(user["password"] for user in self.okta["users"] if user["email"] == email)

    # Sites and users

    def _make_sites(self, stack):
        for name, network, masquerades, gateways in self.layout:
            site = self.sites[name] = Site(self, name, network, masquerades)
            stack.callback(site.host.end)
            for gateway in gateways:
                made = site.add_gateway(*gateway)
                enrolled = made.enrol()
                assert enrolled.code == 0, enrolled
                made.start()
        self.grant(*self.groups)

    def grant(self, *groups):
        self.timus(
            "okta", "choose", *[word for group in groups for word in ("--group", group)],
            *[word for site in self.sites for word in ("--site", site)],
        )  # fmt: skip

    @property
    def gateways(self):
        return [gateway for site in self.sites.values() for gateway in site.gateways]

    # What the server wrote down

    def rows(self, sql, *values):
        """The rows of a query, with `?` for each value."""
        if self.postgresql:
            return self._rows_of_postgresql(sql, values)
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(sql, values).fetchall()

    def _rows_of_postgresql(self, sql, values):
        for value in values:
            sql = sql.replace("?", str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'", 1)
        out = command(["psql", "-X", "-q", "-t", "-A", "-d", self.postgresql, "-c",
                       f"SELECT json_agg(to_json(found)) FROM ({sql}) AS found"])  # fmt: skip
        return [tuple(row.values()) for row in json.loads(out.strip() or "null") or []]

    def is_open(self, connection):
        return self.rows("SELECT closed_at FROM connection WHERE connection_id = ?", connection)[0][0] is None

    def cut(self, connection, timeout=15):
        """Waits until all gateways have cut it off."""
        return Cut(self, connection, timeout)

    def events(self, action, after=0):
        """`(subject, new value)` of the events of a kind since an id."""
        return self.rows("SELECT subject, new_value FROM audit_event WHERE action = ? AND event_id > ?", action, after)

    def last_event(self):
        return self.rows("SELECT coalesce(max(event_id), 0) FROM audit_event")[0][0]

    def user_id(self, email):
        return self.okta_api.user(email)

    def manager(self):
        """An administrator in Manager, in the browser of the server's machine. Signed in once."""
        if not hasattr(self, "_manager"):
            self._manager = Visitor(self.origin, OWNER, PASSWORD, Http(self.server, self.certificate))
        return self._manager

    def manage(self, path, **fields):
        """Presses a button of Manager's."""
        manager = self.manager()
        answer = manager.post(path, {"csrf": manager.csrf} | fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text}"

    def site_id(self, name):
        return next(site["id"] for site in self.timus("sites", "--json").json if site["name"] == name)


def until(condition, seconds, every=0.02):
    """Whether it came to pass."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(every)
    return False
