"""Who signs in while thousands of users are synchronized does not wait for it."""

import socket
import time

import pytest
from playwright.sync_api import expect

from consoles import sign_in_at_okta
from databases import SQLite
from orgs import Kept, Org
from programs import Running, eventually

USERS, GROUPS, MEMBERSHIPS = 10_000, 100, 15_000
SECONDS = 5


@pytest.fixture
def port():
    """One that is free; the org has to know where it sends browsers back to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def large(tmp_path, port):
    back = f"http://127.0.0.1:{port}/user/external"
    with Org(USERS, GROUPS, MEMBERSHIPS, "--redirect-uri", back) as org:
        kept = Kept(SQLite(tmp_path), tmp_path, org).set_up(lambda name: True)
        owner = ["administrators", "add", "ana@acme.example", "--role", "owner", "--password-file", "-"]
        assert kept.timus(*owner, input="correct horse battery").code == 0
        kept.synced()
        yield kept


def test_a_sign_in_takes_seconds_while_thousands_are_synchronized(large, port, chromium):
    accounts = iter(large.okta["users"])
    took = []
    # It synchronizes all the time, and there is much to write.
    options = ["--sync-every", 1, "--full-sync-every", 1]
    with Running("timus", "serve", "--port", port, "--json", *options, **large.environment) as server:
        while large_runs(large) < 2:
            assert large.okta.change("rename", percent=30, seed=len(took))
            eventually(lambda: large.runs()[0]["state"] == "running")
            with chromium.new_context() as context:
                page = context.new_page()
                start = time.monotonic()
                sign_in(page, server, next(accounts))
                took.append(time.monotonic() - start)

    assert max(took) < SECONDS, took


def large_runs(kept):
    return sum(run["counts"]["users_changed"] > USERS / 10 for run in kept.runs())


def sign_in(page, server, account):
    page.goto(server["manager"] + "account")
    page.get_by_label("E-mail").fill(account["email"])
    page.get_by_role("button", name="Continue").click()
    sign_in_at_okta(page, account["email"], account["password"])
    expect(page.get_by_role("heading", name="Your account")).to_be_visible(timeout=60_000)
