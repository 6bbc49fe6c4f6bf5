"""Until when `timus-gateway` lets anybody in without its server, whatever becomes of the program."""

import datetime
import signal
import time

from gateways import RANGE, address, enrolled, gateway, internet, key, machine
from programs import eventually

LEASE = 60


def test_what_was_said_before_a_long_sleep_renews_nothing(enrolled):
    """Its last lines are still in the socket when it goes on."""
    server = enrolled.server
    server.full_interval = server.alive_interval = 1
    server.lease, server.peers = LEASE, {key(1): address(2)}
    enrolled.start()
    enrolled.lets_in(key(1))

    enrolled.signal(signal.SIGSTOP)
    stopped = time.time()
    time.sleep(3)
    server.refuses = 503
    server.end_streams()
    time.sleep(15)
    enrolled.signal(signal.SIGCONT)

    end = time.time() + 2
    status = eventually(lambda: seconds(enrolled.status["written_at"]) > end and enrolled.status, timeout=20)
    assert seconds(status["peers"][0]["lease_ends_at"]) <= stopped + LEASE + 1
    assert enrolled.kernel_lease <= LEASE - 18 + 2


def test_the_kernel_knows_the_lease_that_ends_first(enrolled):
    """Where nobody is left to tell it who goes first, nobody stays for longer than that."""
    server = enrolled.server
    server.lease, server.peers = LEASE, {key(1): address(2)}
    enrolled.start()
    time.sleep(4)
    server.add(key(2), address(3))
    server.acknowledged(server.revision)
    enrolled.lets_in(key(1), key(2))

    assert enrolled.kernel_lease <= LEASE - 4 + 2


def test_a_killed_gateway_brings_no_network_back_that_was_taken_away(enrolled):
    server = enrolled.server
    server.peers = {key(1): address(2)}
    enrolled.start()
    saved = enrolled.state / "peers.json"
    eventually(lambda: saved.exists() and key(1) in saved.read_text(), timeout=15)
    server.set_state(networks=["10.21.0.0/16"])
    server.acknowledged(server.revision)

    enrolled.signal(signal.SIGKILL)
    enrolled.process.process.wait()
    enrolled.stop()
    server.refuses = 503
    enrolled.begin()

    assert RANGE not in enrolled.rules()


def seconds(time):
    return datetime.datetime.fromisoformat(time).timestamp()
