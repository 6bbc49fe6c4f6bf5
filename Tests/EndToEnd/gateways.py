"""A machine with `timus-gateway` beside a stand-in for its server (`gateway_server`): what the tests of the gateway share. A test file
imports the fixtures that it uses, with those on which they stand.
"""

import base64
import json
import os

import pytest

from certificates import Authority
from gateway_server import GatewayServer
from machines import Internet
from programs import eventually

RANGE = "10.20.0.0/16"


def key(number):
    return base64.b64encode(number.to_bytes(32, "big")).decode()


def address(number):
    return f"100.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


@pytest.fixture(scope="module")
def internet(tmp_path_factory):
    with Internet(Authority(tmp_path_factory.mktemp("ca")).pem) as it:
        yield it


class Gateway:
    """A machine with `timus-gateway`, and a stand-in of its server on the loopback."""

    def __init__(self, machine, folder):
        self.machine = machine
        self.state = folder / "state"
        self.process = None
        with machine.network():
            self.server = GatewayServer().start()
        self.server.networks = [RANGE]

    def program(self, command, *arguments, **more):
        return self.machine.program("timus-gateway", command, "--state", self.state, *arguments, **more)

    def enrol(self, *arguments, code=None):
        code = code or self.server.code()
        return self.program("enrol", "--server", self.server.origin, "--code", "-", *arguments, input=code + "\n")

    def start(self, tools=None):
        """- tools: a folder with programs to use in place of the system's."""
        self.begin(tools)
        self.server.wait(lambda: self.server.last_acknowledged == self.server.revision)
        return self

    def begin(self, tools=None):
        """Without waiting for a word to the server."""
        path = f"{tools}:{os.environ['PATH']}" if tools else os.environ["PATH"]
        self.process = self.machine.running("timus-gateway", "run", "--state", self.state, "--json", PATH=path)

    def signal(self, number):
        self.process.process.send_signal(number)

    def stop(self):
        if self.process:
            self.process.__exit__()
            self.process = None

    def peers(self):
        return set(self.machine.run("wg", "show", "timus0", "peers").split())

    def lets_in(self, *keys):
        """Whom it is to let in comes into force after its word that nobody else is in."""
        eventually(lambda: self.peers() == set(keys), timeout=10)

    @property
    def status(self):
        return self.program("status", "--json").json["status"]

    @property
    def kernel_lease(self):
        """Seconds until the kernel lets nobody through."""
        found = json.loads(self.machine.run("nft", "-j", "list", "set", "inet", "timus_timus0", "leased"))
        return next(entry["set"]["elem"][0]["elem"]["expires"] for entry in found["nftables"] if "set" in entry)

    def rules(self):
        return self.machine.run("nft", "list", "ruleset")

    def forwards(self):
        return self.machine.run("cat", "/proc/sys/net/ipv4/ip_forward").strip() == "1"


@pytest.fixture
def machine(internet):
    machine = internet.machine(f"gateway-{len(internet.machines)}")
    machine.write("/proc/sys/net/ipv4/ip_forward", 0)
    yield machine
    machine.end()
    internet.machines.remove(machine)


@pytest.fixture
def gateway(machine, tmp_path):
    it = Gateway(machine, tmp_path)
    yield it
    it.server.end_streams()
    it.stop()
    it.server.stop()


@pytest.fixture
def enrolled(gateway):
    result = gateway.enrol()
    assert result.code == 0, result
    return gateway
