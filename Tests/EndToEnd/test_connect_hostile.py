"""A server that means harm: what it says of a connection is checked before anything of it is used."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connect_lab import ana, interfaces, lab  # noqa: F401


HOSTILE = {
    "all of the internet": {"allowed_ips": ["0.0.0.0/0"]},
    "most of the internet": {"allowed_ips": [f"{number}.0.0.0/8" for number in range(11, 75)]},
    "the loopback": {"allowed_ips": ["127.0.0.0/8"]},
    "a hook": {"endpoint": "203.0.113.11:51820\nPostUp = touch {mark}"},
    "a shell": {"endpoint": "$(touch {mark}):51820"},
    "a key with more": {"public_key": "AAAA\nPostUp=touch {mark}"},
    "an option": {"allowed_ips": ["--table=main"]},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_server_does_nothing_to_the_machine(lab, ana, name, tmp_path):
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
