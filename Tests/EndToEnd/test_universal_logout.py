"""Okta ends what a user holds here: an administrator clears sessions, or the user starts from Okta's dashboard and signs out."""

import pytest
import requests
from playwright.sync_api import expect

from consoles import Okta, sign_in_at_okta
from programs import Demo, SigningIn, eventually, run

ANA, BEN = "ana.silva@acme.example", "ben.okafor@acme.example"


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    with Demo(tmp_path_factory.mktemp("universal-logout")) as it:
        yield it


@pytest.fixture(scope="module")
def administrator(acme, chromium):
    """The simulator's admin console, in which Universal Logout is set up as Manager says."""
    address = acme.timus("okta", "universal-logout", "--public-url", acme["manager"].rstrip("/"), "--json").json
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(10_000)
        okta = Okta(context.new_page(), acme).sign_in()
        open_authentication(okta)
        okta.page.get_by_role("button", name="Edit").click()
        okta.page.get_by_label("Okta system or admin initiates logout").check()
        okta.page.get_by_label("Logout endpoint URL").fill(address["logout_endpoint_url"])
        okta.page.get_by_label("Issuer and Subject Identifier").check()
        okta.page.get_by_role("button", name="Save").last.click()
        okta.says("The settings were saved.")
        yield okta


def open_authentication(okta):
    okta.open("Applications")
    okta.page.get_by_role("main").get_by_role("link", name="Timus", exact=True).click()
    okta.page.get_by_role("tab", name="Authentication").click()


def clear_sessions(okta, person, with_apps):
    okta.person(person)
    okta.page.locator("summary", has_text="More Actions").click()
    okta.page.get_by_role("button", name="Clear User Sessions", exact=True).click()
    if with_apps:
        okta.page.get_by_label("Include logout enabled apps").check()
    okta.page.get_by_role("dialog").get_by_role("button", name="Clear User Sessions", exact=True).click()
    okta.says("Clear User Sessions: done for")


def sign_in(page, acme, email):
    page.goto(acme["account"])
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Continue").click()
    sign_in_at_okta(page, email, acme.password_of(email))
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def is_signed_in(page, acme):
    return page.context.request.get(acme["account"], max_redirects=0).status == 200


def deliveries(acme):
    return requests.get(f"{acme['okta']}/simulator/v1/universal-logout/deliveries", timeout=10).json()


def test_cleared_sessions_are_out_at_once_in_the_browser_and_in_connect(acme, administrator, browser, tmp_path):
    # given: ana in Accounts and, with a connection, in Connect
    page = browser.new_page()
    sign_in(page, acme, ANA)
    with SigningIn(ANA, "--network", "Lisbon", server=acme["manager"], home=tmp_path) as command:
        page.goto(command.address)
        page.get_by_role("button", name="Continue").click()
        assert command.result().code == 0
    assert run("timus-connect", "connect", "--config", "-", "--json", TIMUS_CONNECT_HOME=tmp_path).code == 0
    before = len(deliveries(acme))

    # when
    clear_sessions(administrator, ANA, with_apps=True)

    # then
    eventually(lambda: not is_signed_in(page, acme), timeout=10)
    ended = run("timus-connect", "status", "--json", TIMUS_CONNECT_HOME=tmp_path)
    assert ended.code == 3 and ended.json == {"signed_in": False}, ended
    eventually(lambda: len(deliveries(acme)) == before + 1, timeout=10)
    assert deliveries(acme)[-1]["status"] == 204
    open_authentication(administrator)
    expect(administrator.page.get_by_role("row").filter(has_text=ANA).first).to_contain_text("HTTP 204")
    log = acme.okta_api("GET", "logs?filter=eventType eq \"user.authentication.universal_logout\"")
    assert [target["type"] for target in log[-1]["target"]] == ["User", "AppInstance"]
    assert acme.timus("okta", "universal-logout", "--json").json["last_used_at"] is not None


def test_sessions_cleared_without_the_apps_end_at_okta_only(acme, administrator, browser):
    page = browser.new_page()
    sign_in(page, acme, BEN)
    before = len(deliveries(acme))

    clear_sessions(administrator, BEN, with_apps=False)

    assert is_signed_in(page, acme)
    assert len(deliveries(acme)) == before


def test_by_api_and_by_email_too(acme, administrator, browser):
    settings = {
        "client_id": acme["okta_client_id"],
        "endpoint": acme["manager"].rstrip("/") + "/okta/universal-logout",
        "subject_format": "email",
    }
    answer = requests.post(f"{acme['okta']}/simulator/v1/universal-logout/settings", json=settings, timeout=10)
    assert answer.status_code == 204, answer.text
    page = browser.new_page()
    sign_in(page, acme, BEN)

    acme.okta_api("DELETE", f"users/{acme.okta_api.user(BEN)}/sessions?oauthTokens=true")

    eventually(lambda: not is_signed_in(page, acme), timeout=10)


def test_the_tile_on_the_dashboard_signs_in(acme, administrator, browser):
    # given: the initiate login URI that Manager shows, entered in Okta
    page = administrator.page
    administrator.open("Applications")
    page.get_by_role("main").get_by_role("link", name="Timus", exact=True).click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Initiate login URI").fill(acme["manager"].rstrip("/") + "/sign-in/okta")
    page.get_by_role("button", name="Save").last.click()
    administrator.says("The settings were saved.")
    person = browser.new_page()
    person.goto(acme["okta"])
    person.goto(acme["okta"] + "/app/UserHome")
    sign_in_at_okta(person, ANA, acme.password_of(ANA))

    # when
    person.get_by_role("link", name="Timus").click()

    # then: nothing more was asked
    expect(person.get_by_role("heading", name="Your account")).to_be_visible()
    expect(person.get_by_role("main")).to_contain_text("ana.silva")


def test_signing_out_here_signs_out_at_okta_and_comes_back(acme, browser):
    page = browser.new_page()
    sign_in(page, acme, ANA)

    page.get_by_role("button", name="Sign out").first.click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert "/signed-out?state=" in page.url
    page.goto(acme["okta"] + "/app/UserHome")
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()


def test_a_get_signs_nobody_out(acme, browser):
    page = browser.new_page()
    sign_in(page, acme, BEN)

    for path in ["sign-out", "account/sign-out", "signed-out?state=other", "sign-in/okta?iss=https://evil.okta.com"]:
        page.context.request.get(acme["manager"] + path)

    assert is_signed_in(page, acme)
