"""Signing in and out as browsers do it: tabs, the back button, what comes late, what Okta refuses, the keyboard."""

import re
import sqlite3
import urllib.parse

import pytest
import requests
from playwright.sync_api import Error, expect

from consoles import Accounts, Manager
from programs import Demo, SigningIn, eventually

ANA = "ana.silva@acme.example"  # Engineering
BEN = "ben.okafor@acme.example"  # Sales
CHLOE = "chloe.martin@acme.example"  # Engineering, suspended
EMIL = "emil.novak@acme.example"  # Engineering, not assigned to the app
FARAH = "farah.haddad@acme.example"  # Finance, which is not chosen; assigned
GRACE = "grace.obrien@acme.example"  # Support and Sales

PASSWORD_TAKES = 20_000  # milliseconds at most: on purpose, and a debug build takes it all


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """The demo, with everybody but Emil assigned to the app."""
    with Demo(tmp_path_factory.mktemp("acme")) as demo:
        okta, app = demo.okta_api, demo.okta_api.app("Timus")
        okta("DELETE", f"apps/{app}/groups/{okta.group('Everyone')}")
        for login in [ANA, BEN, CHLOE, FARAH, GRACE]:
            okta("POST", f"apps/{app}/users", json={"id": okta.user(login)})
        yield demo


@pytest.fixture
def accounts(browser, acme):
    return Accounts(browser.new_page(), acme)


@pytest.fixture(scope="module")
def keeping_pages(chromium):
    """Chromium as people have it: going back shows the page as it was left. Playwright turns that off."""
    browser = chromium.browser_type.launch(
        executable_path="/usr/bin/chromium",
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture
def remembering(keeping_pages):
    context = keeping_pages.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


# MARK: tabs


@pytest.mark.parametrize("last", [0, 1], ids=["the first tab last", "the second tab last"])
def test_two_tabs_each_come_back_to_their_own_page(browser, acme, last):
    tabs = [Accounts(browser.new_page(), acme) for _ in range(2)]
    wanted = ["/account", "/oauth/device"]
    headings = ["Your account", "Sign in on another machine"]
    for tab, path in zip(tabs, wanted):
        tab.start(ANA, path)

    for number in [1 - last, last]:
        tabs[number].sign_in_at_okta(ANA)
        expect(tabs[number].page.get_by_role("heading", name=headings[number])).to_be_visible()
        assert tabs[number].page.url == tabs[number].origin + wanted[number]

    for number in range(2):
        tabs[number].page.reload()
        expect(tabs[number].page.get_by_role("heading", name=headings[number])).to_be_visible()


def test_twenty_tabs_do_not_fill_the_header(browser, acme):
    first, newest = Accounts(browser.new_page(), acme), Accounts(browser.new_page(), acme)
    first.start(ANA)
    for _ in range(18):
        begun = browser.request.post(
            first.origin + "/sign-in/okta", form={"next": "/account"}, headers={"Origin": first.origin}, max_redirects=0
        )
        assert begun.status == 303
    newest.start(ANA)

    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in browser.cookies(first.origin))
    assert len(cookies) < 2048, "of the 8 kB that a server takes"
    newest.sign_in_at_okta(ANA)
    newest.is_in(ANA)
    first.sign_in_at_okta(ANA)
    first.is_refused("This sign-in was not started in this browser, or too many were.")
    first.page.get_by_role("button", name="Try again").click()
    first.is_in(ANA)


def test_signing_out_in_one_tab_is_seen_in_the_other(browser, acme):
    here = Accounts(browser.new_page(), acme).sign_in(ANA)
    there = Accounts(browser.new_page(), acme)
    there.page.goto(acme["account"])
    there.is_in(ANA)

    here.sign_out()
    there.page.get_by_role("button", name="Sign out", exact=True).click()

    expect(there.page.get_by_role("heading", name="You are signed out")).to_be_visible()
    there.page.goto(acme["account"])
    there.is_asked_to_sign_in()


def test_and_a_page_that_was_left_open_there_changes_nothing(browser, chromium, acme):
    here = Accounts(browser.new_page(), acme).sign_in(BEN)
    there = browser.new_page()
    there.goto(acme["account"])
    with chromium.new_context() as another:
        Accounts(another.new_page(), acme).sign_in(BEN)
        there.reload()
        here.sign_out()

        there.get_by_role("button", name="Sign out everywhere else").click()

        Accounts(there, acme).is_asked_to_sign_in()
        another.pages[0].reload()
        Accounts(another.pages[0], acme).is_in(BEN)


# MARK: back, reload, late


def test_going_back_after_signing_in_shows_no_answer_of_okta(accounts, acme):
    page = accounts.sign_in(ANA).page

    assert page.url == acme["account"]
    assert leaked(addresses_of(page), acme) == []
    assert page.evaluate("document.referrer") == ""
    shown = page.evaluate("performance.getEntriesByType('navigation').map((entry) => entry.name)")
    assert leaked(shown, acme) == []
    page.go_back()
    page.go_back()
    accounts.is_asked_to_sign_in()
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_role("button", name="Continue").click()
    accounts.is_in(ANA)
    assert leaked(addresses_of(page), acme) == []


def test_going_back_after_signing_out_shows_nothing_of_the_account(remembering, acme):
    accounts = Accounts(remembering.new_page(), acme).sign_in(ANA)
    page = accounts.page
    page.goto(acme["account"] + "?again")
    accounts.is_in(ANA)
    accounts.sign_out()

    for _ in pages_before(page):
        go_back(page)
        expect(page.get_by_role("heading", name="Your account")).to_be_hidden()
        assert "Networks that you may reach" not in page.content(), page.url


def test_nor_of_manager(remembering, acme):
    manager = Manager(remembering.new_page(), acme).sign_in()
    page = manager.page
    manager.goto("/users")
    manager.goto("/administrators")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()

    for _ in pages_before(page):
        go_back(page)
        expect(page.get_by_role("table")).to_have_count(0)
        expect(page.get_by_role("navigation", name="Manager")).to_have_count(0)


def test_nor_after_signing_out_in_another_tab(remembering, acme):
    here = Accounts(remembering.new_page(), acme).sign_in(ANA)
    here.page.goto(here.origin + "/oauth/device")
    there = Accounts(remembering.new_page(), acme)
    there.page.goto(acme["account"])
    there.sign_out()

    go_back(here.page)

    here.is_asked_to_sign_in()


def test_an_attempt_that_ran_out(accounts, acme):
    accounts.start(ANA)
    let_time_pass(acme, seconds=601)

    accounts.sign_in_at_okta(ANA)

    accounts.is_refused("This sign-in took too long, or was used already.")
    expect(accounts.page.get_by_role("main")).to_contain_text("within ten minutes")
    assert leaked(addresses_of(accounts.page), acme) == []
    accounts.page.get_by_role("button", name="Try again").click()
    accounts.is_in(ANA)


def test_an_attempt_just_before_that(accounts, acme):
    accounts.start(ANA)
    let_time_pass(acme, seconds=570)

    accounts.sign_in_at_okta(ANA)

    accounts.is_in(ANA)


def test_an_answer_that_is_loaded_again(accounts, acme):
    """The browser asks, the answer is lost on its way, and the person presses reload."""
    page = accounts.start(ANA).page
    address = answer_of_okta(page, acme)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies(acme["account"])}
    lost = requests.get(address, cookies=cookies, allow_redirects=False)
    assert lost.headers["Location"] == "/account"

    page.goto(address)

    accounts.is_refused("This sign-in took too long, or was used already.")
    page.get_by_role("button", name="Try again").click()
    accounts.is_in(ANA)


def test_reloading_after_the_sign_in_stays_signed_in(accounts):
    accounts.sign_in(ANA)

    accounts.page.reload()

    accounts.is_in(ANA)


# MARK: refused

REFUSALS = {
    "access_denied": "Okta did not let you in.",
    "access_denied: User is not assigned to the client application.": "You are not assigned to this app in Okta.",
    "access_denied: Policy evaluation failed for this request, please check the policy configurations.": "A sign-in policy",
    "access_denied: <script>alert(1)</script><img src=x onerror=alert(1)>": "Okta did not let you in.",
    "temporarily_unavailable": "Okta could not be reached.",
    "server_error: Call +1 555 0100 to pay": "Okta could not be reached.",
    "login_required": "The sign-in at Okta was not finished.",
    "something_else: Your computer has a virus": "Okta's answer could not be verified",
}


@pytest.mark.parametrize("error", REFUSALS)
def test_what_okta_refuses_is_said_in_our_words(accounts, acme, error):
    page = accounts.page
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    accounts.start(ANA)
    code, _, description = error.partition(": ")
    answer = {"error": code, "state": state_at_okta(page)} | ({"error_description": description} if description else {})

    page.goto(acme["redirect_uri"] + "?" + urllib.parse.urlencode(answer))

    accounts.is_refused(REFUSALS[error])
    assert not said
    for word in ["555", "virus", "onerror", "please"]:
        assert word not in page.content()
    assert leaked(addresses_of(page), acme) == []
    assert page.context.request.get(acme["account"], max_redirects=0).status == 303
    page.get_by_role("button", name="Try again").click()
    accounts.sign_in_at_okta(ANA)
    accounts.is_in(ANA)


@pytest.mark.parametrize(
    ("login", "sentence", "remedy"),
    [
        (EMIL, "You are not assigned to this app in Okta.", "assign you to the app in Okta"),
        (FARAH, "You signed in at Okta, but Timus does not know you yet.", "add you to an Okta group that Timus synchronizes"),
    ],
    ids=["who is not assigned", "whom Timus does not know"],
)
def test_somebody_whom_okta_knows_but_may_not_come_in(accounts, acme, login, sentence, remedy):
    accounts.start(login)
    accounts.sign_in_at_okta(login)

    accounts.is_refused(sentence)
    expect(accounts.page.get_by_role("main")).to_contain_text(remedy)
    assert leaked(addresses_of(accounts.page), acme) == []
    accounts.page.reload()
    accounts.is_refused(sentence)

    # Okta keeps them signed in; the way out of that is on the page.
    accounts.page.get_by_role("button", name="Sign in as another Okta user").click()
    accounts.sign_in_at_okta(ANA)
    accounts.is_in(ANA)


def test_somebody_whom_nobody_knows(accounts):
    accounts.start("nobody@elsewhere.example")
    accounts.sign_in_at_okta("nobody@elsewhere.example")

    expect(accounts.page.get_by_role("alert")).to_contain_text("Unable to sign in")


def test_a_user_who_is_suspended_while_signed_in(accounts, browser, acme):
    page = accounts.sign_in(GRACE).page
    left_open = browser.new_page()
    left_open.goto(acme["account"])
    acme.okta_api.lifecycle(GRACE, "suspend")
    acme.sync()
    try:
        page.reload()
        accounts.is_asked_to_sign_in()
        assert "grace" not in page.content()

        # A page that was left open does nothing any more.
        left_open.get_by_role("button", name="Sign out", exact=True).click()
        expect(left_open.get_by_role("heading", name="You are signed out")).to_be_visible()

        page.get_by_role("button", name="Sign in with Okta").click()
        accounts.sign_in_at_okta(GRACE)
        expect(page.get_by_role("alert")).to_contain_text("Unable to sign in")
    finally:
        acme.okta_api.lifecycle(GRACE, "unsuspend")
        acme.sync()

    # What was ended stays ended: she signs in anew.
    page.goto(acme["account"])
    accounts.is_asked_to_sign_in()
    accounts.sign_in(GRACE)


# MARK: signing out


def test_signing_out_ends_the_session_at_okta_too(accounts, acme):
    page = accounts.sign_in(ANA).page
    token = next(cookie for cookie in page.context.cookies() if cookie["name"] == "timus-account")

    accounts.sign_out()

    assert page.url.partition("?")[0] == accounts.origin + "/signed-out"
    page.get_by_role("link", name="Sign in again").click()
    accounts.is_asked_to_sign_in()
    accounts.start(ANA)
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    expect(page.get_by_label("Password", exact=True)).to_be_empty()
    # The cookie is gone here, and worth nothing to whoever kept it.
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "timus-account"]
    kept = requests.get(acme["account"], cookies={token["name"]: token["value"]}, allow_redirects=False)
    assert kept.status_code == 303 and "/sign-in" in kept.headers["Location"]


def test_without_script_it_is_the_same(chromium, acme):
    with chromium.new_context(java_script_enabled=False) as context:
        accounts = Accounts(context.new_page(), acme).sign_in(ANA)

        accounts.sign_out()

        accounts.start(ANA)
        expect(accounts.page.get_by_role("heading", name="Sign In")).to_be_visible()


# MARK: the confirmation page of Connect


@pytest.fixture
def connect(browser, acme, tmp_path):
    """Ana, signed in to Accounts, who opens the address that her Connect printed."""
    accounts = Accounts(browser.new_page(), acme).sign_in(ANA)
    with SigningIn(ANA, "--network", "Berlin", server=acme["manager"], home=tmp_path) as command:
        accounts.page.goto(command.address)
        expect(accounts.page.locator(".match-code")).to_have_text(command.match_code)
        yield accounts.page, command


def test_the_confirmation_names_the_device_and_the_person(connect):
    page, command = connect

    expect(page.get_by_role("heading", level=1)).to_contain_text("ana.silva")
    expect(page.get_by_role("main")).to_contain_text(ANA)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    assert command.process.poll() is None, "nothing is granted by looking"


def test_continuing_signs_the_device_in(connect):
    page, command = connect

    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    assert command.result(timeout=30).code == 0


def test_cancelling_does_not(connect, acme):
    page, command = connect
    devices = devices_of(page, acme)

    page.get_by_role("button", name="Cancel").click()

    result = command.result(timeout=30)
    assert result.code not in {0, -9}, result
    assert "cancelled" in result.err
    expect(page.get_by_role("main")).to_contain_text("cancelled")
    assert devices_of(page, acme) == devices


def test_the_keyboard_confirms_only_where_it_is(connect):
    page, command = connect

    # Keys that were meant for the page before: nothing has the focus, nothing is confirmed.
    for key in ["Enter", "Space", "Enter"]:
        page.keyboard.press(key)
    expect(page.locator(".match-code")).to_have_text(command.match_code)
    assert command.process.poll() is None
    name = page.evaluate("document.activeElement.innerText")
    assert name.strip() != "Continue", "the button that grants does not have the focus by itself"

    tab_to(page, "Continue")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    assert command.result(timeout=30).code == 0


def test_the_keyboard_cancels(connect):
    page, command = connect

    tab_to(page, "Cancel")
    page.keyboard.press("Space")

    assert command.result(timeout=30).code not in {0, -9}


def test_a_confirmation_that_was_left_open_while_the_user_was_suspended(connect, acme):
    page, command = connect
    acme.okta_api.lifecycle(ANA, "suspend")
    acme.sync()
    try:
        page.get_by_role("button", name="Continue").click()

        Accounts(page, acme).is_asked_to_sign_in()
        assert command.process.poll() is None, "and no code was given out"
    finally:
        acme.okta_api.lifecycle(ANA, "unsuspend")
        acme.sync()


def test_the_address_is_good_after_an_hour_in_another_tab_too(accounts, acme, tmp_path):
    """A person who was signed in long ago is asked by Okta again, and then confirms."""
    accounts.sign_in(ANA)
    with sqlite3.connect(acme.database) as database:
        database.execute("UPDATE session SET created_at = created_at - 3600000")
    with SigningIn(ANA, server=acme["manager"], home=tmp_path) as command:
        accounts.page.goto(command.address)
        expect(accounts.page.locator(".match-code")).to_have_text(command.match_code)
        assert leaked(addresses_of(accounts.page), acme) == []


# MARK: the keyboard


def test_a_user_signs_in_and_out_by_keyboard(accounts, acme):
    page = accounts.page
    page.goto(acme["account"])
    tab_to(page, "E-mail")
    page.keyboard.type(ANA)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    expect(page.get_by_label("Username")).to_have_value(ANA)
    tab_to(page, "Password")
    page.keyboard.type(acme["users"][0]["password"])
    page.keyboard.press("Enter")

    accounts.is_in(ANA)
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    tab_to(page, "Sign in again")
    page.keyboard.press("Enter")
    accounts.is_asked_to_sign_in()


def test_an_administrator_signs_in_by_keyboard(browser, acme):
    page = browser.new_page()
    page.goto(acme["manager"])
    tab_to(page, "E-mail")
    page.keyboard.type(acme["administrator"]["email"])
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail")).to_have_value(acme["administrator"]["email"])
    tab_to(page, "Password")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")

    # The error has the focus, leads to the field, and the field is empty.
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_focused(timeout=PASSWORD_TAKES)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_be_empty()
    page.keyboard.type(acme["administrator"]["password"])
    page.keyboard.press("Enter")

    expect(page.get_by_role("navigation", name="Manager")).to_be_visible(timeout=PASSWORD_TAKES)
    tab_to(page, "Sign out")
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()


# MARK: back to the page that was wanted


def test_a_link_into_manager_comes_back_after_the_password(browser, acme):
    page, wanted = browser.new_page(), acme["manager"] + "users?search=ana+silva&status=active"
    page.set_default_timeout(PASSWORD_TAKES)

    page.goto(wanted)
    page.get_by_label("E-mail").fill(acme["administrator"]["email"])
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password").fill(acme["administrator"]["password"])
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("navigation", name="Manager")).to_be_visible(timeout=PASSWORD_TAKES)
    expect(page).to_have_url(wanted)


@pytest.mark.parametrize("path", ["/oauth/device", "/account?tab=devices"])
def test_a_link_for_a_user_comes_back_after_okta(accounts, path):
    accounts.sign_in(ANA, path)

    expect(accounts.page).to_have_url(accounts.origin + path)
    expect(accounts.page.get_by_role("button", name=re.compile("^(Continue|Sign out)$"))).to_be_visible()


def test_an_administrator_who_follows_a_link_to_accounts_is_asked_as_a_user(browser, acme):
    manager = Manager(browser.new_page(), acme).sign_in()
    for path in ["/account", "/account?tab=devices", "/oauth/device"]:
        manager.goto(path)
        Accounts(manager.page, acme).is_asked_to_sign_in()

    Accounts(manager.page, acme).sign_in(ANA)
    manager.goto("/users")
    expect(manager.page.get_by_role("navigation", name="Manager")).to_be_visible()


# MARK: helpers


def addresses_of(page):
    """What the back button of this tab has."""
    history = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
    return [entry["url"] for entry in history["entries"]] + [page.url]


def go_back(page):
    """Presses the back button, and waits until another page is there. Playwright's own waits for a page to be loaded, which
    one that the browser kept never is."""
    page.evaluate("() => { window.isLeft = true; history.back(); }")

    def arrived():
        try:
            return page.evaluate("!window.isLeft && document.readyState === 'complete'")
        except Error:  # in between
            return False

    eventually(arrived, timeout=20)


def pages_before(page):
    return range(page.evaluate("history.length") - 2)  # of which the first is blank


def leaked(addresses, acme):
    """Those of our addresses that hold something of Okta's answer."""
    ours = [address for address in addresses if address.startswith(acme["manager"])]
    assert ours
    return [address for address in ours if re.search(r"[?&#](code|state|error|error_description|iss)=", address)]


def let_time_pass(acme, seconds):
    """For the attempts that are under way: the clock cannot be moved, so they are."""
    with sqlite3.connect(acme.database, timeout=20) as database:
        moved = database.execute(
            "UPDATE sign_in_attempt SET created_at = created_at - ?, expires_at = expires_at - ?", [seconds * 1000] * 2
        )
        assert moved.rowcount > 0


def answer_of_okta(page, acme):
    """The redirect back to us that follows Okta's sign-in page, before the browser has followed it."""
    user = acme["users"][0]
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    going_on = urllib.parse.parse_qs(page.url.partition("?")[2])["fromURI"][0]
    okta = page.context.request
    signed_in = okta.post(
        acme["okta"] + "/login/login.htm",
        form={"username": user["email"], "password": user["password"], "fromURI": going_on},
        headers={"Origin": acme["okta"]},
        max_redirects=0,
    )
    answer = okta.get(acme["okta"] + signed_in.headers["location"], max_redirects=0)
    return answer.headers["location"]


def devices_of(page, acme):
    return re.findall(r"/account/devices/[^\"]+", page.context.request.get(acme["account"]).text())


def state_at_okta(page):
    """The state of the attempt for which Okta's sign-in page is open."""
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    going_on = urllib.parse.parse_qs(page.url.partition("?")[2])["fromURI"][0]
    return urllib.parse.parse_qs(going_on.partition("?")[2])["state"][0]


def tab_to(page, name):
    """Presses Tab until the element of that name has the focus, and shows it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused, ring = page.evaluate(
            """() => {
                const it = document.activeElement, style = getComputedStyle(it);
                const label = it.labels?.[0] ?? it;
                const name = it.getAttribute('aria-label') ?? label.innerText ?? '';
                return [name.trim(), style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
            }"""
        )
        if focused == name:
            assert ring, f"{name} does not show the focus"
            return
    raise AssertionError(f"{name} cannot be reached with Tab")
