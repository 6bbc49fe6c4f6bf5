"""What of the firewall's goes wrong beside `timus-gateway`, and what the firewall keeps from its machine."""

import shutil
import sys
import time

import pytest

from gateways import address, enrolled, gateway, internet, key, machine
from people import reaches
from programs import PATIENCE, eventually

OWN_SERVICE = 7022


class Tool:
    """A program of the system's that does as it should until a test says otherwise."""

    def __init__(self, folder, name):
        self.folder = folder
        self.mood = folder / f"{name}.mood"
        folder.mkdir()
        (folder / name).write_text(
            f"""#!/bin/sh
case "$(cat {self.mood} 2>/dev/null)" in
hangs) exec sleep 60 ;;
loads-nothing) [ "$1" = -f ] && exit 1 ;;
esac
exec {shutil.which(name)} "$@"
"""
        )
        (folder / name).chmod(0o755)

    def is_well(self):
        self.mood.unlink()


@pytest.fixture
def nft(tmp_path):
    return Tool(tmp_path / "tools", "nft")


def has_table(gateway):
    return "timus_timus0" in gateway.machine.run("nft", "list", "tables")


def is_up(gateway):
    return "UP" in gateway.machine.ip("link", "show", "dev", "timus0").split(">")[0]


def test_a_cut_does_not_wait_for_somebody_who_is_let_in(enrolled, nft):
    """Not even where `nft` never ends."""
    enrolled.start(nft.folder)
    server = enrolled.server
    server.add(key(1), address(2))
    server.acknowledged(server.revision)
    enrolled.lets_in(key(1))
    nft.mood.write_text("hangs")
    server.add(key(2), address(3))
    time.sleep(0.5)

    server.remove(key(1))
    start = time.monotonic()
    eventually(lambda: key(1) not in enrolled.peers(), timeout=30)

    assert time.monotonic() - start < 1 * PATIENCE
    assert server.last_acknowledged < server.revision, "half a cut is none"
    nft.is_well()
    server.acknowledged(server.revision)
    enrolled.lets_in(key(2))
    assert address(2) not in enrolled.rules()
    # And comes back like anybody.
    server.add(key(1), address(2))
    enrolled.lets_in(key(1), key(2))


def test_who_was_cut_ahead_and_comes_back_at_once_is_in(enrolled, nft):
    enrolled.start(nft.folder)
    server = enrolled.server
    server.add(key(1), address(2))
    server.acknowledged(server.revision)
    nft.mood.write_text("hangs")
    server.add(key(2), address(3))
    time.sleep(0.3)
    server.remove(key(1))
    eventually(lambda: key(1) not in enrolled.peers(), timeout=30)

    server.add(key(1), address(2))
    nft.is_well()

    enrolled.lets_in(key(1), key(2))
    assert address(2) in enrolled.rules() and address(3) in enrolled.rules()


def test_a_table_that_was_taken_away_is_there_again_within_a_second(enrolled):
    enrolled.start()
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)
    # Not at the moment at which the status is written.
    time.sleep(2.3)

    enrolled.machine.run("nft", "flush", "ruleset")
    start = time.monotonic()
    eventually(lambda: has_table(enrolled), timeout=40)

    assert time.monotonic() - start < 1.5 * PATIENCE
    assert address(2) in enrolled.rules() and enrolled.peers() == {key(1)} and is_up(enrolled)


def test_without_a_table_nothing_passes(enrolled, nft):
    enrolled.start(nft.folder)
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)
    nft.mood.write_text("loads-nothing")

    enrolled.machine.run("nft", "flush", "ruleset")
    start = time.monotonic()
    eventually(lambda: not is_up(enrolled), timeout=40)

    assert time.monotonic() - start < 2 * PATIENCE
    eventually(lambda: enrolled.status.get("trouble"), timeout=10)
    nft.is_well()
    eventually(lambda: has_table(enrolled) and is_up(enrolled), timeout=10)
    enrolled.lets_in(key(1))


def test_the_gateway_itself_is_no_part_of_the_site(enrolled, internet):
    """Its own services are out of reach at each of its addresses, the site's beyond it are not."""
    device = internet.machine("device", "203.0.113.6")
    host = internet.machine("host")
    try:
        internet.connect(enrolled.machine, "203.0.113.5")
        host.cable("eth1", enrolled.machine, "site0")
        for machine, port, own in ((enrolled.machine, "site0", "10.20.0.1/16"), (host, "eth1", "10.20.0.10/16")):
            machine.ip("address", "add", own, "dev", port)
            machine.ip("link", "set", port, "up")
        enrolled.start()
        private = device.run("wg", "genkey")
        public = device.run("wg", "pubkey", input=private).strip()
        enrolled.server.add(public, address(2))
        enrolled.lets_in(public)
        device.run("setsid", "--wait", "wireguard-go", "own0")
        device.run(
            "wg", "set", "own0", "private-key", "/dev/stdin", "peer", enrolled.server.public_key,
            "endpoint", "203.0.113.5:51820", "allowed-ips", "10.20.0.0/16,100.64.0.1/32", input=private,
        )  # fmt: skip
        device.ip("address", "add", f"{address(2)}/32", "dev", "own0")
        device.ip("link", "set", "own0", "mtu", 1420, "up")
        for block in ("10.20.0.0/16", "100.64.0.1/32"):
            device.ip("route", "add", block, "dev", "own0")
        service = enrolled.machine.popen(sys.executable, "-m", "http.server", OWN_SERVICE)
        try:
            answers = ["curl", "-sS", "-m", "1", "-o", "/dev/null", "-w", "%{http_code}"]
            eventually(
                lambda: enrolled.machine.run(*answers, f"http://10.20.0.1:{OWN_SERVICE}/", check=False) == "200", timeout=10
            )
            assert reaches(device, "10.20.0.10", seconds=10 * PATIENCE)

            for own in ("10.20.0.1", "100.64.0.1"):
                assert device.run(*answers, f"http://{own}:{OWN_SERVICE}/", check=False) == "000", own
                assert not reaches(device, own, seconds=0.6), own
        finally:
            service.kill()
            service.wait()
        assert reaches(device, "10.20.0.10")
        eventually(lambda: enrolled.status["refused_packets"] >= 4, timeout=10)
    finally:
        for machine in (device, host):
            machine.end()
            internet.machines.remove(machine)
