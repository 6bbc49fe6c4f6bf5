"""How `timus-gateway` gets on with its server: one that is away, ill, silent, somebody else, or that knows it no longer."""

import time

from gateways import address, enrolled, gateway, internet, key, machine
from programs import PATIENCE, eventually


def test_a_gateway_that_is_none_any_more_lets_everybody_go_and_says_so(enrolled):
    enrolled.start()
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)
    eventually(lambda: enrolled.status["peer_count"] == 1, timeout=10)

    enrolled.server.forget()

    assert enrolled.process.process.wait(timeout=30 * PATIENCE) == 3
    assert "timus0" not in enrolled.machine.interfaces() or enrolled.peers() == set()
    assert address(2) not in enrolled.rules()
    status = enrolled.program("status")
    assert status.code == 1 and key(1) not in status.out and address(2) not in status.out, status


def test_a_server_that_is_away_or_ill_costs_nobody_the_tunnel(enrolled):
    enrolled.start()
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)
    enrolled.server.refuses = 503
    enrolled.server.end_streams()
    time.sleep(2)
    assert enrolled.peers() == {key(1)}

    enrolled.server.refuses = None
    streams = enrolled.server.stream_count
    enrolled.server.wait(lambda: enrolled.server.stream_count > streams, timeout=15)
    eventually(lambda: enrolled.program("status").code == 0, timeout=15)


def test_no_stranger_cuts_anybody_off(enrolled):
    """As a proxy that wants to know who asks: its 401 is not the server's."""
    enrolled.start()
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)

    enrolled.server.refuses, enrolled.server.is_stranger = 401, True
    enrolled.server.end_streams()
    time.sleep(4)

    assert enrolled.process.process.poll() is None and enrolled.peers() == {key(1)}
    assert enrolled.program("status").code in (0, 1)
    enrolled.server.refuses, enrolled.server.is_stranger = None, False
    streams = enrolled.server.stream_count
    enrolled.server.wait(lambda: enrolled.server.stream_count > streams, timeout=15)


def test_a_silent_stream_is_left_for_another(enrolled):
    """Three times the usual pause without a word."""
    enrolled.start()
    enrolled.server.is_silent = True
    streams = enrolled.server.stream_count
    enrolled.server.wait(lambda: enrolled.server.stream_count > streams, timeout=40)


def test_a_stream_that_ends_at_once_is_asked_for_less_and_less(enrolled):
    """As where two machines have one token, and each takes the stream from the other."""
    enrolled.start()
    enrolled.server.ends_at_once = True
    streams = enrolled.server.stream_count
    enrolled.server.end_streams()

    time.sleep(10)

    assert 2 <= enrolled.server.stream_count - streams <= 7


def test_an_acknowledgement_that_was_lost_is_made_again(enrolled):
    enrolled.start()
    server = enrolled.server
    server.add(key(1), address(2))
    server.acknowledged(server.revision)
    server.lost_acknowledgements = 2
    server.remove(key(1))

    assert server.acknowledged(server.revision) < 2.5 * PATIENCE
    assert server.lost_acknowledgements == 0
