"""Bad input gets a sentence on what happened and one on what to do, and nothing is lost."""

import http.server
import socket
import threading

import pytest

from programs import Running, run


def refused(result, code=1):
    """The two lines of a command that could not be done."""
    assert result.code == code, result
    assert "Traceback" not in result.err and "Fatal error" not in result.err
    lines = [line for line in result.err.splitlines() if line]
    assert any(line.startswith("error: ") for line in lines), result
    assert any(line.startswith("hint: ") for line in lines), result
    return result.err


@pytest.mark.parametrize("typed", ["{okta}/", "{okta}/oauth2/default", " {okta} "])
def test_a_pasted_domain_is_understood(installation, typed):
    result = installation.connect(domain=typed.format(okta=installation.okta["okta"]))

    assert result.code == 0, result


@pytest.mark.parametrize(
    "domain",
    ["10.0.0.1", "https://169.254.169.254/", "localhost", "acme.okta.com@evil.example", "acme", "2130706433", "[::1]", ""],
)
def test_an_address_that_is_no_okta_org_is_refused(installation, domain):
    refused(installation.connect(domain=domain))
    assert installation.timus("sync").code == 1


def test_a_local_org_needs_the_flag(installation):
    result = run(
        "timus", "okta", "connect", "--domain", installation.okta["okta"], "--client-id", installation.okta["okta_client_id"],
        "--client-secret-file", installation.secret, "--api-token-file", installation.token,
        TIMUS_DATABASE=installation.folder / "timus.sqlite",
    )  # fmt: skip

    refused(result)


def test_a_wrong_client_id(installation):
    assert "client ID" in refused(installation.connect(client_id="0oaWRONG"))


def test_a_wrong_client_secret(installation):
    installation.secret.write_text("wrong")

    assert "client secret" in refused(installation.connect())


def test_a_wrong_token(installation):
    installation.token.write_text("00wrong")

    assert "Tokens" in refused(installation.connect())


def test_a_file_that_is_not_there(installation):
    refused(installation.connect(api_token_file="/nowhere/token"), code=2)


def test_okta_unreachable(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"

    assert "refused" in refused(installation.connect(domain=closed))


def test_okta_answers_html(installation):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><h1>Welcome to the guest network</h1>")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        error = refused(installation.connect(domain=f"http://127.0.0.1:{server.server_port}"))
    finally:
        server.shutdown()

    assert "guest network" not in error


def test_no_group_is_not_a_failure(connected):
    result = connected.timus("sync", "--json")

    assert result.code == 0, result
    assert result.json["counts"]["users"] == 0


def test_a_group_that_is_not_there(connected):
    assert "okta groups" in refused(connected.timus("okta", "choose", "--group", "Astronauts"))


def test_a_database_that_cannot_be_written(tmp_path):
    refused(run("timus", "sites", TIMUS_DATABASE="/proc/timus.sqlite"))
    (tmp_path / "text.sqlite").write_text("this is no database, but a text that somebody put here " * 40)
    refused(run("timus", "sites", TIMUS_DATABASE=tmp_path / "text.sqlite"))


def test_a_key_that_others_can_read(tmp_path):
    run("timus", "sites", TIMUS_DATABASE=tmp_path / "timus.sqlite")
    (tmp_path / "timus.key").chmod(0o644)

    assert "timus.key" in refused(run("timus", "sites", TIMUS_DATABASE=tmp_path / "timus.sqlite"))


def test_the_secrets_are_sealed(connected):
    secret = connected.okta["okta_client_secret"].encode()
    token = connected.okta["okta_api_token"].encode()

    files = [file for file in connected.folder.glob("timus.sqlite*")]

    assert files
    for file in files:
        assert secret not in file.read_bytes() and token not in file.read_bytes()


def test_another_key_is_said_to_be_another_key(connected):
    (connected.folder / "timus.key").rename(connected.folder / "kept.key")

    refused(connected.timus("sync"))

    (connected.folder / "timus.key").unlink(missing_ok=True)
    (connected.folder / "kept.key").rename(connected.folder / "timus.key")
    assert connected.timus("sync").code == 0


@pytest.mark.parametrize("program", [("timus", "serve"), ("okta-simulator", "serve")])
def test_a_port_in_use(tmp_path, program):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run(*program, "--port", taken.getsockname()[1], TIMUS_DATABASE=tmp_path / "timus.sqlite")

    assert "in use" in refused(result)


@pytest.mark.parametrize(
    "program",
    [
        ["timus", "serve", "--port", 0, "--json"],
        ["timus", "demo", "--port", 0, "--okta-port", 0, "--json"],
        ["okta-simulator", "serve", "--port", 0, "--json"],
    ],
)
def test_sigterm_ends_it_within_five_seconds(tmp_path, program):
    running = Running(*program, TIMUS_DATABASE=tmp_path / "timus.sqlite")

    code, seconds = running.end()

    assert code == 0
    assert seconds < 5
