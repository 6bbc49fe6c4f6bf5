"""Each way to lose access, on real tunnels, counted packet by packet: after the moment that the server wrote down not one packet of
that user's arrives at the site, and nobody else loses any.

The user's client is one of somebody's own making (`OwnClient`) that goes on as if nothing were: it is the gateways that cut.
"""

import statistics
import time

import pytest

from causes import CAUSES, client, is_allowed, undone
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


