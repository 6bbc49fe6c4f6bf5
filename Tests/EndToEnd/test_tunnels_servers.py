"""Tunnels beside other databases, several servers, and many users."""

import time

from crowd import connect_crowd
from lab import ANA, BEN, SERVER, Lab
from lab_clients import berlin
from programs import PATIENCE, eventually
from traffic import Flows


def test_on_postgresql_another_process_revokes_and_the_push_is_quick(postgresql):
    with Lab(database=postgresql.new()) as lab:
        own = lab.users["ana"].own_client().connect("Berlin")
        assert own.reaches(berlin(lab))
        lab.timus("users", "sign-out", ANA)
        cut = lab.cut(own.connection["id"])
        assert cut.at - cut.closed_at < 1 * PATIENCE
        assert not own.reaches(berlin(lab), seconds=1)
        other = lab.users["ben"].own_client().connect("Berlin")
        assert other.reaches(berlin(lab))
        lab.okta_api.lifecycle(BEN, "suspend")
        assert lab.cut(other.connection["id"]).at


SECOND = 8443
# What a load balancer does for a gateway: its way to the server leads to the second one.
TO_THE_SECOND = f"""
table ip balanced {{
    chain out {{ type nat hook output priority -100; ip daddr {SERVER} tcp dport 443 dnat to {SERVER}:{SECOND}; }}
}}
"""


def test_two_servers_on_one_postgresql_cut_each_at_its_own_gateway(postgresql):
    """What one of them learns, or neither, cuts at the gateways of both; while one is away the other goes on."""
    with Lab(database=postgresql.new()) as lab, lab.serve(SECOND):
        first, second = lab.sites["Berlin"].gateways
        second.stop()
        second.machine.run("nft", "-f", "-", input=TO_THE_SECOND)
        second.start()
        eventually(second.is_up, timeout=15)
        ana, ben, farah = (lab.users[name].own_client() for name in ("ana", "ben", "farah"))
        for own, gateway in ((ana, first), (ben, second), (farah, first)):
            own.connect_by(gateway, "Berlin")
            assert own.reaches(berlin(lab))

        # Okta tells the first server.
        lab.okta_api.lifecycle(ANA, "suspend")
        cut = lab.cut(ana.connection["id"])
        assert set(cut.acknowledged) == {"Berlin-1", "Berlin-2"}
        assert cut.at - cut.closed_at < 1 * PATIENCE
        assert not ana.reaches(berlin(lab), seconds=1)

        # The first one is gone: its gateway lets in whom it let in, and the second's goes on.
        lab.kill_server()
        lab.timus("users", "sign-out", BEN)
        eventually(lambda: acknowledged(lab, ben) == {"Berlin-2"}, timeout=5)
        assert not ben.reaches(berlin(lab), seconds=1)
        assert farah.reaches(berlin(lab))
        eventually(lambda: not first.is_up(), timeout=15)
        assert second.is_up()

        lab.start_server()
        assert set(lab.cut(ben.connection["id"], timeout=30).acknowledged) == {"Berlin-1", "Berlin-2"}
        eventually(first.is_up, timeout=15)
        assert farah.reaches(berlin(lab))


def acknowledged(lab, own):
    """The names of the gateways that have cut a client off."""
    query = "SELECT gateway_name FROM connection_cut WHERE connection_id = ? AND acknowledged_at IS NOT NULL"
    return {name for (name,) in lab.rows(query, own.connection["id"])}


def peers_at(gateway):
    return len(gateway.machine.run("wg", "show", "timus0", "peers").split())


def test_a_thousand_users_are_cut_by_one_change():
    """All of them within five seconds of it, and ben's packets among them pass."""
    crowd = 1_000
    options = ["--users", 1_400, "--groups", 3]
    with Lab(okta_options=options, groups=["All Employees"], emails=None) as lab:
        own = lab.users["ana"].own_client().connect("Berlin")
        stays = lab.users["ben"].own_client().connect("Berlin")
        assert own.reaches(berlin(lab)) and stays.reaches(berlin(lab))
        keep = {lab.user_id(lab.users[name].email) for name in ("ana", "ben")}
        users = [user["okta_user_id"] for user in lab.timus("users", "--json").json if user["okta_status"] == "ACTIVE"]
        people = [user for user in users if user not in keep][: crowd - 1]
        assert len(people) == crowd - 1
        connections = connect_crowd(lab.database, "Berlin", people)
        gateways = lab.sites["Berlin"].gateways
        eventually(lambda: all(count == crowd + 1 for count in map(peers_at, gateways)), timeout=40)
        with Flows(own.machine, berlin(lab)) as hers, Flows(stays.machine, berlin(lab)) as his:
            hers.wait()
            his.wait()
            start = time.time()
            lab.control("changes", action="suspend", ids=[lab.user_id(own.browser.email), *people])
            cut = lab.cut(own.connection["id"], timeout=20)
            count = "SELECT count(*), max(acknowledged_at), max(acknowledged_at IS NULL) FROM connection_cut"
            eventually(lambda: lab.rows(count)[0][0] == 2 * crowd and not lab.rows(count)[0][2], timeout=20)
            took = lab.rows(count)[0][1] / 1000 - start
            time.sleep(0.5)
            hers.end()
            late = [at for at, _, port in lab.sites["Berlin"].host.packets() if port in hers.ports and at > cut.at]
            assert not late
            assert not his.lost(time.time() - 0.3)
        assert took < 5 * PATIENCE, took
        assert not [connection for connection in connections if lab.is_open(connection)]
        assert list(map(peers_at, gateways)) == [1, 1]
