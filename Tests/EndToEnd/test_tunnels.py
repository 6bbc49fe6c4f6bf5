"""The tunnels when something else goes wrong than a user's access: the server is away, a gateway restarts, or hears nothing."""

import os
import signal
import time

import pytest

from cuts import WHERE as CUT
from lab import ANA, SERVER, Lab, until
from lab_clients import ana, ben, berlin
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


def drop(lab, client):
    lab.manage(f"/users/{lab.user_id(client.browser.email)}/connections/{client.connection['id']}/drop")


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
