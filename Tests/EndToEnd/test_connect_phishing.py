"""A link that somebody made on their own machine, opened by a person who is signed in at Okta, signs nobody in."""

import sqlite3
import urllib.parse

import pytest
import requests
from playwright.sync_api import expect

from consoles import sign_in_at_okta
from loopback import Loopback
from programs import SigningIn

ANA = "ana.silva@acme.example"


@pytest.fixture
def victim(browser, demo):
    """ana's browser: she is signed in at Okta, which asks her nothing any more."""
    page = browser.new_page()
    page.goto(demo["account"])
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_role("button", name="Continue").click()
    sign_in_at_okta(page, ANA, demo.password_of(ANA))
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    return page


@pytest.fixture
def attacker(demo, tmp_path):
    """Connect on the attacker's machine, which waits for somebody to open its link."""
    with SigningIn(ANA, "--network", "Berlin", server=demo["manager"], home=tmp_path) as command:
        yield command


def is_not_enrolled(command, home):
    """It still waits, and holds nothing."""
    assert command.process.poll() is None
    assert not (home / "session.json").exists()


def last_event(demo):
    with sqlite3.connect(f"file:{demo.database}?mode=ro", uri=True) as database:
        return database.execute("SELECT action, subject, new_value FROM audit_event ORDER BY event_id DESC LIMIT 1").fetchone()


def test_the_link_alone_gives_nothing(victim, demo, attacker, tmp_path):
    victim.goto(attacker.address)

    # Okta let her through without a word; here somebody asks, and says what the other screen would show.
    expect(victim.locator(".match-code")).to_have_text(attacker.match_code)
    expect(victim.get_by_role("main")).to_contain_text("A link that somebody sent you would look the same")
    expect(victim.get_by_role("main")).to_contain_text("from 127.0.0.1")
    victim.reload()
    expect(victim.locator(".match-code")).to_be_visible()
    is_not_enrolled(attacker, tmp_path)


def test_whoever_presses_enter_refuses(victim, demo, attacker):
    victim.goto(attacker.address)
    expect(victim.locator(".match-code")).to_be_visible()

    victim.keyboard.press("Tab")
    while victim.evaluate("document.activeElement.tagName") != "BUTTON":
        victim.keyboard.press("Tab")
    victim.keyboard.press("Enter")

    result = attacker.result()
    assert result.code == 1, result
    assert "The sign-in was cancelled in the browser" in result.err
    action, subject, program = last_event(demo)
    assert (action, subject) == ("connect-sign-in.cancelled", ANA)
    assert "from 127.0.0.1" in program


def test_another_site_cannot_press_the_button(victim, demo, attacker, tmp_path, browser):
    """The attacker's page holds the whole form but for what only our page knows, and sends it by itself."""
    victim.goto(attacker.address)
    expect(victim.locator(".match-code")).to_be_visible()
    packed = victim.locator("input[name=request]").get_attribute("value")
    origin = demo["manager"].rstrip("/")

    form = f"""
        <form method=post action="{origin}/oauth/consent">
        <input name=request value="{packed}"><input name=decision value=continue><input name=csrf value=guessed></form>
        <script>document.forms[0].submit()</script>
    """
    with Loopback(page=form) as evil:
        for name in ["localhost", "127.0.0.1"]:
            page = browser.new_page()
            with page.expect_response(lambda answer: "/oauth/consent" in answer.url) as refused:
                page.goto(f"http://{name}:{evil.port}/")
            assert refused.value.status == 403
            page.close()

    is_not_enrolled(attacker, tmp_path)


def test_a_program_with_her_cookie_but_not_her_page_is_refused(victim, demo, attacker, tmp_path):
    victim.goto(attacker.address)
    expect(victim.locator(".match-code")).to_be_visible()
    form = {
        "request": victim.locator("input[name=request]").get_attribute("value"),
        "decision": "continue",
        "csrf": victim.locator("input[name=csrf]").get_attribute("value"),
    }
    cookies = {cookie["name"]: cookie["value"] for cookie in victim.context.cookies(demo["manager"])}
    target = demo["manager"].rstrip("/") + "/oauth/consent"

    for headers in [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]:
        answer = requests.post(target, form, cookies=cookies, headers=headers, allow_redirects=False, timeout=10)
        assert answer.status_code == 403, headers

    is_not_enrolled(attacker, tmp_path)


def test_the_code_goes_to_no_other_machine(victim, demo):
    """The answer goes to a port of the browser's own machine, and to no address that the link names."""
    query = {
        "client_id": "timus-connect",
        "response_type": "code",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    for target in ["https://evil.example/callback", "http://192.0.2.7:80/callback", "http://127.0.0.1.evil.example:1/callback"]:
        address = demo["manager"].rstrip("/") + "/oauth/authorize?"
        victim.goto(address + urllib.parse.urlencode(query | {"redirect_uri": target}))
        expect(victim.get_by_role("heading", name="This link does not come from Timus Connect")).to_be_visible()


def test_a_device_code_in_a_link_is_neither_typed_nor_approved(victim, demo):
    begun = requests.post(
        demo["manager"].rstrip("/") + "/oauth/device_authorization",
        data={"client_id": "timus-connect", "device_name": "attacker"},
        timeout=10,
    ).json()
    assert "verification_uri_complete" not in begun

    victim.goto(begun["verification_uri"] + "?user_code=" + begun["user_code"])

    expect(victim.get_by_label("Code")).to_have_value("")
    poll = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "timus-connect",
        "device_code": begun["device_code"],
    }
    answer = requests.post(demo["manager"].rstrip("/") + "/oauth/token", poll, timeout=10)
    assert answer.json()["error"] == "authorization_pending"
