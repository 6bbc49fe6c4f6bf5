"""Each way to lose access, on real tunnels, counted packet by packet: after the moment that the server wrote down not one packet of
that user's arrives at the site, and nobody else loses any.

The user's client is one of somebody's own making (`OwnClient`) that goes on as if nothing were: it is the gateways that cut.
"""

import contextlib
import re
import statistics
import time

import pytest

from lab import ANA, Lab, until
from people import Refused
from programs import PATIENCE, eventually
from traffic import Flows

# What was on its way to the user when the gateway let go: it may be read a little later.
ON_ITS_WAY = 0.1


@pytest.fixture(scope="module")
def lab():
    with Lab() as it:
        it.clients = {}
        yield it
        print("\nfrom the cause to the last gateway's word:", {cause: f"{seconds * 1000:.0f} ms" for cause, seconds in delays.items()})


delays = {}


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


# Causes. Each is done to ana, and undone afterwards.


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


def deleted_group(lab):
    """A group that ana alone is in."""
    lab.okta_api("DELETE", f"groups/{lab.okta_api.group('Night shift')}")


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


@pytest.mark.parametrize("name", CAUSES)
def test_not_one_packet_after_the_cut_and_none_lost_by_others(lab, name):
    cause, undo = CAUSES[name]
    berlin, lisbon = lab.sites["Berlin"], lab.sites["Lisbon"]
    ana, ben, farah = client(lab, "ana"), client(lab, "ben"), client(lab, "farah", "Lisbon")
    with (
        undone(lab, undo),
        Flows(ana.machine, berlin.address) as hers,
        Flows(ben.machine, berlin.address) as his,
        Flows(farah.machine, lisbon.address) as elsewhere,
    ):
        for flows in (hers, his, elsewhere):
            flows.wait()
        time.sleep(0.5)

        start = time.time()
        cause(lab)
        cut = lab.cut(ana.connection["id"])
        hers.speak()
        time.sleep(1)

        delays[name] = cut.at - start
        assert_cut(lab, hers, cut)
        for flows in (his, elsewhere):
            assert_whole(flows)
        assert set(cut.acknowledged) == {"Berlin-1", "Berlin-2"} and cut.because
        assert cut.at - cut.closed_at < 1 * PATIENCE
        # Comes back by nothing but a new connection.
        assert not ana.reaches(berlin.address, seconds=0.5)


def is_allowed(lab):
    """Whether ana is let in again, after the undoing of what happened."""
    try:
        client(lab, "ana")
    except (AssertionError, StopIteration):
        return False
    return True


def assert_cut(lab, flows, cut):
    """Nothing of it arrived after the cut, and nothing came back, though it went on being sent."""
    result = flows.end()
    arrived = [at for at, _, port in lab.sites["Berlin"].host.packets() if port in flows.ports]
    late = [f"{(at - cut.at) * 1000:.1f} ms" for at in arrived if at > cut.at]
    assert not late, f"{len(late)} packets after the cut: {late[:10]}"
    assert len([at for at in result["sent"] if at > cut.at]) > 50
    assert max([*result["received"].values(), *result["read"]]) < cut.at + ON_ITS_WAY


def assert_whole(flows):
    lost = flows.lost(time.time() - 0.3)
    assert not lost, f"{len(lost)} of {len(flows.result['sent'])} packets lost by somebody else: {lost[:10]}"
    assert flows.longest_pause() < 0.5 * PATIENCE


def test_an_idle_connection_is_as_dead_as_a_busy_one(lab):
    """Not a packet is sent when the cut comes: what follows it finds nothing open, by address, by flow or by key."""
    ana = client(lab, "ana")
    lab.okta_api.lifecycle(ANA, "suspend")
    cut = lab.cut(ana.connection["id"])
    sent = ana.machine.run("wg", "show", ana.name, "latest-handshakes").split()[1]

    time.sleep(0.5)
    assert not ana.reaches(lab.sites["Berlin"].address, seconds=1)
    for gateway in lab.sites["Berlin"].gateways:
        assert ana.public_key not in gateway.machine.run("wg", "show", "timus0", "peers")
        assert ana.connection["address"].split("/")[0] not in gateway.machine.run("nft", "list", "ruleset")
        assert ana.connection["address"].split("/")[0] not in gateway.machine.run("conntrack", "-L", check=False)
    assert cut.because and sent
    lab.okta_api.lifecycle(ANA, "unsuspend")
    eventually(lambda: is_allowed(lab), timeout=15)


def test_both_gateways_cut_whichever_was_used(lab):
    ana = client(lab, "ana")
    peers = [ana.connection["peer"], *ana.connection["alternatives"]]
    for peer in reversed(peers):
        ana.leave()
        ana.hold(peer, ana.connection["address"])
        assert ana.reaches(lab.sites["Berlin"].address)
    lab.manage(f"/users/{lab.user_id(ANA)}/connections/{ana.connection['id']}/drop")
    lab.cut(ana.connection["id"])
    for peer in peers:
        ana.leave()
        ana.hold(peer, ana.connection["address"])
        assert not ana.reaches(lab.sites["Berlin"].address, seconds=1)


def test_unsuspended_comes_back_only_by_a_new_sign_in(lab):
    """A suspension ends the sessions: the token of before opens nothing."""
    ana = client(lab, "ana")
    lab.okta_api.lifecycle(ANA, "suspend")
    lab.cut(ana.connection["id"])
    lab.okta_api.lifecycle(ANA, "unsuspend")
    assert until(lambda: lab.timus("explain", ANA, "Berlin", "--json").json[0]["allowed"], 10)

    with pytest.raises(Refused) as refused:
        ana.open("Berlin")
    assert refused.value.status == 401
    eventually(lambda: is_allowed(lab), timeout=15)


def test_a_removed_site_cuts_all_who_are_there(lab):
    """The last test: the site is gone after it."""
    berlin = lab.sites["Berlin"]
    ana, ben, farah = client(lab, "ana", "Lisbon"), client(lab, "ben", "Lisbon"), client(lab, "farah", "Berlin")
    with Flows(farah.machine, berlin.address) as hers, Flows(ben.machine, lab.sites["Lisbon"].address) as his:
        hers.wait()
        his.wait()
        time.sleep(0.5)
        start = time.time()
        lab.timus("sites", "remove", "Berlin")
        removed = time.time()
        # Its gateways learn that they are none any more, let everybody go, and that counts as their acknowledgement.
        assert set(lab.cut(farah.connection["id"]).acknowledged) == {"Berlin-1", "Berlin-2"}
        time.sleep(0.5)
        result = hers.end()
        arrived = [at for at, _, port in berlin.host.packets() if port in hers.ports]
        assert max(arrived) < removed + 1 * PATIENCE
        assert max(result["received"].values()) < removed + 1 * PATIENCE
        assert_whole(his)
    delays["site removed"] = max(arrived) - start
    assert ana.reaches(lab.sites["Lisbon"].address)


def test_the_median_is_well_under_a_second(lab):
    hooked = [delays[name] for name in ("suspended", "deactivated", "left the group") if name in delays]
    assert not hooked or statistics.median(hooked) < 1 * PATIENCE


