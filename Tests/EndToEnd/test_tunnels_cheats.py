"""Clients, sites and codes that cheat: what they try leads nowhere, and an event tells."""

import pytest

from lab import ANA, SERVER, Lab, until
from lab_clients import ana, ben, berlin
from people import Refused
from programs import eventually


@pytest.fixture(scope="module")
def lab():
    with Lab() as it:
        yield it


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
    gateway.enrol_anew()


def test_an_event_told_of_the_refused_packets(lab):
    """Of what the cheating client sent: a gateway reports each half minute."""
    assert until(lambda: [name for name, _ in lab.events("gateway.refused-packets")], 40)
    assert (lab.refused_by) in [name for name, _ in lab.events("gateway.refused-packets")]
