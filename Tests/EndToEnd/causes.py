"""The ways to lose access: each is done to ana, and undone afterwards. The lab of these tests has `clients`, by the user's name."""

import contextlib
import re

from lab import ANA
from people import Refused
from programs import eventually


def client(lab, name, site="Berlin"):
    """That user's client, signed in and connected, whatever was before."""
    known = lab.clients.get(name)
    if known is None:
        known = lab.clients[name] = lab.users[name].own_client()
    if known.connection is None or known.connection["network"] != site or not lab.is_open(known.connection["id"]):
        known.leave()
        try:
            known.connect(site)
        except Refused as refused:
            assert refused.status == 401, refused
            sign_in_anew(lab, name)
            return client(lab, name, site)
    assert known.reaches(lab.sites[site].address), lab.rows("SELECT * FROM connection")
    return known


def sign_in_anew(lab, name="ana"):
    """The session of before is over."""
    lab.clients.pop(name).leave()


def lifecycle(action, back):
    def cause(lab):
        lab.okta_api.lifecycle(ANA, action)

    def undo(lab):
        for step in back:
            lab.okta_api.lifecycle(ANA, step)

    return cause, undo


def in_group(method):
    def change(lab):
        lab.okta_api(method, f"groups/{lab.okta_api.group('Engineering')}/users/{lab.user_id(ANA)}")

    return change


def poll(lab, mode):
    """What is read within a second of an event of the same person may be older than that event, and is left to the next time."""
    own = lab.clients["ana"].connection["id"]
    eventually(lambda: lab.timus("sync", "--mode", mode) and not lab.is_open(own), timeout=5)


def by_poll(lab):
    """The event is lost, and the next synchronization finds it."""
    lab.control("event-hooks/settings", drop_percent=100)
    lab.okta_api.lifecycle(ANA, "suspend")
    poll(lab, "incremental")


def events_again(lab):
    lab.control("event-hooks/settings", drop_percent=0)
    lab.okta_api.lifecycle(ANA, "unsuspend")
    lab.timus("sync", "--mode", "incremental")


def full_sync(lab):
    lab.control("event-hooks/settings", drop_percent=100)
    in_group("DELETE")(lab)
    poll(lab, "full")


def full_sync_again(lab):
    lab.control("event-hooks/settings", drop_percent=0)
    in_group("PUT")(lab)
    lab.timus("sync", "--mode", "full")


def choose(*words):
    return lambda lab: lab.timus("okta", "choose", "--group", "Engineering", *words)


def sites(lab):
    return [word for site in lab.sites for word in ("--site", site)]


def choose_again(lab):
    lab.timus("okta", "choose", "--group", "Engineering", *sites(lab))
    lab.timus("sync")


def override(effect):
    return lambda lab: lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Berlin')}", effect=effect)


def ban(suffix=""):
    return lambda lab: lab.manage(f"/users/{lab.user_id(ANA)}/ban{suffix}")


def drop(lab):
    lab.manage(f"/users/{lab.user_id(ANA)}/connections/{lab.clients['ana'].connection['id']}/drop")


def remove_device(lab):
    lab.manage(f"/users/{lab.user_id(ANA)}/devices/{lab.clients['ana'].device}/remove")


def remove_device_in_accounts(lab):
    browser = lab.clients["ana"].browser
    csrf = csrf_of(browser.account())
    browser.submit(f"/account/devices/{lab.clients['ana'].device}/remove", {"csrf": csrf}, follow=False)


def universal_logout(lab):
    lab.okta_api("DELETE", f"users/{lab.user_id(ANA)}/sessions?oauthTokens=true")


def end_session_in_accounts(lab):
    """From a browser, as somebody does whose machine was stolen: every other session."""
    browser = lab.clients["ana"].browser
    browser.submit("/account/sessions/end-others", {"csrf": csrf_of(browser.account())}, follow=False)


def sign_out(lab):
    """What `timus-connect sign-out` asks of the server."""
    own = lab.clients["ana"]
    token = own.http.headers.pop("Authorization").removeprefix("Bearer ")
    assert own.http.post(lab.origin + "/oauth/revoke", {"token": token, "client_id": "timus-connect"}, timeout=30).ok


def disconnect(lab):
    own = lab.clients["ana"]
    own.call("DELETE", f"connections/{own.connection['id']}")


def sign_out_at_the_command_line(lab):
    lab.timus("users", "sign-out", ANA)


def csrf_of(html):
    return re.search(r'name="csrf" value="([^"]+)"', html)[1]


def nothing(lab):
    pass


CAUSES = {
    "suspended": lifecycle("suspend", ["unsuspend"]),
    "deactivated": lifecycle("deactivate", ["activate?sendEmail=false"]),
    "left the group": (in_group("DELETE"), in_group("PUT")),
    "suspended, found by poll": (by_poll, events_again),
    "left the group, found by full sync": (full_sync, full_sync_again),
    "group unmapped": (choose("--remove"), choose_again),
    "site no longer granted": (choose("--site", "Berlin", "--remove"), choose_again),
    "override": (override("deny"), override("none")),
    "dropped": (drop, nothing),
    "banned": (ban(), ban("/remove")),
    "device removed": (remove_device, sign_in_anew),
    "device removed in Accounts": (remove_device_in_accounts, sign_in_anew),
    "Universal Logout": (universal_logout, sign_in_anew),
    "session ended in Accounts": (end_session_in_accounts, sign_in_anew),
    "signed out": (sign_out, sign_in_anew),
    "signed out at the command line": (sign_out_at_the_command_line, sign_in_anew),
    "disconnected": (disconnect, nothing),
}


@contextlib.contextmanager
def undone(lab, undo):
    """ana is let in again afterwards, also where the test failed."""
    try:
        yield
    finally:
        undo(lab)
        eventually(lambda: is_allowed(lab), timeout=15)


def is_allowed(lab):
    """Whether ana is let in again, after the undoing of what happened."""
    try:
        client(lab, "ana")
    except (AssertionError, StopIteration):
        return False
    return True
