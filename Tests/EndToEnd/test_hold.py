"""Root's part of Connect, `timus-connect hold`, without the rest: what it makes, and what it leaves alone."""

import contextlib
import json
import re
import subprocess

import pytest

from certificates import Authority
from enrolled_gateway import wireguard_key
from lab import until
from machines import Internet
from programs import BIN


@pytest.fixture
def machine(tmp_path):
    with Internet(Authority(tmp_path).pem) as internet:
        yield internet.machine("holder", "203.0.113.21")


class Holder:
    """A `hold`, and the line to it."""

    def __init__(self, machine, *words):
        self.process = machine.popen(BIN / "timus-connect", "hold", *words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if not words:
            assert self.hear() == {"ready": True}

    def say(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, **request):
        self.say(**request)
        return self.hear()

    def end(self):
        """Until everything that has the other end has gone."""
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait()
        self.process.stdout.close()


@contextlib.contextmanager
def holders(machine, count=1):
    all = [Holder(machine) for _ in range(count)]
    try:
        yield all
    finally:
        for holder in all:
            if not holder.process.stdin.closed:
                holder.end()


def private_key():
    return subprocess.run(["wg", "genkey"], capture_output=True, text=True, check=True).stdout.strip()


def peer(endpoint="203.0.113.11:51820", allowed="10.20.0.0/16"):
    return {"peer": wireguard_key(), "endpoint": endpoint, "allowed_ips": [allowed], "outside": []}


def tunnel(number=2, **more):
    return {"address": f"100.64.0.{number}/32", "private_key": private_key()} | peer(**more)


def interfaces(machine):
    return [name for name in machine.interfaces() if name.startswith("timus")]


def routes_to(machine, address):
    """How the machine goes to the address, as its routes to it alone say."""
    found = machine.ip("-4", "route", "show", f"{address}/32")
    return [(match[1], match[2]) for match in re.finditer(r"via (\S+) dev (\S+)", found)]


def test_many_at_once_each_have_an_interface_of_their_own(machine):
    with holders(machine, 5) as all:
        tunnels = [tunnel(number, allowed=f"10.{number}.0.0/16") for number in range(20, 25)]
        for holder, one in zip(all, tunnels):
            holder.say(set=one)
        names = [holder.hear().get("interface") for holder in all]

        assert sorted(names) == [f"timus{number}" for number in range(5)], names
        for holder, one, name in zip(all, tunnels, names):
            assert machine.run("wg", "show", name, "private-key").strip() == one["private_key"]
            assert one["address"] in machine.ip("-4", "address", "show", "dev", name)
            assert f"{one['allowed_ips'][0]} dev {name}" in machine.ip("-4", "route")
        all[0].end()
        assert until(lambda: sorted(interfaces(machine)) == sorted(names[1:]), 3)
    assert until(lambda: interfaces(machine) == [] and machine.processes("wireguard-go") == [], 5)


@pytest.mark.parametrize("is_made", [False, True])
def test_the_guard_removes_what_was_made_and_nothing_of_anothers(machine, is_made):
    """Before an interface has its alias, its name alone does not say whose it is."""
    machine.ip("link", "add", "timus0", "type", "bridge")
    guard = Holder(machine, "--guard")

    guard.say(interface="timus0", alias="timus-connect:1", isMade=is_made, routes=[])
    guard.end()

    assert interfaces(machine) == ([] if is_made else ["timus0"])


def test_the_way_past_the_tunnel_follows_the_machines_own(machine):
    """Another router on the same device, as after a change of Wi-Fi."""
    gateway = "198.51.100.7"
    machine.ip("route", "add", "default", "via", "203.0.113.1")
    with holders(machine) as (holder,):
        one = tunnel(endpoint=f"{gateway}:51820", allowed="198.51.100.0/24")
        assert holder.ask(set=one)["interface"] == "timus0"
        assert routes_to(machine, gateway) == [("203.0.113.1", "eth0")]
        machine.ip("route", "replace", "default", "via", "203.0.113.254")

        same = {name: one[name] for name in ("peer", "endpoint", "allowed_ips", "outside")}
        assert holder.ask(peer=same)["done"] is True

        assert routes_to(machine, gateway) == [("203.0.113.254", "eth0")]
        machine.ip("route", "delete", "default")
        assert "There is no way" in holder.ask(peer=same)["error"]
        assert routes_to(machine, gateway) == [("203.0.113.254", "eth0")]
    assert routes_to(machine, gateway) == []


def test_a_route_of_the_administrators_stays(machine):
    gateway = "198.51.100.7"
    machine.ip("route", "add", "default", "via", "203.0.113.1")
    machine.ip("route", "add", f"{gateway}/32", "via", "203.0.113.9")
    with holders(machine) as (holder,):
        assert holder.ask(set=tunnel(endpoint=f"{gateway}:51820", allowed="198.51.100.0/24"))["interface"] == "timus0"
        assert routes_to(machine, gateway) == [("203.0.113.9", "eth0")]
    assert routes_to(machine, gateway) == [("203.0.113.9", "eth0")]
    assert "198.51.100.0/24" not in machine.ip("route")


def test_what_leads_to_most_of_the_internet_is_refused(machine):
    with holders(machine) as (holder,):
        wide = tunnel() | {"allowed_ips": [f"{number}.0.0.0/8" for number in range(11, 75)]}
        assert "addresses into the tunnel" in holder.ask(set=wide)["error"]
        assert interfaces(machine) == []
