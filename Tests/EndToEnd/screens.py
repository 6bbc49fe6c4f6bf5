"""Takes a picture of every page in light, in dark and at 360 px, into screens/ of the repository, to be looked at.

With --readme also docs/manager.png, the README's picture of Manager. Further words narrow the walk: `screens.py connect`
takes only the pages whose names contain the word.
"""

import argparse
import base64
import hmac
import pathlib
import re
import struct
import sys
import tempfile
import time

import requests
from playwright.sync_api import sync_playwright

from consoles import Manager, Okta, sign_in_at_okta
from enrolled_gateway import EnrolledGateway
from own_device import OwnDevice
from programs import ROOT, Demo, Running, SigningIn

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


class Camera:
    """Takes the same page in its three looks."""

    def __init__(self, folder, words):
        self.folder = folder
        self.words = words
        self.too_wide = []

    def wants(self, part):
        return not self.words or any(word in part or part in word for word in self.words)

    def take(self, page, name):
        if self.words and not any(word in name for word in self.words):
            return
        for look, viewport, scheme in [("light", WIDE, "light"), ("dark", WIDE, "dark"), ("360", NARROW, "light")]:
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=self.folder / f"{name}-{look}.png", full_page=True, animations="disabled")
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > viewport["width"]:
                self.too_wide.append(f"{name}-{look}: {width} px")
        page.set_viewport_size(WIDE)
        page.emulate_media(color_scheme="light")


def walk_manager(camera, demo, page):
    manager = Manager(page, demo)
    manager.goto("/sign-in")
    camera.take(page, "manager-sign-in")
    page.get_by_label("E-mail").fill(demo["administrator"]["email"])
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    camera.take(page, "manager-password-wrong")
    manager.sign_in()

    def first(path):
        manager.goto(path)
        return page.get_by_role("rowheader").get_by_role("link").first.get_attribute("href")

    manager.goto("/users?search=ana.silva")
    user = page.get_by_role("rowheader", name="ana.silva").get_by_role("link").get_attribute("href")
    site, run = first("/sites"), first("/settings/integrations/okta/sync-runs")
    okta = "/settings/integrations/okta"
    for name, path in {
        "users": "/users",
        "users-none": "/users?search=nobody",
        "user": user,
        "user-ban": user + "/ban",
        "sites": "/sites",
        "site": site,
        "site-remove": site + "/remove",
        "integrations": "/settings/integrations",
        "connect": "/settings/connect",
        "notifications": "/settings/notifications",
        "okta-preferences": okta + "/preferences",
        "okta-configuration": okta + "/configuration",
        "okta-event-hook": okta + "/event-hook",
        "okta-universal-logout": okta + "/universal-logout",
        "okta-rate-limits": okta + "/rate-limits",
        "okta-preview": okta + "/preview",
        "okta-group": f"{okta}/groups/{demo.okta_api.group('Engineering')}",
        "okta-runs": okta + "/sync-runs",
        "okta-run": run,
        "okta-disable": okta + "/disable",
        "administrators": "/administrators",
        "administrator-new": "/administrators/new",
        "administrator-groups": "/administrators/groups",
        "administrator-confirm": "/administrators/me/confirm",
        "administrator-me": "/administrators/me",
        "events": "/events",
        "not-found": "/nowhere",
    }.items():
        manager.goto(path)
        camera.take(page, f"manager-{name}")

    demo.timus("administrators", "group", "add", "Engineering", "--role", "viewer")
    manager.goto("/administrators/groups")
    camera.take(page, "manager-administrator-groups-set")
    manager.goto("/sites")
    manager.add_site("Potsdam", "10.20.4.0/24")
    camera.take(page, "manager-site-wrong")
    manager.goto(okta + "/configuration")
    page.get_by_label("API Token").fill("00wrong")
    page.get_by_role("button", name="Confirm").click()
    camera.take(page, "manager-okta-configuration-wrong")


def walk_tunnels(camera, demo, fresh_page):
    """A site with gateways and connections, one of which was cut while a gateway did not answer."""
    page = fresh_page()
    manager = Manager(page, demo).sign_in()
    manager.open("Sites")
    page.get_by_role("link", name="Berlin").click()
    site = page.url
    page.get_by_role("link", name="Add a gateway").click()
    camera.take(page, "manager-gateway-new")
    page.get_by_label("Endpoint").fill("berlin.acme.example")
    page.get_by_role("button", name="Add gateway").click()
    camera.take(page, "manager-gateway-wrong")
    page.get_by_label("Endpoint").fill("berlin-2.acme.example:51820")
    page.get_by_role("button", name="Add gateway").click()
    camera.take(page, "manager-gateway-code")
    second = page.get_by_label("One-time code").input_value()
    page.goto(site)
    camera.take(page, "manager-gateway-waits")
    page.get_by_role("link", name="Berlin", exact=True).click()
    page.get_by_role("button", name="New code").click()
    gateways = [EnrolledGateway(demo["manager"], code) for code in [page.get_by_label("One-time code").input_value(), second]]

    everybody = demo.timus("users", "--status", "active", "--json").json
    logins = [user["login"] for user in everybody if "Berlin" in user["sites"]]
    users = [{"email": login, "password": demo["users"][0]["password"]} for login in logins[:3]]
    devices = []
    for user, name in zip(users, ["laptop", "workstation", "build server in the cellar"]):
        browser = fresh_page()
        devices.append(OwnDevice(browser, demo, user, f"{user['email'].split('.')[0]}'s {name}"))
        devices[-1].connect("Berlin")
        if len(devices) == 2:
            browser.goto(demo["account"])
            camera.take(browser, "account-connections")
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    gateways[0].report([(device.public_key, now, 34_500_000, 1_200_000_000) for device in devices[:2]], refused=12)
    page.goto(site)
    page.get_by_role("button", name=re.compile("^Drop the connection of")).first.click()
    manager.says("was dropped")
    gateways[0].confirm()
    page.goto(site)
    camera.take(page, "manager-site-live")
    page.get_by_label("Cut off without the server after").fill("5")
    page.get_by_role("button", name="Set lease").click()
    camera.take(page, "manager-site-lease-wrong")
    page.goto(site)
    page.get_by_role("region", name="Gateways").get_by_role("link", name="Berlin", exact=True).click()
    camera.take(page, "manager-gateway")
    page.get_by_role("link", name="Remove gateway…").click()
    camera.take(page, "manager-gateway-remove")
    manager.open_user(users[0]["email"])
    camera.take(page, "manager-user-live")
    manager.open_user(users[2]["email"])
    camera.take(page, "manager-user-cut")


def walk_changes(camera, demo, page):
    """What Manager says while much changes in Okta, and when the synchronization waits or has stopped; it is so afterwards."""
    manager = Manager(page, demo)
    manager.sign_in()
    okta, api = "/settings/integrations/okta", demo.okta_api
    manager.goto(okta + "/preview")
    page.get_by_role("button", name="Make a preview").click()
    camera.take(page, "manager-okta-preview-nothing")
    group = api.group("Engineering")
    members = [member["profile"]["login"] for member in api.pages(f"groups/{group}/users")[0] if member["status"] == "ACTIVE"]
    # The demo's own users come last: they walk through Connect afterwards.
    members.sort(key=lambda login: login in [user["email"] for user in demo["users"]])
    api.lifecycle(members[0], "suspend")
    api("DELETE", f"groups/{group}/users/{api.user(members[1])}")
    api("POST", "groups", json={"profile": {"name": "Night shift", "description": "Those who are awake"}})
    manager.goto(okta + "/preview")
    page.get_by_role("button", name="Make a preview").click()
    camera.take(page, "manager-okta-preview-result")
    manager.sync_now()
    camera.take(page, "manager-okta-after")
    manager.open_user(members[0])
    camera.take(page, "manager-user-history")
    for login in members[2:16]:
        api("DELETE", f"groups/{group}/users/{api.user(login)}")
    demo.timus("sync")
    manager.goto("/sites")
    camera.take(page, "manager-held-banner")
    page.get_by_role("link", name="See what it would take away").click()
    camera.take(page, "manager-okta-held")
    manager.goto(okta + "/sync-runs")
    camera.take(page, "manager-okta-runs-more")
    console = Okta(page, demo).sign_in()
    console.open("Security", "API")
    page.get_by_role("tab", name="Tokens").click()
    page.get_by_role("row").filter(has_text="Timus").get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Revoke Token").click()
    demo.timus("sync")
    manager.goto("/sites")
    camera.take(page, "manager-stopped-banner")
    manager.goto(okta)
    camera.take(page, "manager-okta-stopped")


def walk_first_run(camera, folder, page):
    with Running("timus", "serve", "--port", 0, "--json", TIMUS_DATABASE=folder / "new.sqlite") as server:
        page.goto(server["manager"])
        page.get_by_role("button", name="Create administrator").click()
        camera.take(page, "manager-start")
        page.get_by_label("E-mail").fill("ana@acme.example")
        for label in ["Password", "Password again"]:
            page.get_by_label(label, exact=True).fill("correct horse battery")
        page.get_by_role("button", name="Create administrator").click()
        manager = Manager(page, server)
        manager.sign_in("ana@acme.example", "correct horse battery")
        for name, path in {
            "users-first": "/users",
            "sites-first": "/sites",
            "integrations-first": "/settings/integrations",
            "okta-first": "/settings/integrations/okta",
        }.items():
            manager.goto(path)
            camera.take(page, f"manager-{name}")


def walk_second_factor(camera, demo, page):
    """An administrator sets up a code from an app, and is asked for it."""
    email, password = "vera@acme.example", "vera looks only"
    demo.timus("administrators", "add", email, "--role", "viewer", "--password-file", "-", input=password + "\n")
    manager = Manager(page, demo).sign_in(email, password)
    manager.goto("/administrators/me")
    camera.take(page, "manager-own-sign-in")
    page.get_by_role("button", name="Set up an authenticator app").click()
    camera.take(page, "manager-second-factor")
    key = page.get_by_label("Key", exact=True).input_value()
    page.get_by_label("Code").fill("12345")
    page.get_by_role("button", name="Turn the second factor on").click()
    camera.take(page, "manager-second-factor-wrong")
    page.get_by_label("Code").fill(code_of(key))
    page.get_by_role("button", name="Turn the second factor on").click()
    page.get_by_role("heading", name="Recovery codes", level=1).wait_for()
    camera.take(page, "manager-recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    camera.take(page, "manager-own-sign-in-on")
    manager.goto("/administrators/me/confirm")
    camera.take(page, "manager-confirm")
    page.get_by_role("button", name="Sign out").click()
    manager.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Enter your code").wait_for()
    camera.take(page, "manager-sign-in-code")
    page.get_by_label("Code").fill("12345")
    page.get_by_role("button", name="Sign in", exact=True).click()
    camera.take(page, "manager-sign-in-code-wrong")


def code_of(key):
    """What an authenticator app shows now (RFC 6238)."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(key.replace(" ", "")), moment, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def walk_account(camera, demo, page, folder):
    user, origin = demo["users"][0], demo["manager"].rstrip("/")
    page.goto(demo["account"])
    camera.take(page, "account-sign-in")
    page.get_by_label("E-mail").fill("ana")
    page.get_by_role("button", name="Continue").click()
    camera.take(page, "account-sign-in-wrong")
    page.get_by_role("button", name="Sign in with Okta").click()
    camera.take(page, "okta-sign-in")
    sign_in_at_okta(page, user["email"], "wrong")
    camera.take(page, "okta-sign-in-wrong")
    sign_in_at_okta(page, user["email"], user["password"])
    camera.take(page, "account")
    for why in failures():
        page.goto(f"{origin}/sign-in/failed/{why}")
        camera.take(page, f"account-failed-{why}")
    page.goto(f"{origin}/signed-out")
    camera.take(page, "account-signed-out")
    page.goto(f"{origin}/oauth/authorize")
    camera.take(page, "account-not-connect")
    walk_devices(camera, demo, page, folder)


def walk_devices(camera, demo, page, folder):
    """What Accounts shows of Connect: the code of a machine without a browser, the confirmation, the devices afterwards."""
    user, origin = demo["users"][0], demo["manager"].rstrip("/")
    page.goto(f"{origin}/oauth/device")
    camera.take(page, "account-device")
    page.get_by_label("Code").fill("BCDF-GHJK")
    page.get_by_role("button", name="Continue").click()
    camera.take(page, "account-device-wrong")
    for decision in ["Cancel", "Continue"]:
        begun = requests.post(
            f"{origin}/oauth/device_authorization", data={"client_id": "timus-connect", "device_name": "ana-server"}, timeout=30
        )
        page.goto(f"{origin}/oauth/device")
        page.get_by_label("Code").fill(begun.json()["user_code"])
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "account-device-confirm")
        page.get_by_role("button", name=decision).click()
        page.get_by_role("heading", name="cancelled" if decision == "Cancel" else "signed in").wait_for()
        camera.take(page, f"account-device-{decision.lower()}")
    for decision in ["Cancel", "Continue"]:
        with SigningIn(
            user["email"], "--network", "Berlin", server=demo["manager"], home=folder / "typed"
        ) as command:
            page.goto(command.address)
            camera.take(page, "account-consent")
            page.get_by_role("button", name=decision).click()
            page.get_by_role("heading", level=1).wait_for()
            camera.take(page, f"connect-consent-{decision.lower()}")
            command.result(timeout=60)
    page.goto(demo["account"])
    camera.take(page, "account-devices")
    page.get_by_role("button", name="Remove").first.click()
    camera.take(page, "account-device-removed")


def failures():
    """The last parts of the paths under /sign-in/failed/, as the server knows them."""
    text = (ROOT / "Sources/SignIn/Okta/SignInFailure.swift").read_text()
    enum = text[text.index("enum SignInFailure") : text.index("init(")]
    return [word or name for name, word in re.findall(r'^    case (\w+)(?: = "([^"]+)")?$', enum, re.M)]


def walk_connect(camera, demo, page, folder):
    user = demo["users"][0]
    with Running(
        "timus-connect", "window", "--no-browser", "--no-tunnel", "--json", "--server", demo["manager"], TIMUS_CONNECT_HOME=folder / "window"
    ) as window:
        page.goto(window["window"])
        page.get_by_label("E-mail address").fill("ana")
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "connect-email")
        page.get_by_label("E-mail address").fill("nobody@elsewhere.example")
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "connect-networks-none")
        page.goto(window["window"])
        page.get_by_label("E-mail address").fill(user["email"])
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "connect-networks")
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "connect-networks-wrong")
        page.get_by_label("Berlin").check()
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "connect-sign-in")
        page.wait_for_url(f"{demo['okta']}/**")  # the screen goes on by itself
        sign_in_at_okta(page, user["email"], user["password"])
        page.get_by_role("button", name="Continue").click()
        page.get_by_text("The connection to Berlin is open.").wait_for()
        camera.take(page, "connect-connected")
        administrator = page.context.browser.new_context(viewport=WIDE).new_page()
        Manager(administrator, demo).sign_in().open_user(user["email"])
        camera.take(administrator, "connect-user-in-manager")
        page.goto(demo["account"])
        if page.get_by_role("button", name="Sign in with Okta").count():
            page.get_by_role("button", name="Sign in with Okta").click()
        camera.take(page, "connect-user-in-accounts")
        page.goto(window["window"])
        page.get_by_role("button", name="Disconnect").click()
        camera.take(page, "connect-disconnected")
        page.get_by_role("button", name="Sign out").click()
        camera.take(page, "connect-signed-out")
        demo.timus("connect-settings", "set", "--first-screen", "organisation")
        page.get_by_label("E-mail address").fill("new.colleague@acme.example")
        page.get_by_role("button", name="Continue").click()
        camera.take(page, "connect-organisation")
        demo.timus("connect-settings", "set", "--first-screen", "networks")


def walk_okta(camera, demo, page):
    origin, api = demo["okta"], demo.okta_api
    page.goto(origin + "/login")
    camera.take(page, "okta-address")
    Okta(page, demo).sign_in()
    app = f"/admin/app/{api.app('Timus')}"
    hook = f"/admin/workflow/eventhooks/{create_event_hook(api)}"
    for name, path in {
        "home": "/app/UserHome",
        "dashboard": "/admin/dashboard",
        "applications": "/admin/apps",
        "application-new": "/admin/apps/new",
        "application-new-web": "/admin/apps/new/web",
        "application": app,
        "application-scopes": app + "/api-scopes",
        "application-assignments": app + "/assignments",
        "application-assign": app + "/assign/people",
        "people": "/admin/users",
        "person-new": "/admin/users/new",
        "person": f"/admin/user/{api.user('ana.silva@acme.example')}",
        "groups": "/admin/groups",
        "group": f"/admin/group/{api.group('Engineering')}",
        "tokens": "/admin/access/api/tokens",
        "token-new": "/admin/access/api/tokens/new",
        "event-hooks": "/admin/workflow/eventhooks",
        "event-hook-new": "/admin/workflow/eventhooks/new",
        "event-hook": hook,
        "event-hook-verify": hook + "/verify",
        "system-log": "/admin/reports/log",
        "mailbox": "/admin/mailbox",
    }.items():
        page.goto(origin + path)
        camera.take(page, f"okta-{name}")
    page.goto(origin + "/admin/access/api/tokens/new")
    page.get_by_label("Name").fill("Picture")
    page.get_by_role("button", name="Create Token").click()
    camera.take(page, "okta-token-created")


def create_event_hook(api):
    """One that nobody verifies; its id."""
    channel = {"type": "HTTP", "version": "1.0.0", "config": {"uri": "https://timus.example.com/okta/events/1"}}
    events = {"type": "EVENT_TYPE", "items": ["user.lifecycle.suspend", "group.user_membership.remove"]}
    return api("POST", "eventHooks", json={"name": "Timus", "events": events, "channel": channel})["id"]


def take_readme_picture(demo, page):
    Manager(page, demo).sign_in()
    page.set_viewport_size(WIDE)
    page.goto(demo["manager"].rstrip("/") + "/settings/integrations/okta/preferences")
    page.screenshot(path=ROOT / "docs/manager.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="take only the pages whose names contain one of these")
    parser.add_argument("--readme", action="store_true", help="take docs/manager.png too")
    wanted = parser.parse_args()
    folder = ROOT / "screens"
    folder.mkdir(exist_ok=True)
    camera = Camera(folder, wanted.words)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        scratch = pathlib.Path(scratch)
        for name in ["demo", "typed", "window"]:
            (scratch / name).mkdir()
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)

        def fresh_page():
            return browser.new_context(viewport=WIDE).new_page()

        with Demo(scratch / "demo") as demo:
            if wanted.readme:
                take_readme_picture(demo, fresh_page())
            if camera.wants("manager"):
                walk_manager(camera, demo, fresh_page())
                walk_first_run(camera, scratch, fresh_page())
                walk_second_factor(camera, demo, fresh_page())
            if camera.wants("manager") or camera.wants("account"):
                walk_tunnels(camera, demo, fresh_page)
            if camera.wants("account"):
                walk_account(camera, demo, fresh_page(), scratch)
            if camera.wants("connect"):
                walk_connect(camera, demo, fresh_page(), scratch)
            if camera.wants("okta"):
                walk_okta(camera, demo, fresh_page())
            if camera.wants("manager"):
                walk_changes(camera, demo, fresh_page())
        browser.close()
    print(f"{len(list(folder.glob('*.png')))} pictures are in {folder}")
    for finding in camera.too_wide:
        print(f"wider than the screen: {finding}", file=sys.stderr)


if __name__ == "__main__":
    main()
