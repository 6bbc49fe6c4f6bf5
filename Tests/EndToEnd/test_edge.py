"""The edge of the server: TLS of its own, proxies in front of it, the headers of every answer, and what it takes no more of."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time

import pytest
import requests

from programs import PATIENCE, Running, eventually, run


def certificate(folder, name, *, key=None):
    """A certificate for 127.0.0.1 made by openssl, and its key; `name` is its subject."""
    key = key or folder / f"{name}.key"
    paths = folder / f"{name}.pem", key
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]],
        check=True, capture_output=True,
    )
    key.chmod(0o600)
    return paths


def replace(new, old):
    """As tools for certificates do: the new file takes the place of the old in one step."""
    for source, target in zip(new, old):
        copy = target.with_suffix(".new")
        copy.write_bytes(source.read_bytes())
        copy.chmod(0o600)
        os.replace(copy, target)


def subject(port):
    """The name in the certificate that a new connection is shown."""
    pem = ssl.get_server_certificate(("127.0.0.1", port))
    text = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=pem, capture_output=True, text=True).stdout
    return text.strip().rpartition("=")[2].strip()


def serve(folder, *arguments, **env):
    return Running("timus", "serve", "--port", 0, "--json", *arguments, TIMUS_DATABASE=folder / "timus.sqlite", **env)


def port_of(running):
    return int(running["listening"].rpartition(":")[2])


def exchange(port, *parts, pause=0, timeout=30 * PATIENCE):
    """Sends the parts as they are, and returns all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        for part in parts:
            try:
                connection.sendall(part)
            except OSError:
                break
            time.sleep(pause)
        answer = b""
        try:
            while piece := connection.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


# MARK: TLS


@pytest.fixture
def tls(tmp_path):
    paths = certificate(tmp_path, "first")
    with serve(tmp_path, "--tls-certificate", paths[0], "--tls-key", paths[1]) as running:
        running.files = paths
        yield running


def test_https_with_a_certificate_of_ones_own(tls):
    answer = requests.get(tls["manager"] + "sign-in", verify=str(tls.files[0]), allow_redirects=False, timeout=30 * PATIENCE)

    assert tls["manager"].startswith("https://127.0.0.1:") and tls["listening"].startswith("https://")
    assert answer.status_code == 303 and answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_nothing_older_than_tls_1_2_and_no_plain_http(tls):
    def greet(highest):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, highest
        with socket.create_connection(("127.0.0.1", port_of(tls)), timeout=30 * PATIENCE) as plain:
            with context.wrap_socket(plain) as connection:
                return connection.version()

    assert greet(ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    assert greet(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.raises((ssl.SSLError, ConnectionError)):
        greet(ssl.TLSVersion.TLSv1_1)
    assert b"HTTP/1.1 " not in exchange(port_of(tls), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_new_certificate_is_taken_under_traffic(tls, tmp_path):
    """No request fails meanwhile, and a connection that is open stays."""
    stop, failures, done = threading.Event(), [], []

    def ask():
        with requests.Session() as session:
            while not stop.is_set():
                try:
                    session.get(tls["manager"] + "signed-out", verify=False, timeout=30 * PATIENCE).raise_for_status()
                    done.append(1)
                except requests.RequestException as error:
                    failures.append(error)

    requests.packages.urllib3.disable_warnings()
    with requests.Session() as kept:
        first = str(shutil.copy(tls.files[0], tmp_path / "kept.pem"))
        kept.get(tls["manager"] + "signed-out", verify=first, timeout=30 * PATIENCE)
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        replace(certificate(tmp_path, "second"), tls.files)
        eventually(lambda: subject(port_of(tls)) == "second", timeout=30 * PATIENCE)
        assert len(done) > 0 and (
            kept.get(tls["manager"] + "signed-out", verify=first, timeout=30 * PATIENCE).status_code == 200
        ), "over the connection of before: a new one would not be trusted"
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_new_pair_that_will_not_do_is_refused_and_the_old_stays(tls, tmp_path):
    second = certificate(tmp_path, "second")
    tls.files[0].write_bytes(second[0].read_bytes())  # its key is still the first's
    eventually(lambda: "does not belong to the certificate" in tls.log.read_text(), timeout=30 * PATIENCE)
    assert subject(port_of(tls)) == "first"

    tls.files[0].write_text("nonsense")
    eventually(lambda: "cannot be read" in tls.log.read_text(), timeout=30 * PATIENCE)
    assert subject(port_of(tls)) == "first"
    assert "PRIVATE KEY" not in tls.log.read_text()

    replace(second, tls.files)
    eventually(lambda: subject(port_of(tls)) == "second", timeout=30 * PATIENCE)


@pytest.mark.parametrize(
    "break_it, sentence",
    [
        (lambda pair: pair[1].chmod(0o644), "can be read or changed by everybody on this machine."),
        (lambda pair: pair[1].unlink(), "cannot be read."),
        (lambda pair: pair[0].write_text("nonsense"), "cannot be read."),
        (lambda pair: certificate(pair[0].parent, "other", key=pair[1]), "does not belong to the certificate"),
    ],
    ids=["key open to all", "no key", "no certificate", "another's key"],
)
def test_files_that_will_not_do(tmp_path, break_it, sentence):
    pair = certificate(tmp_path, "first")
    break_it(pair)

    result = run("timus", "serve", "--port", 0, TIMUS_DATABASE=tmp_path / "timus.sqlite",
                 TIMUS_TLS_CERTIFICATE=pair[0], TIMUS_TLS_KEY=pair[1])

    assert result.code == 1 and sentence in result.err and "hint: " in result.err, result


@pytest.mark.parametrize(
    "arguments",
    [
        ("--tls-certificate", "a.pem"),
        ("--tls-key", "a.key"),
        ("--trusted-proxy", "10.0.0.0/33"),
        ("--trusted-proxy", "proxy.example"),
    ],
)
def test_settings_that_will_not_do(tmp_path, arguments):
    result = run("timus", "serve", "--port", 0, *arguments, TIMUS_DATABASE=tmp_path / "timus.sqlite")

    assert result.code == 2 and result.err.startswith("error: "), result


def test_tls_with_a_public_url_of_plain_http_is_refused(tmp_path):
    pair = certificate(tmp_path, "first")

    result = run("timus", "serve", "--port", 0, "--tls-certificate", pair[0], "--tls-key", pair[1], "--public-url",
                 "http://timus.example", TIMUS_DATABASE=tmp_path / "timus.sqlite")

    assert result.code == 2 and "its public URL is http://timus.example" in result.err, result


# MARK: proxies


def addresses(folder):
    """Where refused sign-ins came from."""
    result = run("timus", "audit", "export", "--format", "json", TIMUS_DATABASE=folder / "timus.sqlite")
    return [event["address"] for event in result.json if event["action"] == "sign-in.refused"]


@pytest.mark.parametrize(
    "proxy, headers, address",
    [
        (None, {"X-Forwarded-For": "198.51.100.7"}, "127.0.0.1"),
        ("10.0.0.0/8", {"X-Forwarded-For": "198.51.100.7"}, "127.0.0.1"),
        ("127.0.0.1", {}, "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.7"}, "198.51.100.7"),
        ("127.0.0.0/8,10.0.0.0/8", {"X-Forwarded-For": "203.0.113.9, 198.51.100.7, 10.1.2.3"}, "198.51.100.7"),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 2001:DB8::7"}, "2001:db8::7"),
        ("127.0.0.1", {"X-Forwarded-For": "198.51.100.7, garbage"}, "127.0.0.1"),
        ("127.0.0.1", {"X-Forwarded-For": "<script>"}, "127.0.0.1"),
        ("127.0.0.1", {"X_Forwarded_For": "198.51.100.7"}, "127.0.0.1"),
        ("127.0.0.1", {"Forwarded": "for=198.51.100.7", "X-Real-IP": "198.51.100.7"}, "127.0.0.1"),
    ],
)
def test_the_address_of_a_client_behind_a_proxy(tmp_path, proxy, headers, address):
    with serve(tmp_path, **({"TIMUS_TRUSTED_PROXIES": proxy} if proxy else {})) as running:
        requests.get(running["listening"] + f"/user/external?code=x&state={'A' * 43}", headers=headers,
                     allow_redirects=False, timeout=30 * PATIENCE)

    assert addresses(tmp_path) == [address]


def test_no_header_changes_where_people_are_sent(demo):
    """Neither links, nor the redirect URI at Okta, nor the issuer."""
    evil = {
        "Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Original-URL": "/x",
        "Forwarded": "host=evil.example;proto=https", "X-Forwarded-Server": "evil.example", "X-Host": "evil.example",
    }
    origin = demo["manager"].rstrip("/")
    asked = [
        ("GET", "/", {}), ("GET", "/sign-in", {}), ("GET", "/account", {}), ("GET", "/no/such/page", {}),
        ("POST", "/sign-in/okta", {"next": "/account"}), ("GET", "/.well-known/oauth-authorization-server", {}),
        ("GET", "/user/external?code=x&state=y", {}), ("POST", "/oauth/device_authorization", {"client_id": "timus-connect"}),
    ]
    for method, path, form in asked:
        answers = [
            requests.request(method, origin + path, data=form or None, headers={"Origin": origin} | more,
                             allow_redirects=False, timeout=30 * PATIENCE)
            for more in ({}, evil)
        ]
        plain, bent = [re.sub(r"(state|nonce|code_challenge)=[\w-]+", r"\1=", answer.headers.get("Location", "")) for answer in answers]
        assert plain == bent and answers[0].status_code == answers[1].status_code, path
        assert "evil" not in answers[1].text and "evil" not in str(answers[1].headers), path


# MARK: headers


USUAL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def has_the_usual_headers(headers, where):
    for name, value in USUAL.items():
        assert headers.get(name) == value, (where, name, headers.get(name))
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ") and "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy and "Permissions-Policy" in headers and "Server" not in headers, where


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/sign-in", 200), ("GET", "/", 303), ("GET", "/no/such/page", 404), ("BREW", "/sign-in", 400),
        ("GET", "/oauth/token", 405), ("POST", "/user/external", 405), ("DELETE", "/sign-in", 405),
        ("TRACE", "/sign-in", 405), ("OPTIONS", "/sign-in", 405), ("HEAD", "/sign-in", 200), ("GET", "/sign-in/failed/policy", 403),
        ("POST", "/connect/v1/devices", 401), ("POST", "/oauth/token", 400), ("GET", "/assets/none.css", 404),
        ("GET", "/%00", 404), ("GET", "/../../etc/passwd", 404),
    ],
)
def test_every_answer_has_the_headers(demo, method, path, status):
    answer = requests.request(method, demo["manager"].rstrip("/") + path, allow_redirects=False, timeout=30 * PATIENCE)

    assert answer.status_code == status
    has_the_usual_headers(answer.headers, path)
    if status == 405:
        assert answer.headers["Allow"] and method not in answer.headers["Allow"].split(", ")


def test_an_asset_with_its_fingerprint_may_be_kept_and_no_other(demo):
    path = re.search(r'href="(/assets/[^"]+\.css[^"]*)"', requests.get(demo["manager"] + "sign-in", timeout=30 * PATIENCE).text)[1]

    kept = requests.get(demo["manager"].rstrip("/") + path, timeout=30 * PATIENCE)
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in [path.partition("?")[0], path.partition("?")[0] + "?v=1"]:
        assert requests.get(demo["manager"].rstrip("/") + other, timeout=30 * PATIENCE).headers["Cache-Control"] == "no-store"


# MARK: limits


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(2000)) + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
    ],
    ids=["long header", "many headers", "long path", "nonsense", "two lengths", "negative length", "space in a name"],
)
def test_a_request_that_cannot_be_read_is_answered_and_ended(demo, request_text):
    answer = exchange(port_of_url(demo["manager"]), request_text)

    assert answer.startswith(b"HTTP/1.1 400 "), answer[:200]
    lines = answer.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    has_the_usual_headers(requests.structures.CaseInsensitiveDict(line.split(": ", 1) for line in lines), request_text[:40])


def test_a_body_that_is_too_large_is_refused(demo):
    origin = demo["manager"].rstrip("/")
    answer = requests.post(f"{origin}/sign-in", data={"email": "a" * 100_000}, headers={"Origin": origin}, timeout=30 * PATIENCE)

    assert answer.status_code == 413
    has_the_usual_headers(answer.headers, "413")


def test_a_client_that_never_ends_its_request_is_cut_off(demo):
    """A byte now and then keeps nobody connected: of headers for 30 seconds, of a body for 60."""
    port = port_of_url(demo["manager"])
    slow = {
        "headers": (b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", 30),
        "body": (b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                 b"Content-Length: 1000\r\n\r\nemail=", 60),
    }
    took = {}

    def trickle(name, beginning):
        start = time.monotonic()
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(beginning)
            try:
                while time.monotonic() - start < 100:
                    connection.sendall(b"a")
                    try:
                        if not connection.recv(4096):
                            break
                    except TimeoutError:
                        pass
            except OSError:
                pass
        took[name] = time.monotonic() - start

    threads = [threading.Thread(target=trickle, args=(name, beginning)) for name, (beginning, _) in slow.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, (_, limit) in slow.items():
        assert limit - 2 < took[name] < limit + 8, took


def port_of_url(url):
    return int(url.rstrip("/").rpartition(":")[2])
