"""`timus-connect` when the server closes its connection: it says why, and comes back where it may."""

import time

import pytest

from connect_lab import ana, becomes, berlin, connected, connection_of, interfaces, lab, tunnel  # noqa: F401
from lab import ANA
from people import reaches
from programs import eventually


# What ends it, what undoes that, what the user is told, and what then becomes of the tunnel.
CAUSES = {
    "suspended": (
        lambda lab: lab.okta_api.lifecycle(ANA, "suspend"),
        lambda lab: lab.okta_api.lifecycle(ANA, "unsuspend"),
        "Okta: your account was suspended",
        "signed-out",
    ),
    "left the group": (
        lambda lab: lab.okta_api("DELETE", f"groups/{lab.okta_api.group('Engineering')}/users/{lab.user_id(ANA)}"),
        lambda lab: lab.okta_api("PUT", f"groups/{lab.okta_api.group('Engineering')}/users/{lab.user_id(ANA)}"),
        "Okta: you are in no group that is given access",
        "signed-out",
    ),
    "denied": (
        lambda lab: lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Berlin')}", effect="deny"),
        lambda lab: lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Berlin')}", effect="none"),
        "Denied by hand, by",
        "cut",
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_cut_is_told_with_its_reason_and_undone_as_the_session_allows(lab, connected, berlin, name):
    cause, undo, said, state = CAUSES[name]
    connection = connection_of(lab)
    cause(lab)
    try:
        lab.cut(connection)
        eventually(lambda: interfaces(connected) == [], timeout=5)
        told = eventually(lambda: tunnel(connected)["state"] == state and tunnel(connected), timeout=10)
        assert said in told["because"], told
        assert said in connected.status().out
        if state == "signed-out":
            for words in (["networks"], ["connect", "Berlin"]):
                result = connected.connect(*words)
                assert result.code == 3 and f"error: Your access ended: {said}" in result.err, result
    finally:
        undo(lab)
    if state == "cut":
        # The session still stands: it comes back by itself.
        eventually(lambda: interfaces(connected) and reaches(connected.machine, berlin, seconds=1), timeout=90)
    else:
        assert connected.status().code == 3
        connected.sign_in()
        status = connected.connect("status")
        assert status.code == 0 and "Not connected." in status.out and said not in status.out, status


def test_a_dropped_connection_comes_back_by_itself(lab, connected, berlin):
    connection = connection_of(lab)
    lab.manage(f"/users/{lab.user_id(ANA)}/connections/{connection}/drop")
    lab.cut(connection)
    eventually(lambda: connection_of(lab) not in (None, connection), timeout=30)
    assert reaches(connected.machine, berlin, seconds=20)


def test_what_the_user_closed_stays_closed(lab, connected):
    assert connected.connect("disconnect").code == 0
    time.sleep(6)
    assert interfaces(connected) == [] and connection_of(lab) is None


def test_connect_after_a_cut_is_done_when_the_tunnel_is_up(lab, connected, berlin):
    """The connection before was closed already: nobody has to be told."""
    _, undo, _, _ = CAUSES["denied"]
    connection = connection_of(lab)
    CAUSES["denied"][0](lab)
    lab.cut(connection)
    becomes(connected, "cut")
    undo(lab)

    result = connected.connect("connect", "Berlin", "--json")

    assert result.code == 0 and "note: " not in result.err, result
    assert reaches(connected.machine, berlin)
    assert connection_of(lab) not in (None, connection)
