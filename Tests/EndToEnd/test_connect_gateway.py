"""`timus-connect` when a gateway, the server or the machine's own network is not what it was."""

import time

from connect_lab import ana, becomes, berlin, connected, connection_of, endpoint, interfaces, lab, tunnel  # noqa: F401
from enrolled_gateway import wireguard_key
from people import reaches
from programs import eventually
from traffic import Flows


def test_a_server_that_is_away_costs_no_packet(lab, connected, berlin):
    with Flows(connected.machine, berlin) as flows:
        flows.wait()
        lab.kill_server()
        time.sleep(3)
        lab.start_server()
        time.sleep(3)
        assert not flows.lost(time.time() - 0.3)
    assert connected.status().code == 0


def test_another_network_keeps_the_tunnel(lab, connected, berlin):
    """The machine gets another address, as between an office and a train."""
    before = connected.machine.address
    try:
        connected.set_address("203.0.113.121")
        assert reaches(connected.machine, berlin, seconds=30)
    finally:
        connected.set_address(before)
    assert reaches(connected.machine, berlin, seconds=30)


def test_a_gateway_that_falls_silent_is_left_for_the_other(lab, connected, berlin):
    gateway = next(one for one in lab.sites["Berlin"].gateways if one.endpoint == endpoint(connected))
    gateway.machine.unplug()
    try:
        # A packet now and then, so that the tunnel notices.
        eventually(lambda: reaches(connected.machine, berlin, seconds=1) and endpoint(connected) != gateway.endpoint, timeout=240)
    finally:
        gateway.machine.plug()


def test_without_a_gateway_it_says_so(lab, ana):
    lab.timus("sites", "add", "Empty", "10.40.0.0/16")
    lab.timus("okta", "choose", "--group", "Engineering", "--site", "Empty")
    try:
        result = ana.connect("connect", "Empty", "--wait", 3)
        assert result.code == 1 and "gateway" in result.err and "hint: " in result.err, result
        assert interfaces(ana) == []
    finally:
        lab.timus("sites", "remove", "Empty")


def test_a_gateway_that_never_answers_is_told_and_leaves_nothing(lab, ana, berlin):
    for gateway in lab.sites["Berlin"].gateways:
        gateway.machine.unplug()
    try:
        result = ana.connect("connect", "Berlin", "--wait", 3, timeout=40)
        assert result.code == 1 and "error: " in result.err and "hint: " in result.err, result
    finally:
        for gateway in lab.sites["Berlin"].gateways:
            gateway.machine.plug()


def test_a_gateway_that_was_enrolled_anew_is_used_by_itself(lab, ana):
    site = lab.sites["Lisbon"]
    assert ana.connect("connect", "Lisbon").code == 0
    assert reaches(ana.machine, site.address)
    connection, process = connection_of(lab), tunnel(ana)["interface"]

    site.gateways[0].enrol_anew()

    eventually(lambda: reaches(ana.machine, site.address, seconds=1), timeout=120)
    assert becomes(ana, "connected")["connection"] == connection == connection_of(lab)
    assert interfaces(ana) == [process]


def test_a_gateway_that_was_enrolled_anew_is_used_at_once_by_connect(lab, ana):
    site = lab.sites["Lisbon"]
    assert ana.connect("connect", "Lisbon").code == 0
    assert reaches(ana.machine, site.address)
    connection = connection_of(lab)
    site.gateways[0].enrol_anew()
    # A packet now and then, so that the tunnel notices.
    eventually(lambda: reaches(ana.machine, site.address, seconds=0.5) or tunnel(ana)["state"] == "reconnecting", timeout=60)
    start = time.monotonic()

    result = ana.connect("connect", "Lisbon", "--json")

    assert result.code == 0 and time.monotonic() - start < 8, result
    assert reaches(ana.machine, site.address)
    assert connection_of(lab) == connection


def test_a_gateway_whose_name_has_no_address_leaves_the_tunnel_that_there_is(lab, connected, berlin):
    lab.timus("sites", "add", "Porto", "10.50.0.0/16")
    lab.timus("okta", "choose", "--group", "Engineering", "--site", "Porto")
    try:
        words = ["sites", "add-gateway", "Porto", "--endpoint", "gate.porto.invalid:51820", "--name", "Porto-1", "--json"]
        body = {"code": lab.timus(*words).json["code"], "public_key": wireguard_key()}
        answer = lab.http.post(f"{lab.origin}/gateway/v1/enrolment", json=body, timeout=30)
        assert answer.ok, answer.text
        before = (connection_of(lab), tunnel(connected), interfaces(connected))

        result = connected.connect("connect", "Porto", timeout=60)

        assert result.code == 1 and "gate.porto.invalid" in result.err and "note: " not in result.err, result
        assert reaches(connected.machine, berlin, seconds=1)
        assert becomes(connected, "connected")["since"] == before[1]["since"] and interfaces(connected) == before[2]
        assert lab.rows("SELECT connection_id FROM connection WHERE closed_at IS NULL AND okta_user_id = ?",
                        lab.user_id(connected.email)) == [(before[0],)]  # fmt: skip
    finally:
        lab.timus("sites", "remove", "Porto")
