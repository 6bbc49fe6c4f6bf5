"""Local administrators: authenticator apps (oathtool plays one), recovery codes, throttling and memory, on a real server."""

import concurrent.futures
import re
import subprocess
import time

import pytest
import requests
from playwright.sync_api import expect

from consoles import Manager
from programs import Running, run

EMAIL, PASSWORD = "olga@acme.example", "correct horse battery"


def oathtool(key, at="now"):
    """The code that an independent implementation of RFC 6238 shows."""
    command = ["oathtool", "--totp", "--base32", f"--now={at}", key.replace(" ", "")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def served(tmp_path):
    database = tmp_path / "timus.sqlite"
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    added = run("timus", "administrators", "add", EMAIL, "--role", "owner", "--password-file", password, TIMUS_DATABASE=database)
    assert added.code == 0, added
    with Running("timus", "serve", "--port", 0, "--json", TIMUS_DATABASE=database) as server:
        yield server, database


def set_up(page):
    """Turns the second factor on; the app's key and the recovery codes."""
    page.get_by_role("link", name=EMAIL).click()
    page.get_by_role("button", name="Set up an authenticator app").click()
    key = page.get_by_label("Key", exact=True).input_value()
    assert page.get_by_label("Address", exact=True).input_value().startswith("otpauth://totp/Timus:olga%40acme.example?secret=")
    page.get_by_label("Code").fill(oathtool(key))
    page.get_by_role("button", name="Turn the second factor on").click()
    expect(page.get_by_role("heading", name="Recovery codes", level=1)).to_be_visible()
    return key, page.locator(".recovery-codes code").all_inner_texts()


def enter_password(page, origin):
    page.goto(origin + "/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()


def enter_code(page, code):
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_an_app_is_set_up_asked_for_lost_and_reset(chromium, served):
    server, database = served
    origin = server["manager"].rstrip("/")
    with chromium.new_context() as context:
        manager = Manager(context.new_page(), server).sign_in(EMAIL, PASSWORD)
        key, codes = set_up(manager.page)
        assert len(set(codes)) == 10

    # The code that turned it on was used; the next one enters.
    with chromium.new_context() as context:
        page = context.new_page()
        enter_password(page, origin)
        enter_code(page, oathtool(key))
        expect(page.get_by_text("tries are left").first).to_be_visible()
        enter_code(page, oathtool(key, "30 seconds"))
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    # Without the phone: a recovery code, and the notice to set it up anew.
    with chromium.new_context() as context:
        page = context.new_page()
        enter_password(page, origin)
        enter_code(page, codes[0].lower())
        expect(page.get_by_text("Set up your authenticator app anew.")).to_be_visible()

    shown = run("timus", "administrators", "reset-second-factor", EMAIL, TIMUS_DATABASE=database)
    assert shown.out == f"{EMAIL} signs in with the password alone.\n"
    with chromium.new_context() as context:
        Manager(context.new_page(), server).sign_in(EMAIL, PASSWORD)


def test_an_owner_who_forgot_the_password_is_given_another_at_the_command_line(chromium, served):
    server, database = served
    words = ["timus", "administrators", "set-password", EMAIL, "--password-file", "-"]
    with chromium.new_context() as context:
        manager = Manager(context.new_page(), server).sign_in(EMAIL, PASSWORD)
        short = run(*words, input="horse", TIMUS_DATABASE=database)
        assert short.code == 1 and "characters" in short.err
        shown = run(*words, input="another horse battery", TIMUS_DATABASE=database)
        assert shown.out == f"{EMAIL} signs in with the new password.\n", shown
        manager.page.reload()
        expect(manager.page.get_by_label("E-mail")).to_be_visible()
    with chromium.new_context() as context:
        Manager(context.new_page(), server).sign_in(EMAIL, "another horse battery")
    assert run(*words, input=PASSWORD, TIMUS_DATABASE=database).code == 0
    assert "no administrator" in run(*words[:3], "who@acme.example", *words[4:], input=PASSWORD, TIMUS_DATABASE=database).err.lower()


def test_a_hundred_sign_ins_at_once_do_not_exhaust_the_memory(served):
    server, _ = served
    origin = server["manager"].rstrip("/")

    def resident(field="VmRSS"):
        status = open(f"/proc/{server.process.pid}/status").read()
        return int(re.search(rf"{field}:\s+(\d+) kB", status)[1]) << 10

    def guess(number):
        fields = {"email": f"guess{number}@acme.example", "password": "wrong horse!"}
        headers = {"Origin": origin, "Accept": "text/html"}
        answer = requests.post(origin + "/sign-in/password", data=fields, headers=headers, timeout=60)
        return answer.status_code, answer.headers.get("Retry-After"), answer.text

    before = resident()
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(guess, range(100)))

    statuses = [status for status, _, _ in answers]
    # 429: one network on many accounts, from the thirtieth on.
    assert set(statuses) <= {401, 429, 503}, set(statuses)
    assert statuses.count(401) >= 10 and statuses.count(503) > 0
    for status, retry, text in answers:
        if status == 503:
            assert retry == "2" and "too many people sign in at this moment" in text
    # Two at a time of 137 MB each, and what a hundred connections take.
    assert resident("VmHWM") - before < 400 << 20
    print(f"before {before >> 20} MB, highest {resident('VmHWM') >> 20} MB, after {resident() >> 20} MB; {statuses.count(503)} told to wait")


def test_a_stranger_keeps_out_neither_the_known_browser_nor_the_command_line(chromium, served):
    server, database = served
    origin = server["manager"].rstrip("/")
    with chromium.new_context() as context:
        page = Manager(context.new_page(), server).sign_in(EMAIL, PASSWORD).page
        page.get_by_role("button", name="Sign out").click()

        stranger = requests.Session()
        stranger.headers.update({"Origin": origin, "Accept": "text/html"})
        statuses = [
            stranger.post(origin + "/sign-in/password", data={"email": EMAIL, "password": f"wrong horse {n}"}, timeout=30).status_code
            for n in range(60)
        ]
        assert statuses.count(429) >= 50, statuses

        began = time.monotonic()
        Manager(page, server).sign_in(EMAIL, PASSWORD)
        assert time.monotonic() - began < 15

    for n in range(2):  # the wait may have run out meanwhile
        stranger.post(origin + "/sign-in/password", data={"email": EMAIL, "password": f"wrong cow {n}"}, timeout=30)
    refused = stranger.post(origin + "/sign-in/password", data={"email": EMAIL, "password": PASSWORD}, timeout=30)
    assert refused.status_code == 429
    assert run("timus", "administrators", "allow-sign-in", EMAIL, TIMUS_DATABASE=database).code == 0
    allowed = stranger.post(origin + "/sign-in/password", data={"email": EMAIL, "password": PASSWORD}, timeout=30, allow_redirects=False)
    assert allowed.status_code == 303
