"""The deny paths: who is kept out, what they are told, and what nobody may do."""

import re

import pytest
from playwright.sync_api import expect

from consoles import Manager, Visitor, sign_in_at_okta
from programs import Demo, SigningIn, run

ANA = "ana.silva@acme.example"  # Engineering, and assigned to the app
BEN = "ben.okafor@acme.example"  # Sales, and assigned through the group
CHLOE = "chloe.martin@acme.example"  # Engineering, suspended
EMIL = "emil.novak@acme.example"  # Engineering, not assigned to the app
FARAH = "farah.haddad@acme.example"  # Finance, which is not chosen; assigned
GRACE = "grace.obrien@acme.example"  # Support and Sales


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """The demo, with the app given to some only."""
    with Demo(tmp_path_factory.mktemp("acme")) as demo:
        okta, app = demo.okta_api, demo.okta_api.app("Timus")
        okta("DELETE", f"apps/{app}/groups/{okta.group('Everyone')}")
        for group in ["Sales", "Finance"]:
            okta("PUT", f"apps/{app}/groups/{okta.group(group)}")
        for login in [ANA, CHLOE]:
            okta("POST", f"apps/{app}/users", json={"id": okta.user(login)})
        yield demo


def sign_in(page, acme, login, password=None):
    """To Accounts, through Okta."""
    page.goto(acme["account"])
    page.get_by_label("E-mail").fill(login)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(re.escape(acme["okta"])))
    sign_in_at_okta(page, login, password or acme["users"][0]["password"])


def is_let_in(page, name):
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    expect(page.get_by_role("banner")).to_contain_text(name)


def is_kept_out(page, acme, what, remedy, status=403):
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(what)
    expect(page.get_by_role("main")).to_contain_text(remedy)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert "code=" not in page.url and "state=" not in page.url
    assert page.context.request.get(page.url).status == status
    answer = page.context.request.get(acme["account"], max_redirects=0)
    assert answer.status == 303 and "/sign-in" in answer.headers["location"]


def test_a_user_who_is_assigned_and_chosen_gets_in(browser, acme):
    page = browser.new_page()

    sign_in(page, acme, ANA)

    is_let_in(page, "ana.silva")
    networks = page.get_by_role("region", name="Networks that you may reach")
    expect(networks.get_by_role("row").filter(has_text="Berlin")).to_contain_text("Allowed through Engineering")


def test_a_user_who_is_not_assigned_to_the_app(browser, acme):
    page = browser.new_page()

    sign_in(page, acme, EMIL)

    is_kept_out(page, acme, "You are not assigned to this app in Okta.", "Ask your administrator to assign you")


def test_and_comes_in_once_assigned(browser, acme):
    page = browser.new_page()
    okta, app = acme.okta_api, acme.okta_api.app("Timus")
    sign_in(page, acme, EMIL)
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()

    okta("POST", f"apps/{app}/users", json={"id": okta.user(EMIL)})
    page.get_by_role("button", name="Try again").click()

    is_let_in(page, "emil.novak")
    okta("DELETE", f"apps/{app}/users/{okta.user(EMIL)}")


def test_a_suspended_user_is_refused_by_okta_and_listed_no_network(browser, acme, tmp_path):
    page = browser.new_page()

    sign_in(page, acme, CHLOE)

    expect(page.get_by_role("alert")).to_contain_text("Unable to sign in")
    with SigningIn(CHLOE, server=acme["manager"], home=tmp_path) as command:
        assert "No networks are listed for this address." in command.notes
    suspended = next(user for user in acme.timus("users", "--json").json if user["login"] == CHLOE)
    assert suspended["status"] == "inactive" and suspended["okta_status"] == "SUSPENDED" and suspended["sites"] == []


def test_a_user_in_no_chosen_group(browser, acme):
    page = browser.new_page()

    sign_in(page, acme, FARAH)

    is_kept_out(page, acme, "Timus does not know you yet", "Ask your administrator to add you to an Okta group")
    expect(page.get_by_role("main")).to_contain_text(FARAH)
    assert FARAH not in [user["login"] for user in acme.timus("users", "--json").json]


def test_a_user_who_left_the_chosen_groups(browser, acme):
    page = browser.new_page()
    okta, grace = acme.okta_api, acme.okta_api.user(GRACE)
    sign_in(page, acme, GRACE)
    is_let_in(page, "grace.obrien")

    for group in ["Support", "Sales"]:
        okta("DELETE", f"groups/{okta.group(group)}/users/{grace}")
    okta("PUT", f"groups/{okta.group('Finance')}/users/{grace}")
    assert acme.sync()["counts"]["sessions_ended"] == 1
    page.reload()
    page.get_by_role("button", name="Sign in with Okta").click()

    is_kept_out(page, acme, "You are in none of the Okta groups that Timus synchronizes.", "add you to one of them")


def test_a_user_who_is_deactivated_is_out_with_the_next_sync(browser, chromium, acme, tmp_path):
    page = browser.new_page()
    sign_in(page, acme, BEN)
    is_let_in(page, "ben.okafor")
    with SigningIn(BEN, "--network", "Lisbon", server=acme["manager"], home=tmp_path) as command:
        page.goto(command.address)
        page.get_by_role("button", name="Continue").click()
        assert command.result().code == 0
    assert run("timus-connect", "connect", "--config", "-", "--json", TIMUS_CONNECT_HOME=tmp_path).code == 0

    acme.okta_api.lifecycle(BEN, "deactivate")
    with chromium.new_context() as administrator:
        manager = Manager(administrator.new_page(), acme).sign_in()
        manager.sync_now()
        manager.goto("/settings/integrations/okta/sync-runs")
        manager.page.get_by_role("region").get_by_role("link").first.click()
        expect(manager.page.get_by_role("main")).to_contain_text("2 sessions and 1 connection")

    answer = page.context.request.get(acme["account"], max_redirects=0)
    assert answer.status == 303 and "/sign-in" in answer.headers["location"]
    ended = run("timus-connect", "status", "--json", TIMUS_CONNECT_HOME=tmp_path)
    assert ended.code == 3 and ended.json == {"signed_in": False}, ended
    assert run("timus-connect", "connect", "--config", "-", TIMUS_CONNECT_HOME=tmp_path).code == 3


def test_an_answer_with_another_state(browser, acme):
    page = browser.new_page()
    forged = acme["redirect_uri"] + "?code=forged&state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    page.goto(forged)

    is_kept_out(page, acme, "This sign-in was not started in this browser", "Try again here", status=400)


def test_an_answer_is_good_once_and_in_its_own_browser(browser, chromium, acme):
    page = browser.new_page()
    answers = []
    page.on("request", lambda request: answers.append(request.url) if "/user/external?" in request.url else None)
    sign_in(page, acme, ANA)
    is_let_in(page, "ana.silva")

    page.goto(answers[0])
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    with chromium.new_context() as another:
        elsewhere = another.new_page()
        elsewhere.goto(answers[0])
        is_kept_out(elsewhere, acme, "This sign-in was not started in this browser", "Try again here", status=400)

    assert len(answers) == 2


# MARK: what an administrator may do

POSTS = [
    "/sites",
    "/sites/{site}",
    "/sites/{site}/remove",
    "/sites/{site}/gateways",
    "/users/{user}/ban",
    "/users/{user}/ban/remove",
    "/users/{user}/overrides/{site}",
    "/users/{user}/sessions/end",
    "/administrators",
    "/settings/integrations/okta/configuration",
    "/settings/integrations/okta/preferences",
    "/settings/integrations/okta/groups/{group}",
    "/settings/integrations/okta/sync-runs",
    "/settings/integrations/okta/disable",
    "/settings/connect",
]


@pytest.fixture(scope="module")
def owner(demo):
    return Visitor(demo["manager"], **demo["administrator"])


@pytest.fixture(scope="module")
def places(demo, owner):
    """Ids for the paths of `POSTS`."""

    def first(path, pattern):
        return re.search(pattern, owner.get(path).text)[1]

    return {
        "site": first("/sites", r'href="/sites/(?!new)([^"/]+)"'),
        "user": first("/users", r'href="/users/([^"/?]+)"'),
        "group": demo.okta_api.group("Engineering"),
    }


@pytest.fixture(scope="module")
def viewer(demo):
    added = demo.timus(
        "administrators", "add", "vera@acme.example", "--role", "viewer", "--password-file", "-", input="vera looks only\n"
    )
    assert added.code == 0, added
    return Visitor(demo["manager"], "vera@acme.example", "vera looks only")


@pytest.mark.parametrize("path", POSTS)
def test_a_viewer_changes_nothing(demo, viewer, places, path):
    events = viewer.get("/events").text

    answer = viewer.post(path.format(**places), {"csrf": viewer.csrf, "name": "Potsdam", "address_range": "10.99.0.0/16"})

    assert answer.status_code == 403
    assert "<h1" in answer.text
    assert rows(viewer.get("/events").text) == rows(events)


@pytest.mark.parametrize("path", POSTS)
def test_a_post_without_the_token_is_refused(owner, places, path):
    for fields in [{}, {"csrf": ""}, {"csrf": "A" * len(owner.csrf)}]:
        answer = owner.post(path.format(**places), fields)
        assert answer.status_code == 403, fields


def test_a_post_from_another_site_is_refused(owner):
    fields = {"csrf": owner.csrf, "name": "Potsdam", "address_range": "10.99.0.0/16"}

    for header in [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]:
        assert owner.post("/sites", fields, **header).status_code == 403, header

    assert "Potsdam" not in owner.get("/sites").text
    assert owner.post("/sites", fields).status_code == 303, "the same from our own page"
    assert "Potsdam" in owner.get("/sites").text


def test_the_pages_of_a_viewer_offer_no_change(demo, viewer, places):
    for path in [
        "/users",
        f"/users/{places['user']}",
        "/sites",
        f"/sites/{places['site']}",
        "/administrators",
        "/events",
        "/settings/connect",
        "/settings/integrations",
        "/settings/integrations/okta",
        "/settings/integrations/okta/configuration",
        f"/settings/integrations/okta/groups/{places['group']}",
        "/settings/integrations/okta/sync-runs",
    ]:
        answer = viewer.get(path)
        assert answer.status_code == 200, path
        assert set(re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', answer.text)) <= {"/sign-out"}, path


def test_nobody_without_a_session_sees_a_page(demo, browser, places):
    for path in ["/users", f"/users/{places['user']}", "/sites", "/administrators", "/events", "/settings/integrations"]:
        answer = browser.request.get(demo["manager"].rstrip("/") + path, max_redirects=0)
        assert answer.status == 303 and "/sign-in" in answer.headers["location"], path


def rows(page):
    """The rows of its table, without how long ago each was: that changes by itself."""
    return re.findall(r"<tr role=\"row\">.*?</tr>", re.sub(r">[^<]* ago</time>", "></time>", page), re.S)
