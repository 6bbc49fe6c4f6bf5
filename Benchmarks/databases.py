"""New databases, each with what an operator sets up before the first synchronization."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile

import programs

ADMINISTRATOR = "owner@acme.example"
PASSWORD = "Bench-owner-2026!"
SITES = 20


class Timus:
    """The command line on one database."""

    def __init__(self, database, folder):
        self.folder = folder
        self.env = {
            "TIMUS_DATABASE": database,
            "TIMUS_KEY_FILE": folder / "timus.key",
            "TIMUS_ALLOW_LOCAL_OKTA": 1,
        }

    def __call__(self, *arguments):
        return programs.run("timus", *arguments, **self.env)

    def serve(self):
        # The clock stays out of what is measured.
        return programs.Server("timus", "serve", "--port", 0, "--sync-every", 86400, "--json", **self.env)

    def set_up(self, okta):
        """Connects the org, chooses every group, and gives each group one of the sites."""
        secrets = {}
        for name in ["okta_client_secret", "okta_api_token", "password"]:
            secrets[name] = self.folder / name
            secrets[name].write_text(PASSWORD if name == "password" else okta[name])
            secrets[name].chmod(0o600)
        self("okta", "connect", "--domain", okta["okta"], "--client-id", okta["okta_client_id"],
             "--client-secret-file", secrets["okta_client_secret"], "--api-token-file", secrets["okta_api_token"])
        self("administrators", "add", ADMINISTRATOR, "--role", "owner", "--password-file", secrets["password"])
        groups = [group["okta_group_id"] for group in self("okta", "groups", "--refresh", "--json").json]
        for number in range(SITES):
            site = f"Site {number + 1}"
            self("sites", "add", site, f"10.{number}.0.0/16")
            named = [word for group in groups[number::SITES] for word in ("--group", group)]
            if named:
                self("okta", "choose", *named, "--site", site)
        return self


class SQLite:
    name = "SQLite"

    @contextlib.contextmanager
    def new(self, okta):
        with tempfile.TemporaryDirectory(prefix="timus-bench-") as folder:
            folder = pathlib.Path(folder)
            yield Timus(folder / "timus.sqlite", folder).set_up(okta)


class PostgreSQL:
    """A server of its own in a temporary folder, reached through a socket there."""

    name = "PostgreSQL"

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="timus-bench-pg-"))
        # As root the server runs as Debian's user for it: PostgreSQL refuses to be root.
        self.account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.account:
            subprocess.run(["chown", "postgres", self.folder], check=True)
        versions = [path for path in pathlib.Path("/usr/lib/postgresql").glob("*") if path.name.isdigit()]
        if not versions:
            sys.exit("error: PostgreSQL is not installed\nhint: bin/setup test")
        self.programs = max(versions, key=lambda path: int(path.name)) / "bin"
        self.count = 0

    def __enter__(self):
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")
        # As it comes from Debian, but that nobody else reaches it: fsync stays on.
        settings = f"-c listen_addresses= -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-o", settings, "-w", "start")
        return self

    def __exit__(self, *_):
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        subprocess.run(["rm", "-rf", self.folder], check=True)

    @contextlib.contextmanager
    def new(self, okta):
        self.count += 1
        name = f"bench_{self.count}"
        self._run("createdb", "-h", self.folder, "-U", "postgres", name)
        with tempfile.TemporaryDirectory(prefix="timus-bench-") as folder:
            location = f"postgresql:///{name}?host={self.folder}&user=postgres"
            yield Timus(location, pathlib.Path(folder)).set_up(okta)

    def _run(self, program, *arguments):
        # A file, since the server keeps what pg_ctl hands it open, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as log:
            done = subprocess.run(
                [*self.account, self.programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
            )
            if done.returncode != 0:
                log.seek(0)
                sys.exit(f"error: {program} failed: {log.read()}")
