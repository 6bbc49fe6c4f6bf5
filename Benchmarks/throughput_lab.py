"""Throughput of a tunnel beside that of `wireguard-go` set up by hand, in the lab of the end-to-end tests. See revocation_lab.py."""

import json
import subprocess
import sys
import time

from lab import SITES, Lab

# Two programs and two ends share the cores, and single figures differ by a fifth.
TURNS = 40


def note(words):
    print(words, file=sys.stderr, flush=True)


def throughput(settings):
    """The same user, host and way; another gateway, set up by hand with the same masquerading."""
    note("Throughput, beside wireguard-go by hand")
    found = {"timus": {"up": [], "down": []}, "plain": {"up": [], "down": []}}
    one_gateway = tuple((name, network, masquerades, gateways[:1]) for name, network, masquerades, gateways in SITES)
    with Lab(sites=one_gateway) as lab:
        site = lab.sites["Berlin"]
        site.host.end_capture()
        own = lab.users["ana"].own_client().connect("Berlin")
        plain = by_hand(lab, site)
        server = site.machine.popen("iperf3", "-s", stdout=subprocess.DEVNULL)
        try:
            for number in range(TURNS):
                for name in ("timus", "plain") if number % 2 == 0 else ("plain", "timus"):
                    own.machine.ip("route", "replace", site.range, "dev", own.name if name == "timus" else plain)
                    assert own.reaches(site.address)
                    for way in ("up", "down"):
                        found[name][way].append(iperf(own.machine, site, settings["seconds"], way))
        finally:
            server.kill()
            server.wait()
            site.host.start_capture()
    return found


def by_hand(lab, site):
    """A gateway of nobody's making but ours, and the user's interface to it."""
    user = lab.users["ana"].machine
    gateway = lab.internet.machine("by-hand", "203.0.113.19")
    gateway.cable("eth1", site.machine, "p9")
    site.machine.ip("link", "set", "p9", "master", "lan", "up")
    gateway.ip("address", "add", f"{site.network}.0.9/16", "dev", "eth1")
    gateway.ip("link", "set", "eth1", "up")
    gateway.write("/proc/sys/net/ipv4/ip_forward", 1)
    keys = {}
    for machine, address in ((gateway, "100.127.0.1/32"), (user, "100.127.0.2/32")):
        # In a session of its own, as that of timus-gateway: the kernel shares the cores out among sessions.
        machine.run("setsid", "--wait", "wireguard-go", "plain0")
        private = machine.run("wg", "genkey").strip()
        keys[machine] = private, machine.run("wg", "pubkey", input=private + "\n").strip()
        machine.ip("address", "add", address, "dev", "plain0")
        machine.ip("link", "set", "plain0", "mtu", 1420, "up")
    ends = (
        (gateway, user, ["allowed-ips", "100.127.0.2/32"], ["listen-port", 51820]),
        (user, gateway, ["endpoint", "203.0.113.19:51820", "allowed-ips", site.range], []),
    )
    for machine, other, peer, own in ends:
        machine.run("wg", "set", "plain0", *own, "private-key", "/dev/stdin", "peer", keys[other][1], *peer,
                    input=keys[machine][0] + "\n")  # fmt: skip
    gateway.ip("route", "add", "100.127.0.2/32", "dev", "plain0")
    gateway.run("nft", "-f", "-", input='table ip nat { chain out { type nat hook postrouting priority srcnat; '
                'iifname "plain0" masquerade; }\n}\n')  # fmt: skip
    return "plain0"


def iperf(machine, site, seconds, way):
    """Mbit/s. The server takes one client at a time, and is busy for a moment after each."""
    words = ["iperf3", "-c", site.address, "-t", seconds, "-O", 1, "-J", *(["-R"] if way == "down" else [])]
    for _ in range(5):
        found = json.loads(machine.run(*words, timeout=seconds + 30, check=False))
        if "sum_received" in found.get("end", {}):
            return found["end"]["sum_received"]["bits_per_second"] / 1e6
        note(f"  once more: {found.get('error')}")
        time.sleep(1)
    raise AssertionError("iperf3 measured nothing")
