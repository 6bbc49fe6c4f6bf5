"""The guide, word for word: an administrator who follows it ends with a user who signs in through Okta and is connected.

The text is Timus's own "Okta integration" chapter. Each comment names the step of it that the lines below walk.
"""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from consoles import Manager, Okta, sign_in_at_okta
from enrolled_gateway import EnrolledGateway
from programs import Running, SigningIn, run

FIRST_PASSWORD = "Heron-over-Alster-7"
OWN_PASSWORD = "Kestrel-in-Mitte-8"


@pytest.fixture
def administrator(browser, fresh):
    browser.grant_permissions(["clipboard-read", "clipboard-write"])
    return browser


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_the_guide_ends_with_a_connected_user(administrator, chromium, fresh, tmp_path):
    timus, okta = administrator.new_page(), administrator.new_page()
    manager = Manager(timus, fresh).sign_in()

    sites_with_gateways(manager)
    redirect_uri = copy_the_redirect_uri(manager, fresh)
    console = Okta(okta, fresh)
    copied = create_an_app_integration(console, redirect_uri)
    copied |= create_a_token(console)
    add_a_person(console)
    create_a_group_with_the_person(console)
    assign_the_app(console)
    enable_the_integration(manager, copied)
    choose_groups_and_sites(manager)
    see_the_user(manager)

    with chromium.new_context() as zoes_browser:
        connect_through_the_window(zoes_browser, fresh, tmp_path / "laptop")
        connect_through_commands(zoes_browser, fresh, tmp_path / "server")

    disable_the_integration(manager, copied["domain"], tmp_path / "laptop")


def sites_with_gateways(manager):
    """The guide takes remote sites for granted: two, each with a gateway."""
    page = manager.page
    for name, address_range in [("Berlin", "10.20.0.0/16"), ("Lisbon", "10.30.0.0/16")]:
        manager.add_site(name, address_range)
        manager.says(f"{name} was added.")
        page.get_by_role("link", name=name).click()
        page.get_by_role("link", name="Add a gateway").click()
        page.get_by_label("Endpoint").fill(f"{name.lower()}.acme.example:51820")
        page.get_by_role("button", name="Add gateway").click()
        expect(page.get_by_role("heading", name="Gateway added")).to_be_visible()
        EnrolledGateway(manager.origin, page.get_by_label("One-time code").input_value())
        page.get_by_role("link", name="Done").click()
        expect(page.get_by_role("region", name="Gateways")).to_contain_text(f"{name.lower()}.acme.example:51820")


def copy_the_redirect_uri(manager, ready):
    """Timus's window shows what Okta's field *Sign-in redirect URIs* needs."""
    page = manager.page
    manager.open("Settings")
    page.get_by_role("link", name="Enable Okta").click()
    expect(page.get_by_role("heading", name="Okta Integration", level=1)).to_be_visible()
    expect(manager.tab("Preferences")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Copy Sign-in redirect URIs").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert clipboard(page) == ready["redirect_uri"]
    return ready["redirect_uri"]


def create_an_app_integration(okta, redirect_uri):
    page = okta.page

    # Click Login. Enter your organization's address. Log in to your Okta account. Click the Admin button at the top right.
    okta.sign_in()

    # Click Applications. Click the Create App Integration button.
    okta.open("Applications")
    page.get_by_role("button", name="Create App Integration").click()

    # Select OIDC - OpenID Connect as the sign-in method, Web Application as the Application Type and click Next.
    popup = page.get_by_role("dialog", name="Create a new app integration")
    popup.get_by_label("OIDC - OpenID Connect").check()
    popup.get_by_label("Web Application").check()
    popup.get_by_role("button", name="Next").click()

    # Enter your App Integration Name, and the address into the Sign-in redirect URIs field. Click Save.
    page.get_by_label("App integration name").fill("Timus Berlin")
    page.get_by_label("Sign-in redirect URIs").fill(redirect_uri)
    page.get_by_label("Skip group assignment for now").check()
    page.locator("main .actions").get_by_role("button", name="Save").click()
    okta.says("The app integration Timus Berlin was created.")

    # Client ID and Client Secret are under the headings Client Credentials and Client Secrets.
    expect(page.get_by_role("heading", name="Client Credentials")).to_be_visible()
    expect(page.get_by_role("heading", name="Client Secrets")).to_be_visible()
    copied = {}
    for name, label in [("client_id", "Client ID"), ("client_secret", "Client secret")]:
        page.locator(".copy").filter(has=page.get_by_label(label)).get_by_role("button").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied[name] = clipboard(page)
        expect(page.get_by_role("button", name="Copied")).to_be_hidden()
    assert copied["client_id"].startswith("0oa") and copied["client_secret"]

    # Click on the Okta API Scopes tab and grant okta.groups.read and okta.users.read.
    page.get_by_role("tab", name="Okta API Scopes").click()
    for scope in ["okta.groups.read", "okta.users.read"]:
        page.get_by_role("row").filter(has=page.get_by_text(scope, exact=True)).get_by_role("button", name="Grant").click()
        page.get_by_role("dialog").get_by_role("button", name="Grant Access").click()
        expect(page.get_by_role("row").filter(has=page.get_by_text(scope, exact=True))).to_contain_text("Granted")

    # Domain ID information can be copied from under the Okta Account Name at the upper right corner.
    return copied | {"domain": okta.domain}


def create_a_token(okta):
    page = okta.page

    # Click Security. Click API. Click the Tokens tab. Click the Create Token button.
    okta.open("Security", "API")
    page.get_by_role("tab", name="Tokens").click()
    page.get_by_role("button", name="Create Token").click()

    # Enter a name for the token. Click Create Token.
    popup = page.get_by_role("dialog", name="Create Token")
    popup.get_by_label("Name").fill("Timus synchronization")
    popup.get_by_role("button", name="Create Token").click()

    # "Token created successfully!" Copy the token by saying Copy to Clipboard.
    created = page.get_by_role("dialog", name="Token created successfully!")
    expect(created).to_be_visible()
    created.get_by_role("button", name="Copy to Clipboard").click()
    expect(created.get_by_role("button", name="Copied")).to_be_visible()
    token = clipboard(page)

    # Close the window by clicking the OK, got it button. It is shown no more.
    created.get_by_role("button", name="OK, got it").click()
    expect(page.get_by_role("table")).to_contain_text("Timus synchronization")
    assert token.startswith("00") and token not in page.content()
    return {"api_token": token}


def add_a_person(okta):
    page = okta.page

    # Go to Directory > People. Click Add Person.
    okta.open("Directory", "People")
    page.get_by_role("button", name="Add Person").click()

    # Complete these fields.
    popup = page.get_by_role("dialog", name="Add Person")
    popup.get_by_label("User type").select_option("User")
    popup.get_by_label("First name").fill("Zoë")
    popup.get_by_label("Last name").fill("O’Brien-Ğül")
    popup.get_by_label("Username").fill("zoe.obrien@acme.example")
    popup.get_by_label("Primary email").fill("zoe@berlin.acme.example")
    popup.get_by_label("Secondary email (optional)").fill("zoe@home.example")
    popup.get_by_label("Set by user").check()
    popup.get_by_label("Send user activation email now").check()
    expect(popup.get_by_label("Password", exact=True)).to_be_hidden()
    popup.get_by_label("Set by admin").check()
    expect(popup.get_by_label("Send user activation email now")).to_be_hidden()
    popup.get_by_label("Password", exact=True).fill(FIRST_PASSWORD)
    expect(popup.get_by_label("User must change password on first login")).to_be_checked()
    expect(popup.get_by_role("button", name="Save and Add Another")).to_be_visible()

    # Click Save.
    popup.get_by_role("button", name="Save", exact=True).click()
    okta.says("Zoë O’Brien-Ğül was added.")


def create_a_group_with_the_person(okta):
    okta.create_group("Berlin team")
    okta.assign_person_to_group("zoe.obrien@acme.example", "Berlin team")


def assign_the_app(okta):
    okta.assign_to_app("Groups", "Berlin team", "Timus Berlin")
    okta.assign_to_app("People", "admin@acme.example", "Timus Berlin")


def enable_the_integration(manager, copied):
    page = manager.page

    # Go to Timus Manager > Settings > Integrations > Okta > Enable > Okta Integration screen.
    manager.open("Settings")
    page.get_by_role("link", name="Enable Okta").click()

    # Paste the information: Client ID, Client Secret, API Token and Okta Domain. A slip first: it is said at the field.
    page.get_by_label("Client ID").fill(copied["client_id"])
    page.get_by_label("Client Secret").fill(copied["client_secret"])
    page.get_by_label("API Token").fill(copied["api_token"][:-1])
    page.get_by_label("Okta Domain").fill(copied["domain"])
    page.get_by_role("button", name="Confirm").click()
    checks = page.get_by_role("listitem").filter(has=page.locator("b"))
    expect(checks.filter(has_text="Reached Okta")).to_contain_text("passed")
    expect(checks.filter(has_text="Token accepted")).to_contain_text("failed")
    manager.refuses("API Token", "Tokens")
    expect(page.get_by_label("Client ID")).to_have_value(copied["client_id"])

    # Click Confirm.
    page.get_by_label("Client Secret").fill(copied["client_secret"])
    page.get_by_label("API Token").fill(copied["api_token"])
    page.get_by_role("button", name="Confirm").click()
    for check in ["Reached Okta", "Issuer", "Token accepted", "May read groups", "May read users"]:
        manager.says(check)
    expect(page.locator(".flash")).to_contain_text(re.compile(r"Found \d+ groups"))

    # In the Okta Integration window, you will see the two tabs, Preferences and Configuration.
    expect(page.get_by_role("heading", name="Okta Integration", level=1)).to_be_visible()
    expect(manager.tab("Preferences")).to_have_attribute("aria-current", "page")
    expect(manager.tab("Configuration")).to_be_visible()


def choose_groups_and_sites(manager):
    page = manager.page

    # Enable Synchronization Status ON from the Preferences tab.
    page.get_by_role("group", name="Synchronization Status").get_by_label("ON").check()

    # Without a group there is nothing to synchronize: a sentence at the list.
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one group")
    expect(page.get_by_role("group", name="Synchronization Status").get_by_label("ON")).to_be_checked()

    # Under Mapping, choose the Okta groups you want to synchronize.
    page.get_by_label("Search groups").fill("berlin")
    expect(manager.group("Engineering")).to_be_hidden()
    manager.group("Berlin team").check()
    expect(page.get_by_role("group", name="Okta groups")).to_contain_text("1 of ")
    expect(page.locator(".choice").filter(has_text="Berlin team")).to_contain_text("1 member")

    # Under Allowed Sites section, select Remote Sites.
    manager.site("Berlin").check()
    manager.site("Lisbon").check()

    # Click Confirm. The synchronization goes on by itself, and says when it has ended.
    page.get_by_role("button", name="Confirm").click()
    manager.says("Preferences saved.")
    manager.follow_sync()
    expect(page.locator("#okta-status")).to_contain_text("Active")


def see_the_user(manager):
    page = manager.page

    # Users in the groups you choose will be added to the Okta Users team on Timus.
    manager.open("Users & Teams")
    expect(page.get_by_role("region", name="Teams").get_by_role("row").filter(has_text="Okta Users")).to_contain_text("1")

    # The name of the user appears as the first part of the e-mail address.
    manager.open_user("zoe@berlin.acme.example")
    expect(page.get_by_role("heading", name="zoe", level=1, exact=True)).to_be_visible()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Zoë O’Brien-Ğül")
    expect(main).to_contain_text("zoe.obrien@acme.example")
    expect(main.get_by_text("Okta Users", exact=True)).to_be_visible()
    expect(main.locator(".card").filter(has_text="Groups").get_by_text("Berlin team", exact=True).first).to_be_visible()
    for site in ["Berlin", "Lisbon"]:
        rows = page.get_by_role("region", name="Sites and why").get_by_role("row")
        row = rows.filter(has=page.get_by_role("rowheader", name=site))
        expect(row).to_contain_text("Allowed through Berlin team")


def connect_through_the_window(browser, ready, home):
    page = browser.new_page()
    home.mkdir()
    window = Running(
        "timus-connect", "window", "--no-browser", "--no-tunnel", "--json", "--server", ready["manager"], TIMUS_CONNECT_HOME=home
    )
    with window:
        # When you open the Connect app, you will see the e-mail address screen. Enter your e-mail address here.
        page.goto(window["window"])
        page.get_by_label("E-mail address").fill("zoe@berlin.acme.example")
        page.get_by_role("button", name="Continue").click()

        # You will see the networks allowed for your user account.
        networks = page.get_by_role("group", name="Networks allowed for zoe@berlin.acme.example")
        expect(networks.get_by_label("Berlin")).to_be_visible()
        expect(networks.get_by_label("Lisbon")).to_be_visible()
        networks.get_by_label("Berlin").check()
        page.get_by_role("button", name="Continue").click()

        # After the network is selected, the app will direct you to the sign-in screen of Okta.
        match_code = page.locator(".match-code").inner_text()
        page.get_by_role("link", name="Sign in").click()
        expect(page).to_have_url(re.compile(re.escape(ready["okta"])))
        sign_in_at_okta(page, "zoe.obrien@acme.example", FIRST_PASSWORD)
        expect(page.get_by_role("heading", name="Your password has expired")).to_be_visible()
        page.get_by_label("New password").fill(OWN_PASSWORD)
        page.get_by_label("Repeat password").fill(OWN_PASSWORD)
        page.get_by_role("button", name="Change Password").click()

        # Back in Timus: the same code on both screens, then over the loopback to Connect.
        expect(page.locator(".match-code")).to_have_text(match_code)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("The connection to Berlin is open.")).to_be_visible()
        berlin = page.locator(".card").filter(has=page.get_by_role("heading", name="Berlin"))
        expect(berlin).to_contain_text("10.20.0.0/16")
        expect(berlin.get_by_label("Bring the tunnel up in a terminal")).to_have_value("timus-connect connect Berlin")
        berlin.get_by_text("Use wg-quick in its place").click()
        expect(berlin.get_by_label("Start it")).to_have_value(re.compile("wg-quick up"))

    status = run("timus-connect", "status", "--json", TIMUS_CONNECT_HOME=home)
    assert status.code == 0, status
    assert status.json["email"] == "zoe@berlin.acme.example"
    assert [connection["network"] for connection in status.json["connections"]] == ["Berlin"]
    page.close()


def connect_through_commands(browser, ready, home):
    """The same on another device, typed: Okta still knows the browser."""
    home.mkdir()
    with SigningIn("zoe@berlin.acme.example", "--network", "Lisbon", server=ready["manager"], home=home) as command:
        page = browser.new_page()
        page.goto(command.address)
        expect(page.locator(".match-code")).to_have_text(command.match_code)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
        page.close()
        signed_in = command.result()

    assert signed_in.code == 0, signed_in
    assert signed_in.json["name"] == "zoe" and signed_in.json["network"] == "Lisbon"
    networks = run("timus-connect", "networks", "--json", TIMUS_CONNECT_HOME=home).json["networks"]
    assert [(network["name"], network["address_range"]) for network in networks] == [
        ("Berlin", "10.20.0.0/16"),
        ("Lisbon", "10.30.0.0/16"),
    ]
    assert networks[0]["reason"] == "Allowed through Berlin team."
    connection = run("timus-connect", "connect", "Berlin", "--config", "-", "--json", TIMUS_CONNECT_HOME=home)
    assert connection.code == 0, connection
    is_wireguard(connection.json["configuration"], allowed="10.20.0.0/16", endpoint="berlin.acme.example:51820")
    assert "Berlin" in run("timus-connect", "status", TIMUS_CONNECT_HOME=home).out
    out = run("timus-connect", "sign-out", TIMUS_CONNECT_HOME=home)
    assert out.code == 0, out
    assert run("timus-connect", "status", "--json", TIMUS_CONNECT_HOME=home).json == {"signed_in": False}


def is_wireguard(text, allowed, endpoint):
    """As `wg-quick` reads it; `wg` itself judges the keys."""
    values = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
    assert values["AllowedIPs"] == allowed
    assert values["Endpoint"] == endpoint
    assert re.fullmatch(r"100\.\d+\.\d+\.\d+/32", values["Address"])
    subprocess.run(["wg", "pubkey"], input=values["PrivateKey"], text=True, check=True, capture_output=True)
    assert len(values["PublicKey"]) == 44


def disable_the_integration(manager, domain, connect_home):
    page = manager.page

    # You can disable the integration with the Disable Integration button from the Integrations page.
    manager.open("Settings")
    page.get_by_role("link", name="Disable Integration").click()
    losses = page.locator(".losses")
    expect(losses).to_contain_text(re.compile(r"1 user\b"))
    expect(losses).to_contain_text(re.compile(r"1 (open )?connection\b"))

    # It asks for the domain, and a wrong one disables nothing.
    page.get_by_label(f"Type {domain} to confirm").fill("acme.okta.com")
    page.get_by_role("button", name="Disable Integration").click()
    manager.refuses(f"Type {domain} to confirm", "to disable the integration")
    page.get_by_label(f"Type {domain} to confirm").fill(domain)
    page.get_by_role("button", name="Disable Integration").click()
    manager.says("The Okta integration is disabled.")
    expect(page.get_by_role("link", name="Enable Okta")).to_be_visible()

    # The user is kept, inactive, and is let in no more.
    manager.open("Users & Teams")
    expect(page.get_by_role("region", name="1 user").get_by_role("row").filter(has_text="zoe")).to_contain_text("Inactive")
    ended = run("timus-connect", "status", "--json", TIMUS_CONNECT_HOME=connect_home)
    assert ended.code == 3 and ended.json == {"signed_in": False}, ended
