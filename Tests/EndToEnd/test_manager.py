"""Manager as administrators use it: forms that keep what was typed, lists, the audit trail, no script, the keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from consoles import Manager, open_manager, session_of
from enrolled_gateway import EnrolledGateway
from programs import Demo, Running

PASSWORD = "correct horse battery"


@pytest.fixture
def manager(chromium, demo, signed_in):
    """The connected demo in the browser of its administrator, to look at: what is changed there stays for other tests."""
    with open_manager(chromium, demo, signed_in) as it:
        yield it


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A demo to change."""
    with Demo(tmp_path_factory.mktemp("own")) as it:
        yield it


@pytest.fixture(scope="module")
def signed_in_to_own(chromium, own):
    return session_of(chromium, own)


@pytest.fixture
def owner(chromium, own, signed_in_to_own):
    with open_manager(chromium, own, signed_in_to_own) as it:
        yield it


# MARK: first run


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server on a database that was not there before."""
    folder = tmp_path_factory.mktemp("server")
    with Running("timus", "serve", "--port", 0, "--json", TIMUS_DATABASE=folder / "timus.sqlite") as it:
        yield it


def test_first_run_makes_the_first_administrator(browser, server):
    page = browser.new_page()
    manager = Manager(page, server)

    page.goto(server["manager"])
    expect(page.get_by_role("heading", name="Welcome to Timus")).to_be_visible()
    page.get_by_label("E-mail").fill("ana@acme.example")
    page.get_by_label("Name").fill("Ana Silva")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD + "!")
    page.get_by_role("button", name="Create administrator").click()
    manager.refuses("Password again", "Enter the same password twice")
    expect(page.get_by_label("E-mail")).to_have_value("ana@acme.example")
    expect(page.get_by_label("Name")).to_have_value("Ana Silva")

    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password again").fill("short")
    page.get_by_role("button", name="Create administrator").click()
    manager.refuses("Password", "at least 12")

    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Create administrator").click()
    expect(page.get_by_label("E-mail")).to_have_value("ana@acme.example")
    manager.sign_in("ana@acme.example", PASSWORD)
    expect(page.get_by_role("heading", name="Integrations")).to_be_visible()


def test_and_is_not_offered_twice(browser, server):
    page = browser.new_page()

    page.goto(server["manager"] + "start")
    expect(page.get_by_role("heading", name="Sign in to Timus")).to_be_visible()
    again = page.request.post(
        server["manager"] + "start",
        form={"email": "eve@evil.example", "password": PASSWORD, "password_again": PASSWORD},
        max_redirects=0,
    )

    assert again.status == 303 and again.headers["location"].startswith("/sign-in")
    page.get_by_label("E-mail").fill("eve@evil.example")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("they match no administrator")


# MARK: sites


@pytest.mark.parametrize(
    ("address_range", "sentence"),
    [
        ("10.20.4.0/24", "of the site Berlin. Enter a range without those addresses."),
        ("100.64.1.0/24", "addresses in the tunnels"),
        ("10.99.0.0", "CIDR form"),
        ("10.99.0.0/33", "prefix length from 8 to 32"),
        ("10.99.0.1/16", "10.99.0.0/16"),
        ("", "CIDR form"),
    ],
)
def test_a_wrong_address_range_is_said_at_its_field(manager, address_range, sentence):
    manager.add_site("Potsdam", address_range)

    manager.refuses("Address range", sentence)
    expect(manager.page.get_by_label("Name")).to_have_value("Potsdam")
    expect(manager.page.get_by_label("Address range")).to_have_value(address_range)


def test_a_name_that_another_site_has(manager):
    manager.add_site("Berlin", "10.99.0.0/16")

    manager.refuses("Name", "A site named Berlin exists. Choose another name.")
    expect(manager.page.get_by_label("Address range")).to_have_value("10.99.0.0/16")


def test_a_name_that_is_too_long(manager):
    manager.add_site("B" * 101, "10.99.0.0/16")

    manager.refuses("Name", "at most 100 characters")
    expect(manager.page.get_by_label("Name")).to_have_value("B" * 101)


def test_a_wrong_gateway_keeps_what_was_typed(manager):
    page = manager.page
    manager.open("Sites")
    page.get_by_role("link", name="Berlin").click()
    page.get_by_role("link", name="Add a gateway").click()

    page.get_by_label("Gateway name").fill("Berlin, cellar")
    page.get_by_label("Endpoint").fill("berlin.acme.example")
    page.get_by_role("button", name="Add gateway").click()

    manager.refuses("Endpoint", "a host and a port")
    expect(page.get_by_label("Gateway name")).to_have_value("Berlin, cellar")
    expect(page.get_by_label("Endpoint")).to_have_value("berlin.acme.example")


def test_a_gateway_is_added_enrolled_renamed_and_removed(owner):
    page, origin = owner.page, owner.origin
    owner.add_site("Faro", "10.94.0.0/16")
    page.get_by_role("link", name="Faro").click()
    expect(page.get_by_role("region", name="Gateways")).to_have_count(0)
    page.get_by_role("link", name="Add a gateway").click()
    page.get_by_label("Endpoint").fill("faro.acme.example:51820")
    page.get_by_role("button", name="Add gateway").click()

    expect(page.get_by_role("heading", name="Gateway added")).to_be_visible()
    code = page.get_by_label("One-time code").input_value()
    expect(page.get_by_label("Enrol", exact=True)).to_have_value(f"timus-gateway enrol --server {origin} --code {code}")
    expect(page.get_by_label("Run", exact=True)).to_have_value("timus-gateway run")
    page.get_by_role("link", name="Done").click()
    gateways = page.get_by_role("region", name="Gateways")
    expect(gateways).to_contain_text("Not enrolled")

    # The machine enrols and says how it does: the page says so by itself.
    machine = EnrolledGateway(origin, code)
    assert machine.report(version="9.9.9", refused=7).status_code == 204
    expect(gateways).to_contain_text("Online")
    expect(gateways).to_contain_text("9.9.9, kernel")
    assert machine.enrol(code).status_code >= 400, "a code is good once"

    gateways.get_by_role("link", name="Faro").click()
    page.get_by_label("Gateway name").fill("Faro, attic")
    page.get_by_role("button", name="Rename").click()
    owner.says("Faro was renamed.")
    page.get_by_role("link", name="Faro, attic").click()
    page.get_by_role("button", name="New code").click()
    expect(page.get_by_label("One-time code")).not_to_have_value(code)
    page.get_by_role("link", name="Faro, attic").click()
    page.get_by_role("link", name="Remove gateway…").click()
    expect(page.locator(".losses")).to_contain_text("Nobody can connect to Faro")
    expect(page.locator(".losses")).to_contain_text("lease ends, in 5 minutes")
    page.get_by_role("button", name="Remove gateway").click()
    owner.says("Faro, attic was removed.")
    expect(page.get_by_text("No gateway yet")).to_be_visible()
    assert machine.report().status_code == 401


def test_a_lease_is_set(owner):
    page = owner.page
    owner.open("Sites")
    page.get_by_role("link", name="Tokyo").click()
    lease = page.get_by_label("Cut off without the server after")
    expect(lease).to_have_value("300")
    lease.fill("5")
    page.get_by_role("button", name="Set lease").click()
    owner.refuses("Cut off without the server after", "from 60 to 86400")
    page.get_by_label("Cut off without the server after").fill("600")
    page.get_by_role("button", name="Set lease").click()
    owner.says("The lease of Tokyo was saved.")
    expect(page.get_by_label("Cut off without the server after")).to_have_value("600")


def test_a_form_sent_twice_adds_one_site(owner):
    page = owner.page
    owner.open("Sites")
    page.get_by_role("link", name="Add a remote site").click()
    page.get_by_label("Name").fill("Potsdam")
    page.get_by_label("Address range").fill("10.98.0.0/16")

    with page.expect_navigation():
        page.evaluate(
            """() => {
                const form = document.querySelector('form[action="/sites"]');
                const fields = new URLSearchParams(new FormData(form));
                return fetch(form.action, {method: 'POST', body: fields}).then(() => form.submit());
            }"""
        )

    owner.refuses("Name", "Potsdam")
    owner.open("Sites")
    expect(page.get_by_role("rowheader", name="Potsdam")).to_have_count(1)


def test_a_site_is_changed_and_removed(owner):
    page = owner.page
    owner.add_site("Porto", "10.97.0.0/16")
    page.get_by_role("link", name="Porto").click()
    page.get_by_label("Name", exact=True).fill("Porto, Foz")
    page.get_by_role("button", name="Save").click()
    owner.says("Porto, Foz was saved.")

    page.get_by_role("link", name="Porto, Foz").click()
    page.get_by_role("link", name="Remove site…").click()
    expect(page.locator(".losses")).to_contain_text("0 open connections end")
    page.get_by_role("button", name="Remove site").click()

    owner.says("Porto, Foz was removed.")
    expect(page.get_by_role("rowheader", name="Porto, Foz")).to_have_count(0)


# MARK: users


def test_users_are_searched_and_filtered(manager):
    page = manager.page
    manager.open("Users & Teams")

    page.get_by_label("Search by name, e-mail or username").fill("SILVA")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("rowheader", name="ana.silva")).to_be_visible()
    expect(page.get_by_role("rowheader", name="ben.okafor")).to_have_count(0)
    expect(page.get_by_label("Search by name, e-mail or username")).to_have_value("SILVA")

    page.get_by_label("Search by name, e-mail or username").fill("nobody%_'\"<b>")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("No users match “nobody%_'\"<b>”")).to_be_visible()
    page.get_by_role("link", name="Clear the search").click()

    page.get_by_label("Status").select_option("inactive")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("rowheader", name="chloe.martin")).to_be_visible()
    expect(page.get_by_role("region", name=re.compile(r"\d+ users?"))).not_to_contain_text("Active")


def test_the_numbers_of_the_integration_lead_to_the_users_they_count(manager):
    page = manager.page
    manager.open_okta()
    inactive = page.locator("#okta-status .counts a").filter(has_text="inactive")
    count = int(inactive.locator("b").inner_text().replace(",", ""))

    inactive.click()

    assert count > 0
    expect(page.get_by_label("Status")).to_have_value("inactive")
    expect(page.get_by_role("region", name=f"{count} user")).to_be_visible()


def test_what_is_set_by_hand_wins_and_is_taken_back(owner):
    page = owner.page
    row = page.get_by_role("region", name="Sites and why").get_by_role("row").filter(
        has=page.get_by_role("rowheader", name="Tokyo")
    )
    owner.open_user("ben.okafor")
    expect(row).to_contain_text("Denied")

    row.get_by_role("button", name="Allow Tokyo").click()
    owner.says("Tokyo is allowed for ben.okafor by hand.")
    expect(row).to_contain_text("Allowed")
    row.get_by_role("button", name="Deny Tokyo").click()
    owner.says("Tokyo is denied for ben.okafor by hand.")
    expect(row).to_contain_text("Denied")
    row.get_by_role("button", name="Follow groups Tokyo").click()
    owner.says("Tokyo follows ben.okafor's groups again.")
    assert owner.ready.timus("explain", "ben.okafor@acme.example", "Tokyo").out.count(": no.") == 1


def test_a_ban_ends_all_access_until_it_is_lifted(owner):
    page = owner.page
    owner.open_user("grace.obrien")
    page.get_by_role("link", name="Ban user…").click()
    expect(page.locator(".losses")).to_contain_text("0 sessions end")
    page.get_by_role("button", name="Ban user").click()
    owner.says("grace.obrien was banned.")
    expect(page.get_by_text("grace.obrien reaches no site.")).to_be_visible()
    owner.ready.sync()
    page.reload()
    expect(page.locator(".page-head")).to_contain_text("Banned")

    page.get_by_role("button", name="Lift the ban").click()

    owner.says("The ban on grace.obrien was lifted.")
    expect(page.locator(".page-head")).to_contain_text("Active")


# MARK: administrators and events


def test_administrators_and_their_roles(owner, chromium):
    page = owner.page
    owner.open("Administrators")
    page.get_by_role("link", name="Add an administrator").click()
    owner.confirm()
    page.get_by_label("E-mail").fill("Vera@Acme.example")
    page.get_by_role("group", name="Role").get_by_label("Viewer").check()
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Add administrator").click()
    owner.refuses("Password", "at least 12")
    expect(page.get_by_label("E-mail")).to_have_value("Vera@Acme.example")
    expect(page.get_by_role("group", name="Role").get_by_label("Viewer")).to_be_checked()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Add administrator").click()
    owner.says("vera@acme.example was added.")

    with chromium.new_context() as veras:
        vera = Manager(veras.new_page(), owner.ready).sign_in("vera@acme.example", PASSWORD)
        vera.open("Sites")
        expect(vera.page.get_by_role("rowheader", name="Berlin")).to_be_visible()
        expect(vera.page.get_by_role("link", name="Add a remote site")).to_have_count(0)
        assert vera.goto("/administrators/new").status == 403

        # Taking the account away ends what vera has open.
        page.get_by_role("link", name="vera@acme.example").click()
        owner.confirm()
        page.get_by_role("link", name="Remove administrator…").click()
        page.get_by_role("button", name="Remove administrator").click()
        owner.says("vera@acme.example was removed.")
        vera.page.reload()
        vera.goto("/sites")
        expect(vera.page.get_by_role("heading", name="Sign in to Timus")).to_be_visible()


def test_the_last_owner_stays(owner):
    page = owner.page
    owner.open("Administrators")
    page.get_by_role("row").get_by_role("link", name="admin@acme.example").click()
    owner.confirm()

    page.get_by_role("group", name="Role").get_by_label("Viewer").check()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert")).to_contain_text("owner")
    owner.open("Administrators")
    expect(page.get_by_role("row").filter(has_text="admin@acme.example")).to_contain_text("Owner")


def test_events_say_who_did_what_to_what(owner):
    page = owner.page
    owner.add_site("Madrid", "10.96.0.0/16")
    page.get_by_role("link", name="Madrid").click()
    page.get_by_label("Address range").fill("10.95.0.0/16")
    page.get_by_role("button", name="Save").click()

    owner.open("Events")
    page.get_by_label("Search events").fill("Madrid")
    page.get_by_role("button", name="Search").click()

    newest = page.get_by_role("region").get_by_role("row").nth(1)
    expect(newest).to_contain_text("admin@acme.example")
    expect(newest).to_contain_text("site.")
    expect(newest.locator("[data-label=Change]")).to_contain_text("10.96.0.0/16 → Madrid, 10.95.0.0/16")
    secrets = [owner.ready["okta_client_secret"], owner.ready["okta_api_token"]]
    owner.goto("/events")
    assert not [secret for secret in secrets if secret in page.content()]


# MARK: everybody's browser


def test_without_script_the_integration_is_set_and_synchronized(chromium, own):
    with chromium.new_context(java_script_enabled=False) as context:
        manager = Manager(context.new_page(), own).sign_in()
        page = manager.page
        manager.open_okta()

        # Narrowing the list asks the server and keeps what is ticked.
        page.get_by_label("Search groups").fill("legal")
        page.get_by_role("button", name="Search", exact=True).click()
        expect(manager.group("Engineering")).to_be_checked()
        expect(manager.group("Marketing")).to_have_count(0)
        manager.group("Legal").check()
        page.get_by_role("button", name="Confirm").click()
        manager.says("Preferences saved.")

        manager.goto("/settings/integrations/okta/sync-runs")
        expect(page.get_by_role("row").nth(1)).to_contain_text("Succeeded", timeout=30_000)
        manager.goto("/settings/integrations/okta")
        page.get_by_role("button", name="Sync now").click()
        expect(page.get_by_role("heading", name="Okta Integration")).to_be_visible()
        expect(manager.group("Legal")).to_be_checked()


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(manager):
    page = manager.page
    manager.goto("/users")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    # Everything that can be reached shows that it has the focus.
    manager.goto("/sites/new")
    seen = set()
    while not seen or page.evaluate("document.activeElement !== document.body"):
        page.keyboard.press("Tab")
        name, ring = page.evaluate(
            """() => {
                const it = document.activeElement, style = getComputedStyle(it);
                const name = it === document.body ? 'body' : it.id || it.textContent.trim();
                return [name, style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
            }"""
        )
        seen.add(name)
        assert ring or name == "body", f"{name} does not show the focus"
    assert {"field-name", "field-address-range", "Add remote site"} <= seen


PAGES = [
    "/users",
    "/users?search=nobody",
    "/sites",
    "/sites/new",
    "/settings/integrations",
    "/settings/integrations/okta/preferences",
    "/settings/integrations/okta/configuration",
    "/settings/integrations/okta/sync-runs",
    "/settings/integrations/okta/disable",
    "/administrators",
    "/administrators/me",
    "/administrators/me/confirm",
    "/administrators/groups",
    "/administrators/new",
    "/events",
    "{user}",
    "{site}",
    "{run}",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(chromium, demo, signed_in, scheme):
    with chromium.new_context(color_scheme=scheme) as nobody:
        found = {"sign-in": serious(nobody.new_page(), demo["manager"] + "sign-in")}
    with open_manager(chromium, demo, signed_in, color_scheme=scheme) as manager:
        places = places_of(manager)
        for path in PAGES:
            path = path.format(**places)
            found[path] = serious(manager.page, manager.origin + path)

    assert {path: problems for path, problems in found.items() if problems} == {}


def places_of(manager):
    """The paths of one user, one site and one synchronization."""
    page, places = manager.page, {}
    for name, path, row in [
        ("user", "/users", "ana.silva"),
        ("site", "/sites", "Berlin"),
        ("run", "/settings/integrations/okta/sync-runs", ""),
    ]:
        manager.goto(path)
        link = page.get_by_role("rowheader", name=row).get_by_role("link").first
        places[name] = link.get_attribute("href")
    return places


def serious(page, address):
    assert page.goto(address).ok, address
    problems = Axe().run(page).response["violations"]
    return [
        (problem["id"], node["html"][:160], node["failureSummary"][:200])
        for problem in problems
        if problem["impact"] in {"serious", "critical"}
        for node in problem["nodes"]
    ]
