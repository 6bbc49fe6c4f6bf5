"""`timus-connect` on real tunnels: from the sign-in to a download, and everything that may come between."""

import contextlib
import json
import os
import signal
import stat
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lab import ANA, Lab, until
from people import reaches
from programs import PATIENCE, eventually, run
from traffic import Flows


@pytest.fixture(scope="module")
def lab():
    with Lab() as it:
        yield it


@pytest.fixture
def berlin(lab):
    return lab.sites["Berlin"].address


@pytest.fixture
def ana(lab):
    """Signed in, and not connected."""
    user = lab.users["ana"]
    if user.status().code != 0:
        user.sign_in()
    yield user
    user.connect("disconnect")
    user.machine.plug()


@pytest.fixture
def connected(ana, berlin):
    result = ana.connect("connect", "Berlin", "--json")
    assert result.code == 0, result
    assert reaches(ana.machine, berlin)
    return ana


def tunnel(user):
    """What the keeper wrote down."""
    return json.loads((user.home / "tunnel.json").read_text())


def is_state(user, state):
    return eventually(lambda: tunnel(user)["state"] == state and tunnel(user), timeout=30)


def interfaces(user):
    return [name for name in user.machine.interfaces() if name.startswith("timus")]


def connection_of(lab, email=ANA):
    user = lab.user_id(email)
    rows = lab.rows("SELECT connection_id FROM connection WHERE okta_user_id = ? AND closed_at IS NULL", user)
    return rows[0][0] if rows else None


def test_from_the_sign_in_to_a_download(lab, berlin):
    """As a person does it: sign in, look, connect, use, disconnect, sign out."""
    ben = lab.users["ben"]
    signed_in = ben.sign_in()
    assert {network["name"] for network in signed_in["networks"]} == {"Berlin", "Lisbon"}

    start = time.monotonic()
    result = ben.connect("connect", "Berlin", "--json")
    assert result.code == 0, result
    assert reaches(ben.machine, berlin)
    assert time.monotonic() - start < 5 * PATIENCE
    answer = result.json
    assert answer["network"] == "Berlin" and answer["address"].startswith("100.64.0."), answer

    file = lab.folder / "download"
    file.write_bytes(os.urandom(5_000_000))
    site = lab.sites["Berlin"]
    server = site.machine.popen("python3", "-m", "http.server", "8080", "--directory", lab.folder, "--bind", berlin)
    try:
        copy = lab.folder / "downloaded"
        words = ["curl", "-fsS", "--retry", 5, "--retry-connrefused", "-o", copy, f"http://{berlin}:8080/download"]
        ben.machine.run(*words)
        assert copy.read_bytes() == file.read_bytes()
    finally:
        server.kill()
        server.wait()

    status = ben.status()
    assert status.code == 0 and "Berlin" in json.dumps(status.json), status
    assert mode(ben.home) == 0o700 and {mode(path) for path in ben.home.iterdir() if path.is_file()} == {0o600}
    assert ben.connect("disconnect").code == 0
    assert interfaces(ben) == [] and connection_of(lab, ben.email) is None
    assert not reaches(ben.machine, berlin, seconds=0.5)
    assert ben.connect("sign-out").code == 0
    assert ben.status().code == 3 and not ben.machine.processes("timus-connect") and not ben.machine.processes("wireguard-go")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_private_key_stays_where_it_was_made(lab, connected):
    keys = connected.machine.run("wg", "show", interfaces(connected)[0], "private-key").strip()
    assert keys not in lab.database.read_bytes().decode("latin-1")
    for process in connected.machine.processes("timus-connect"):
        with contextlib.suppress(OSError):
            told = open(f"/proc/{process}/cmdline").read() + open(f"/proc/{process}/environ").read()
            assert keys not in told


CAUSES = {
    "suspended": (
        lambda lab: lab.okta_api.lifecycle(ANA, "suspend"),
        lambda lab: lab.okta_api.lifecycle(ANA, "unsuspend"),
        "suspended",
        "signed-out",
    ),
    "left the group": (
        lambda lab: lab.okta_api("DELETE", f"groups/{lab.okta_api.group('Engineering')}/users/{lab.user_id(ANA)}"),
        lambda lab: lab.okta_api("PUT", f"groups/{lab.okta_api.group('Engineering')}/users/{lab.user_id(ANA)}"),
        "none of the Okta groups",
        "signed-out",
    ),
    "denied": (
        lambda lab: lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Berlin')}", effect="deny"),
        lambda lab: lab.manage(f"/users/{lab.user_id(ANA)}/overrides/{lab.site_id('Berlin')}", effect="none"),
        "",
        "cut",
    ),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_cut_is_told_with_its_reason_and_undone_as_the_session_allows(lab, connected, berlin, name):
    cause, undo, word, state = CAUSES[name]
    cut = lab.cut
    connection = connection_of(lab)
    cause(lab)
    try:
        because = cut(connection).because
        eventually(lambda: interfaces(connected) == [], timeout=5)
        told = eventually(lambda: tunnel(connected)["state"] == state and tunnel(connected), timeout=10)
        assert because.rstrip(".") in json.dumps(told, ensure_ascii=False) and word.lower() in json.dumps(told).lower(), told
        assert because.rstrip(".") in connected.status().out
    finally:
        undo(lab)
    if state == "cut":
        # The session still stands: it comes back by itself.
        eventually(lambda: interfaces(connected) and reaches(connected.machine, berlin, seconds=1), timeout=90)
    else:
        assert connected.status().code == 3


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


def test_another_site_takes_the_place_of_the_first(lab, connected, berlin):
    result = connected.connect("connect", "Lisbon", "--json")
    assert result.code == 0, result
    assert reaches(connected.machine, lab.sites["Lisbon"].address)
    assert len(interfaces(connected)) == 1 and not reaches(connected.machine, berlin, seconds=0.5)


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


def endpoint(user):
    return user.machine.run("wg", "show", interfaces(user)[0], "endpoints").split()[1]


def test_when_the_helper_or_the_keeper_dies_nothing_is_left_open(lab, connected, berlin):
    """Fails closed: no interface without somebody who would take it away."""
    for process in connected.machine.processes("timus-connect"):
        os.kill(process, signal.SIGKILL)
    # What is killed itself cannot clean up; the next command does.
    until(lambda: interfaces(connected) == [], 5)
    result = connected.connect("connect", "Berlin", "--json")
    assert result.code == 0 and len(interfaces(connected)) == 1, result
    assert reaches(connected.machine, berlin)


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


@pytest.mark.parametrize(
    "words, code",
    [(["connect", "Nowhere"], 1), (["connect", "Berlin", "--wait", "x"], 2), (["disconnect"], 0), (["nonsense"], 2)],
)
def test_exit_codes(ana, words, code):
    result = ana.connect(*words)
    assert result.code == code, result


def test_who_is_not_signed_in_is_told_so(lab):
    farah = lab.users["farah"]
    for words in (["connect", "Berlin"], ["networks"], ["status"]):
        result = farah.connect(*words)
        assert result.code == 3, result


def test_without_root_a_file_for_wg_quick(lab, ana):
    """`connect --config FILE`, by a user who may not touch the network."""
    file = lab.folder / "berlin.conf"
    result = ana.connect("connect", "Berlin", "--config", file)
    assert result.code == 0, result
    text = file.read_text()
    assert mode(file) == 0o600 and "[Interface]" in text and "AllowedIPs = 10.20.0.0/16" in text
    assert not any(word in text for word in ("PostUp", "PreUp", "PostDown", "PreDown", "DNS"))
    assert interfaces(ana) == []


def test_doctor_finds_nothing_wrong_here_and_what_is(lab, ana):
    well = ana.connect("doctor", "--json")
    assert well.code == 0, well
    ana.machine.unplug()
    ill = ana.connect("doctor", timeout=60)
    ana.machine.plug()
    assert ill.code == 1 and "fail" in ill.out, ill


# A hostile server


HOSTILE = {
    "all of the internet": {"allowed_ips": ["0.0.0.0/0"]},
    "the loopback": {"allowed_ips": ["127.0.0.0/8"]},
    "a hook": {"endpoint": "203.0.113.11:51820\nPostUp = touch {mark}"},
    "a shell": {"endpoint": "$(touch {mark}):51820"},
    "a key with more": {"public_key": "AAAA\nPostUp=touch {mark}"},
    "an option": {"allowed_ips": ["--table=main"]},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_does_nothing_to_the_machine(lab, ana, name, tmp_path):
    """What it says of the connection is checked before anything of it is used."""
    mark = tmp_path / "mark"
    peer = {"public_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=", "endpoint": "203.0.113.11:51820",
            "allowed_ips": ["10.20.0.0/16"]}  # fmt: skip
    text = json.dumps(HOSTILE[name]).replace("{mark}", str(mark))
    connection = {
        "id": "0190", "network": "Berlin; touch " + str(mark), "address": "100.64.0.9/32", "peer": peer | json.loads(text),
        "alternatives": [], "opened_at": "2026-11-26T00:00:00Z", "dns": ["203.0.113.66"], "routes": ["0.0.0.0/0"],
        "post_up": f"touch {mark}",
    }  # fmt: skip
    before = (ana.machine.ip("route"), ana.machine.run("cat", "/etc/resolv.conf", check=False))
    with hostile_server(ana.machine, connection) as origin:
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        session = json.loads((ana.home / "session.json").read_text())
        session["server"] = origin
        for file in ana.home.iterdir():
            if file.is_file():
                (home / file.name).touch(mode=0o600)
                (home / file.name).write_bytes(file.read_bytes())
        (home / "session.json").write_text(json.dumps(session))
        result = ana.machine.program("timus-connect", "connect", "Berlin", "--wait", 3, TIMUS_CONNECT_HOME=home, timeout=40)
        written = ana.machine.program(
            "timus-connect", "connect", "Berlin", "--config", tmp_path / "conf", TIMUS_CONNECT_HOME=home, timeout=40
        )
        ana.machine.program("timus-connect", "disconnect", TIMUS_CONNECT_HOME=home, timeout=40)

    assert result.code != 0 and written.code != 0, (result, written)
    assert not mark.exists() and interfaces(ana) == []
    assert (ana.machine.ip("route"), ana.machine.run("cat", "/etc/resolv.conf", check=False)) == before


@contextlib.contextmanager
def hostile_server(machine, connection):
    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            network = {"id": "1", "name": "Berlin", "address_range": "10.20.0.0/16", "reason": "", "has_gateway": True}
            answers = {
                "/connect/v1/networks": {"organisation": "Acme", "networks": [network], "notice": None},
                "/connect/v1/devices": {"id": "0", "name": "x", "device_token": "x" * 43},
                "/connect/v1/connections": connection,
            }
            body = json.dumps(answers.get(self.path, {})).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_):
            pass

    with machine.network():
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_completions_are_generated():
    for shell in ("bash", "zsh", "fish"):
        result = run("timus-connect", "completions", shell)
        assert result.code == 0 and "connect" in result.out, result
