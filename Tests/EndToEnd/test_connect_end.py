"""The end of a tunnel of `timus-connect`: at once, whoever ends it, on this machine and on the server."""

import os
import signal
import time

import pytest

from connect_lab import ana, becomes, berlin, connected, connection_of, interfaces, lab, processes, tunnel  # noqa: F401
from lab import until
from people import reaches
from programs import PATIENCE, eventually


@pytest.mark.parametrize("word", ["disconnect", "sign-out"])
def test_takes_no_time(lab, connected, word):
    start = time.monotonic()

    result = connected.connect(word)

    assert result.code == 0 and time.monotonic() - start < 2.5 * PATIENCE, (result, time.monotonic() - start)
    assert interfaces(connected) == [] and connection_of(lab) is None and processes(connected) == []


def test_takes_the_interface_down_before_anything_else(connected):
    (keeper,) = processes(connected, "keep")

    os.kill(keeper, signal.SIGTERM)

    assert until(lambda: interfaces(connected) == [], 1 * PATIENCE)
    assert becomes(connected, "off", timeout=2)["because"] is None


def test_another_site_takes_the_place_of_the_first(lab, connected, berlin):
    former = connection_of(lab)
    start = time.monotonic()
    result = connected.connect("connect", "Lisbon", "--json")
    assert result.code == 0 and time.monotonic() - start < 4 * PATIENCE, result
    assert reaches(connected.machine, lab.sites["Lisbon"].address)
    assert len(interfaces(connected)) == 1 and not reaches(connected.machine, berlin, seconds=0.5)
    assert not lab.is_open(former) and tunnel(connected)["connection"] == connection_of(lab)


@pytest.mark.parametrize("when", ["the connection is open", "the interface is there"])
def test_by_ctrl_c_is_over_when_connect_has_ended(lab, ana, when):
    """Whatever it had begun by then."""
    gateways = lab.sites["Berlin"].gateways
    for gateway in gateways:
        gateway.machine.unplug()
    try:
        with ana.machine.started("timus-connect", "connect", "Berlin", "--wait", 60, TIMUS_CONNECT_HOME=ana.home) as command:
            assert until(lambda: connection_of(lab) if when == "the connection is open" else interfaces(ana), 10)
            command.process.send_signal(signal.SIGINT)
            result = command.result(10)
        assert result.code != 0 and "Connected" not in result.out, result
        assert interfaces(ana) == [] and connection_of(lab) is None and processes(ana) == []
        assert tunnel(ana)["state"] == "off"
    finally:
        for gateway in gateways:
            gateway.machine.plug()


def test_by_ctrl_c_before_anything_began_leaves_the_tunnel_that_there_is(lab, connected, berlin):
    lab.server.run("sh", "-c", f"kill -STOP {lab.process.process.pid}")
    try:
        home = connected.home
        with connected.machine.started("timus-connect", "connect", "Lisbon", TIMUS_CONNECT_HOME=home) as command:
            time.sleep(0.5)
            command.process.send_signal(signal.SIGINT)
            result = command.result(10)
    finally:
        lab.server.run("sh", "-c", f"kill -CONT {lab.process.process.pid}")
    assert result.code == 1 and result.err == "", result
    assert tunnel(connected)["network"] == "Berlin" and reaches(connected.machine, berlin, seconds=2)


def test_by_a_machine_that_cannot_is_told_to_the_server(lab, ana):
    ana.machine.ip("route", "add", "10.20.0.0/16", "dev", "eth0")
    try:
        result = ana.connect("connect", "Berlin")
    finally:
        ana.machine.ip("route", "delete", "10.20.0.0/16", "dev", "eth0")

    assert result.code == 1 and "another way to 10.20.0.0/16" in result.err, result
    assert interfaces(ana) == [] and connection_of(lab) is None and processes(ana) == []


def test_for_one_that_then_cannot_be_is_said(lab, connected):
    connected.machine.ip("route", "add", "10.30.0.0/16", "dev", "eth0")
    try:
        result = connected.connect("connect", "Lisbon")
    finally:
        connected.machine.ip("route", "delete", "10.30.0.0/16", "dev", "eth0")

    assert result.code == 1 and "note: The tunnel to Berlin was taken down for it" in result.err, result
    assert interfaces(connected) == [] and connection_of(lab) is None


@pytest.mark.parametrize("phase", ["connected", "cut"])
def test_of_the_helper_is_told_to_the_server(lab, connected, phase):
    if phase == "cut":
        lab.manage(f"/users/{lab.user_id(connected.email)}/overrides/{lab.site_id('Berlin')}", effect="deny")
    try:
        becomes(connected, phase)
        (helper,) = processes(connected, "hold", "--apart")

        os.kill(helper, signal.SIGKILL)

        assert "held the interface" in becomes(connected, "off", timeout=10)["because"]
        assert until(lambda: interfaces(connected) == [], 2)
        eventually(lambda: connection_of(lab) is None and processes(connected) == [], timeout=10)
    finally:
        if phase == "cut":
            lab.manage(f"/users/{lab.user_id(connected.email)}/overrides/{lab.site_id('Berlin')}", effect="none")


def test_when_the_helper_or_the_keeper_dies_nothing_is_left_open(lab, connected, berlin):
    """Fails closed: no interface without somebody who would take it away."""
    for process in connected.machine.processes("timus-connect"):
        os.kill(process, signal.SIGKILL)
    # What is killed itself cannot clean up; the next command does.
    until(lambda: interfaces(connected) == [], 5)
    result = connected.connect("connect", "Berlin", "--json")
    assert result.code == 0 and len(interfaces(connected)) == 1, result
    assert reaches(connected.machine, berlin)


def test_of_a_wireguard_go_that_hangs(lab, connected, berlin):
    (process,) = connected.machine.processes("wireguard-go")
    os.kill(process, signal.SIGSTOP)

    result = connected.connect("disconnect", timeout=30)

    assert result.code == 0, result
    assert interfaces(connected) == [] and connection_of(lab) is None
    assert connected.machine.processes("wireguard-go") == [] and processes(connected) == []
    assert connected.connect("connect", "Berlin").code == 0 and reaches(connected.machine, berlin)
    assert interfaces(connected) == ["timus0"]


def test_by_another_connect_is_not_taken_for_its_own(lab, ana):
    gateways = lab.sites["Berlin"].gateways
    for gateway in gateways:
        gateway.machine.unplug()
    try:
        with ana.machine.started("timus-connect", "connect", "Berlin", "--wait", 60, TIMUS_CONNECT_HOME=ana.home) as command:
            assert until(lambda: interfaces(ana), 10)
            other = ana.connect("connect", "Lisbon")
            result = command.result(10)
    finally:
        for gateway in gateways:
            gateway.machine.plug()

    assert other.code == 0 and "Connected to Lisbon" in other.out, other
    assert result.code == 1 and result.out == "", result
    assert "another timus-connect connected to Lisbon" in result.err or "taken down" in result.err, result
    assert tunnel(ana)["network"] == "Lisbon" and tunnel(ana)["connection"] == connection_of(lab)
