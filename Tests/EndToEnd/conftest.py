"""What the end-to-end tests share: a demo, a simulator, a database that one command made, a browser."""

import secrets

import pytest
from playwright.sync_api import sync_playwright

from consoles import session_of
from databases import PostgreSQL, SQLite
from programs import PATIENCE, Demo, Running, run
from secrecy import secrecy, watch_browsers, watch_requests


def pytest_sessionstart(session):
    watch_requests()
    watch_browsers()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """After the last test: no program wrote a secret of any test. First that the search finds one where there is one."""
    canary = secrets.token_urlsafe(24)
    secrecy.plant(canary, "the canary")
    where = secrecy.keep("canary.err")
    where.write_text(f"2026-01-01T00:00:00 notice timus: {canary}\n")
    found = secrecy.found(where)
    where.unlink()
    factory = getattr(session.config, "_tmp_path_factory", None)
    folders = [secrecy.folder] + ([factory.getbasetemp()] if factory and factory._basetemp else [])
    hits = secrecy.found(*folders) + secrecy.in_servers
    write = session.config.get_terminal_writer().line
    write()
    if [what for what, _ in found] != ["the canary"]:
        write("The search for secrets finds nothing, not even what is there.", red=True)
        session.exitstatus = 1
    for what, file in hits:
        write(f"A secret was written: {what}, in {file}", red=True)
        session.exitstatus = 1
    if not hits:
        write(f"None of {len(secrecy.secrets)} secrets was written in {secrecy.count} outputs or a database.")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo as a newcomer starts it: connected and synced. Tests that change it use `fresh`."""
    with Demo(tmp_path_factory.mktemp("demo")) as it:
        yield it


@pytest.fixture
def fresh(tmp_path):
    """The demo untouched, so that the guide can be walked."""
    with Demo(tmp_path, "--fresh") as it:
        yield it


@pytest.fixture
def plain_http(monkeypatch):
    """The SDK refuses plain http unless it is told that this is a test; nothing else of it is changed."""
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")


@pytest.fixture
def simulator():
    """A small org on a free port."""
    with Running("okta-simulator", "serve", "--port", 0, "--users", 60, "--groups", 8, "--seed", 7, "--json") as it:
        yield it


class Installation:
    """A database on disk and the commands on it, with an org beside it."""

    def __init__(self, folder, okta, database=None):
        self.folder = folder
        self.okta = okta
        self.database = database or folder / "timus.sqlite"
        self.environment = {
            "TIMUS_DATABASE": self.database,
            "TIMUS_KEY_FILE": folder / "timus.key",
            "TIMUS_ALLOW_LOCAL_OKTA": 1,
        }
        self.secret = folder / "secret"
        self.token = folder / "token"
        self.secret.write_text(okta["okta_client_secret"] + "\n")
        self.token.write_text(okta["okta_api_token"] + "\n")

    def timus(self, *arguments, **more):
        return run("timus", *arguments, **self.environment, **more)

    def connect(self, **instead):
        options = {
            "domain": self.okta["okta"],
            "client-id": self.okta["okta_client_id"],
            "client-secret-file": self.secret,
            "api-token-file": self.token,
        } | {name.replace("_", "-"): value for name, value in instead.items()}
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return self.timus("okta", "connect", *flags)

    def group_names(self):
        return [group["name"] for group in self.timus("okta", "groups", "--json").json]


@pytest.fixture
def installation(tmp_path, simulator):
    return Installation(tmp_path, simulator)


@pytest.fixture
def connected(installation):
    """An installation whose Okta integration holds."""
    result = installation.connect()
    assert result.code == 0, result
    return installation


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of the tests' own."""
    with PostgreSQL() as it:
        yield it
        it.run("psql", "-h", it.folder, "-U", "postgres", "-c", "CHECKPOINT")
        secrecy.in_servers += secrecy.found(it.folder / "data")


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def databases(request, tmp_path_factory):
    """Where databases are made: one kind, then the other."""
    if request.param == "SQLite":
        return SQLite(tmp_path_factory.mktemp("sqlite"))
    return request.getfixturevalue("postgresql")


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(chromium, demo):
    """The session of the demo's administrator."""
    return session_of(chromium, demo)


@pytest.fixture
def browser(chromium):
    """A browser of its own for one person: no cookies of anybody else."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000 * PATIENCE)
    yield context
    context.close()
