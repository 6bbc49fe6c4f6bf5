"""The tunnels when something else goes wrong than a user's access: the server is away, a gateway restarts, a client cheats."""

import os
import signal
import time

import pytest

from crowd import connect_crowd
from cuts import WHERE as CUT
from lab import ANA, BEN, SERVER, Lab, until
from people import Refused
from programs import PATIENCE, eventually
from traffic import Flows

LEASE = 60
CUT_OFF = f"""
table ip cut_off {{
    chain in {{ type filter hook input priority -200; ip saddr {SERVER} drop; }}
    chain out {{ type filter hook output priority -200; ip daddr {SERVER} drop; }}
}}
"""


@pytest.fixture(scope="module")
def lab():
    with Lab() as it:
        it.timus("sites", "set-lease", "Lisbon", LEASE)
        yield it


@pytest.fixture
def ana(lab):
    own = lab.users["ana"].own_client()
    yield own
    own.leave()


@pytest.fixture
def ben(lab):
    own = lab.users["ben"].own_client()
    yield own
    own.leave()


def drop(lab, client):
    lab.manage(f"/users/{lab.user_id(client.browser.email)}/connections/{client.connection['id']}/drop")


def berlin(lab):
    return lab.sites["Berlin"].address


def test_http_through_the_tunnel(lab, ana):
    """A download of 20 MB arrives whole, through both gateways."""
    site = lab.sites["Berlin"]
    file = lab.folder / "site" / "file"
    file.parent.mkdir()
    file.write_bytes(os.urandom(20_000_000))
    server = site.machine.popen("python3", "-m", "http.server", "8080", "--directory", file.parent, "--bind", site.address)
    try:
        for gateway in range(2):
            ana.leave()
            ana.connect("Berlin", gateway)
            assert ana.reaches(site.address)
            copy = lab.folder / f"copy-{gateway}"
            ana.machine.run("curl", "-fsS", "--retry", 5, "--retry-connrefused", "-o", copy, f"http://{site.address}:8080/file")
            assert copy.read_bytes() == file.read_bytes()
    finally:
        server.kill()
        server.wait()


def test_a_gateway_that_restarts_loses_nothing_of_anybodys(lab, ana):
    gateway = lab.sites["Lisbon"].gateways[0]
    ana.connect("Lisbon")
    assert ana.reaches(lab.sites["Lisbon"].address)
    with Flows(ana.machine, lab.sites["Lisbon"].address) as flows:
        flows.wait()
        gateway.stop()
        time.sleep(0.3)
        gateway.start()
        eventually(gateway.is_up, timeout=15)
        time.sleep(1)
        assert not flows.lost(time.time() - 0.3)
        assert flows.longest_pause() < 0.5 * PATIENCE


@pytest.mark.parametrize("how", ["killed", "rebooted"])
def test_who_was_cut_while_a_gateway_was_away_stays_cut(lab, ana, ben, how):
    gateway = lab.sites["Lisbon"].gateways[0]
    for user in (ana, ben):
        user.connect("Lisbon")
        assert user.reaches(lab.sites["Lisbon"].address)
    # It writes down whom it lets in every few seconds.
    saved = gateway.state / "peers.json"
    eventually(lambda: saved.exists() and ben.public_key in saved.read_text(), timeout=15)
    gateway.stop(signal.SIGKILL)
    if how == "rebooted":
        for process in gateway.machine.processes("wireguard-go"):
            os.kill(process, signal.SIGKILL)
        until(lambda: "timus0" not in gateway.machine.interfaces(), 5)
        gateway.machine.run("nft", "flush", "ruleset")
    drop(lab, ana)
    assert lab.rows(f"SELECT acknowledged_at {CUT}", ana.connection["id"]) == [(None,)]

    gateway.start()

    cut = lab.cut(ana.connection["id"])
    assert list(cut.acknowledged) == ["Lisbon-1"]
    assert not ana.reaches(lab.sites["Lisbon"].address, seconds=1)
    # WireGuard itself notices after fifteen seconds that the other end has forgotten its keys.
    assert ben.reaches(lab.sites["Lisbon"].address, seconds=5 if how == "killed" else 20)


def test_a_server_that_dies_between_commit_and_push_cuts_when_it_is_back(lab, ana, ben):
    for user in (ana, ben):
        user.connect("Berlin")
        assert user.reaches(berlin(lab))
    with Flows(ana.machine, berlin(lab)) as hers, Flows(ben.machine, berlin(lab)) as his:
        hers.wait()
        his.wait()
        # It stands still while somebody else commits, and never wakes again.
        lab.process.process.send_signal(signal.SIGSTOP)
        lab.timus("users", "sign-out", ANA)
        lab.kill_server()
        time.sleep(0.5)
        lab.start_server()
        cut = lab.cut(ana.connection["id"], timeout=30)
        hers.speak()
        time.sleep(0.5)

        hers.end()
        late = [at for at, _, port in lab.sites["Berlin"].host.packets() if port in hers.ports and at > cut.at]
        assert not late, f"{len(late)} packets after the cut"
        # The server's absence cost nobody else a packet.
        assert not his.lost(time.time() - 0.3)
        assert his.longest_pause() < 0.5 * PATIENCE


def test_another_process_than_the_server_revokes_and_the_push_is_quick(lab, ana):
    ana.connect("Berlin")
    assert ana.reaches(berlin(lab))
    lab.timus("users", "sign-out", ANA)
    cut = lab.cut(ana.connection["id"])
    assert cut.at - cut.closed_at < 1 * PATIENCE


# A client that cheats


def test_who_may_not_reach_a_site_gets_no_connection_and_an_event_tells(lab, ana):
    lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Lisbon')}", effect="deny")
    before = lab.last_event()
    try:
        with pytest.raises(Refused) as refused:
            ana.call("POST", "connections", {"device": ana.device, "site": lab.site_id("Lisbon")})
        assert refused.value.status == 403
        assert lab.events("connection.refused", before), lab.rows("SELECT action FROM audit_event")
    finally:
        lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Lisbon')}", effect="none")


def test_nobody_connects_with_the_device_of_somebody_else(lab, ana, ben):
    with pytest.raises(Refused) as refused:
        ana.call("POST", "connections", {"device": ben.device, "site": lab.site_id("Berlin")})
    assert refused.value.status in (403, 404)
    connection = ben.open("Berlin")
    with pytest.raises(Refused) as refused:
        ana.call("DELETE", f"connections/{connection['id']}")
    assert refused.value.status in (403, 404)
    with pytest.raises(Refused) as refused:
        ana.call("GET", f"connections/{connection['id']}")
    assert refused.value.status in (403, 404)
    assert lab.is_open(connection["id"])


def test_other_allowed_ips_lead_nowhere(lab, ana, ben):
    """The whole internet through the tunnel: neither the other site, nor the server, nor another peer, nor the gateway."""
    connection = ana.open("Berlin")
    own = ben.connect("Berlin").connection["address"].split("/")[0]
    assert ben.reaches(berlin(lab))
    ana.hold(connection["peer"], connection["address"], ["10.0.0.0/8", "100.64.0.0/10", "198.51.100.0/24", "192.168.0.0/16"])
    assert ana.reaches(berlin(lab))
    gateway = next(one for one in lab.sites["Berlin"].gateways if one.endpoint == connection["peer"]["endpoint"])
    gateway.machine.ip("address", "add", "192.168.7.7/32", "dev", "lo")
    for address in (lab.sites["Lisbon"].address, own, "100.64.0.1", "192.168.7.7", "10.21.0.1", "198.51.100.1"):
        assert not ana.reaches(address, seconds=0.6), address
    # The server, by way of the gateway's own internet.
    ana.machine.run("wg", "set", ana.name, "peer", connection["peer"]["public_key"], "allowed-ips", "0.0.0.0/0")
    out = ana.machine.run("ping", "-n", "-c", 2, "-W", 0.3, "-I", ana.name, SERVER, check=False)
    assert "bytes from" not in out
    refused = eventually(lambda: gateway.status["status"]["refused_packets"], timeout=10)
    assert refused >= 5
    lab.refused_by = gateway.name


def test_a_forged_source_address_goes_nowhere(lab, ana, ben):
    """Not even as somebody who is let in."""
    site = lab.sites["Lisbon"]
    for user in (ana, ben):
        user.connect("Lisbon")
        assert user.reaches(site.address)
    forged = ben.connection["address"].split("/")[0]
    ana.machine.ip("address", "add", f"{forged}/32", "dev", ana.name)
    before = len(site.host.packets())

    for source in (forged, "10.30.0.77", "100.64.99.99"):
        ana.machine.ip("address", "replace", f"{source}/32", "dev", ana.name)
        out = ana.machine.run("ping", "-n", "-c", 3, "-i", 0.02, "-W", 0.3, "-I", source, site.address, check=False)
        assert "bytes from" not in out, source

    assert len(site.host.packets()) == before
    assert ben.reaches(site.address)


def test_the_site_opens_no_connection_to_a_user(lab, ana):
    site = lab.sites["Lisbon"]
    ana.connect("Lisbon")
    assert ana.reaches(site.address)
    address = ana.connection["address"].split("/")[0]
    assert "bytes from" not in site.machine.run("ping", "-n", "-c", 2, "-W", 0.3, address, check=False)


def test_a_code_enrols_once_and_an_event_tells_of_the_second_time(lab):
    gateway = lab.sites["Lisbon"].gateways[0]
    code = lab.timus("gateways", "new-code", gateway.name, "--json").json["code"]
    enrol = ["--server", lab.origin, "--code", "-", "--ca-file", lab.certificate, "--interface", "timus9"]
    other = lab.folder / "other-gateway"
    first = lab.users["farah"].machine.program("timus-gateway", "enrol", "--state", other, *enrol, input=code + "\n")
    assert first.code == 0, first
    before = lab.last_event()

    third = lab.folder / "third-gateway"
    second = lab.users["farah"].machine.program("timus-gateway", "enrol", "--state", third, *enrol, input=code + "\n")

    assert second.code == 1 and "error: " in second.err and "hint: " in second.err, second
    assert lab.events("gateway.enrolment-refused", before)
    # The machine of before is no gateway any more: everybody there is cut off, and it says so.
    assert gateway.process.process.wait(timeout=20) == 3
    gateway.stop()
    code = lab.timus("gateways", "new-code", gateway.name, "--json").json["code"]
    again = gateway.enrol(code)
    assert again.code == 0, again
    gateway.start()
    eventually(gateway.is_up, timeout=15)


# The lease


def test_a_gateway_that_hears_nothing_lets_nobody_in_after_the_lease(lab, ana, ben):
    """Suspended or not. Until then it is what Manager says: the cut waits for the gateway."""
    site = lab.sites["Lisbon"]
    gateway = site.gateways[0]
    for user in (ana, ben):
        user.connect("Lisbon")
        assert user.reaches(site.address)
    with Flows(ana.machine, site.address) as hers, Flows(ben.machine, site.address) as his:
        hers.wait()
        his.wait()
        cut_off = time.time()
        gateway.machine.run("nft", "-f", "-", input=CUT_OFF)
        lab.okta_api.lifecycle(ANA, "suspend")
        eventually(lambda: not lab.is_open(ana.connection["id"]), timeout=10)
        time.sleep(cut_off + LEASE + 2 - time.time())

        arrived = site.host.packets()
        for flows in (hers, his):
            last = max(at for at, _, port in arrived if port in flows.ports)
            assert cut_off + LEASE / 2 - 5 < last < cut_off + LEASE + 1, last - cut_off
        assert lab.rows(f"SELECT acknowledged_at {CUT}", ana.connection["id"]) == [(None,)]
    # The server is heard again: ben comes back by himself, she does not.
    gateway.machine.run("nft", "delete", "table", "ip", "cut_off")
    lab.cut(ana.connection["id"], timeout=30)
    assert ben.reaches(site.address, seconds=20)
    assert not ana.reaches(site.address, seconds=1)
    lab.okta_api.lifecycle(ANA, "unsuspend")


def test_an_event_told_of_the_refused_packets(lab):
    """Of what the cheating client sent: a gateway reports each half minute."""
    assert until(lambda: [name for name, _ in lab.events("gateway.refused-packets")], 40)
    assert (lab.refused_by) in [name for name, _ in lab.events("gateway.refused-packets")]


# Other databases, and many


def test_on_postgresql_another_process_revokes_and_the_push_is_quick(postgresql):
    with Lab(database=postgresql.new()) as lab:
        own = lab.users["ana"].own_client().connect("Berlin")
        assert own.reaches(berlin(lab))
        lab.timus("users", "sign-out", ANA)
        cut = lab.cut(own.connection["id"])
        assert cut.at - cut.closed_at < 1 * PATIENCE
        assert not own.reaches(berlin(lab), seconds=1)
        other = lab.users["ben"].own_client().connect("Berlin")
        assert other.reaches(berlin(lab))
        lab.okta_api.lifecycle(BEN, "suspend")
        assert lab.cut(other.connection["id"]).at


def peers_at(gateway):
    return len(gateway.machine.run("wg", "show", "timus0", "peers").split())


def test_a_thousand_users_are_cut_by_one_change():
    """All of them within five seconds of it, and ben's packets among them pass."""
    crowd = 1_000
    options = ["--users", 1_400, "--groups", 3]
    with Lab(okta_options=options, groups=["All Employees"], emails=None) as lab:
        own = lab.users["ana"].own_client().connect("Berlin")
        stays = lab.users["ben"].own_client().connect("Berlin")
        assert own.reaches(berlin(lab)) and stays.reaches(berlin(lab))
        keep = {lab.user_id(lab.users[name].email) for name in ("ana", "ben")}
        users = [user["okta_user_id"] for user in lab.timus("users", "--json").json if user["okta_status"] == "ACTIVE"]
        people = [user for user in users if user not in keep][: crowd - 1]
        assert len(people) == crowd - 1
        connections = connect_crowd(lab.database, "Berlin", people)
        gateways = lab.sites["Berlin"].gateways
        eventually(lambda: all(count == crowd + 1 for count in map(peers_at, gateways)), timeout=40)
        with Flows(own.machine, berlin(lab)) as hers, Flows(stays.machine, berlin(lab)) as his:
            hers.wait()
            his.wait()
            start = time.time()
            lab.control("changes", action="suspend", ids=[lab.user_id(own.browser.email), *people])
            cut = lab.cut(own.connection["id"], timeout=20)
            count = "SELECT count(*), max(acknowledged_at), max(acknowledged_at IS NULL) FROM connection_cut"
            eventually(lambda: lab.rows(count)[0][0] == 2 * crowd and not lab.rows(count)[0][2], timeout=20)
            took = lab.rows(count)[0][1] / 1000 - start
            time.sleep(0.5)
            hers.end()
            late = [at for at, _, port in lab.sites["Berlin"].host.packets() if port in hers.ports and at > cut.at]
            assert not late
            assert not his.lost(time.time() - 0.3)
        assert took < 5 * PATIENCE, took
        assert not [connection for connection in connections if lab.is_open(connection)]
        assert list(map(peers_at, gateways)) == [1, 1]
