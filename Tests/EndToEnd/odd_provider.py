"""An OpenID provider on loopback that misbehaves in one named way at a time. It shares nothing with the programs under
test, so that one mistake cannot pass on both sides."""

import base64
import collections
import contextlib
import dataclasses
import hashlib
import http.server
import json
import secrets
import socket
import ssl
import threading
import time
import urllib.parse
from typing import Callable

from tokens import Key, Token, base64url, half_hash

ANN = "00uann0000000000odd1"
BOB = "00ubob0000000000odd2"
GROUP = "00geng0000000000odd1"
# Each holds what form-encoding changes, so that only RFC 6749 §2.3.1 gets them through HTTP Basic.
CLIENT_ID = "0oa+odd/1=%41&:x"
CLIENT_SECRET = "s3c+r/e=t%20&:"
API_TOKEN = "00oddapitoken"


@dataclasses.dataclass(frozen=True)
class Oddity:
    """One way to be odd: each function takes what the provider would have said, and the provider, and returns what it says
    instead: the same kind of value, or an `Answer`, or a `Wire`."""

    name: str
    metadata: Callable | None = None
    authorize: Callable | None = None
    token: Callable | None = None
    id_token: Callable | None = None
    keys: Callable | None = None
    userinfo: Callable | None = None
    checks_verifier: bool = True

    def __str__(self):
        return self.name


PLAIN = Oddity("nothing odd")


class Answer:
    """An HTTP answer of whatever form."""

    def __init__(self, body=b"", status=200, content_type="application/json", **headers):
        self.body = (
            body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        )
        self.status = status
        self.headers = {"Content-Type": content_type, "Cache-Control": "no-store"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }


class Wire:
    """What goes over the connection instead of an answer: `write(connection, ended)`, then the connection is closed."""

    def __init__(self, write):
        self.write = write


@dataclasses.dataclass
class Exchange:
    """One sign-in from the authorization request on; it keeps the oddity that was there when it began."""

    fields: dict
    oddity: Oddity
    subject: str
    access_token: str = dataclasses.field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclasses.dataclass
class Seen:
    """A request that came."""

    endpoint: str
    method: str
    path: str
    headers: dict
    body: str


class OddProvider:
    """The provider, and as much of Okta's management API as connecting and synchronizing need."""

    def __init__(self, path="", tls=None, host="127.0.0.1"):
        self.oddity = PLAIN
        self.key = Key("rsa-1")
        self.other_key = Key("ec-1", "EC")
        self.key_set = [self.key, self.other_key]
        self.client_secret = CLIENT_SECRET
        self.subject = ANN
        self.status = {ANN: "ACTIVE", BOB: "ACTIVE"}
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.counts = collections.Counter()
        self.seen = []
        self.codes = {}
        self.codes_given = []
        self.exchanges = []
        self.access_tokens = {}
        # No client can know these paths but from the metadata.
        self.at = {
            name: f"/{secrets.token_hex(4)}/{name}" for name in ["authorize", "token", "keys", "userinfo", "logout"]
        }
        self.tls = tls
        self.sink = _Server(("127.0.0.1", 0), self._handler(lambda _: "sink"))
        self._bind(0)
        self.origin = f"{'https' if tls else 'http'}://{host}:{self.server.server_port}"
        self.path = path
        self.issuer = self.origin + path
        self.sink_url = f"http://127.0.0.1:{self.sink.server_port}/sink"

    def _bind(self, port):
        self.server = _Server(("127.0.0.1", port), self._handler(self._endpoint))
        if self.tls:
            self.server.socket = self.tls.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )

    def _serve(self, server):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def hang_up(self):
        """Ends every connection, and takes no other."""
        self.server.shutdown()
        self.server.hang_up()

    def listen_again(self):
        """After it hung up."""
        self._bind(self.server.server_port)
        self._serve(self.server)

    def url(self, name):
        return self.issuer + self.at[name]

    @contextlib.contextmanager
    def odd(self, oddity):
        """Odd during the block."""
        self.oddity = oddity
        try:
            yield self
        finally:
            self.oddity = PLAIN

    @contextlib.contextmanager
    def counting(self):
        """The requests that come during the block."""
        counts = collections.Counter()
        before = self.counts.copy()
        yield counts
        counts.update(self.counts - before)

    def _endpoint(self, path):
        if path == f"{self.path}/.well-known/openid-configuration":
            return "metadata"
        if path.startswith("/api/v1/"):
            return "api"
        return next((name for name, at in self.at.items() if path == self.path + at), "sink")

    # What it says.

    def metadata(self, _):
        return self._oddly("metadata", self.plain_metadata())

    def plain_metadata(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.url("authorize"),
            "token_endpoint": self.url("token"),
            "userinfo_endpoint": self.url("userinfo"),
            "jwks_uri": self.url("keys"),
            "end_session_endpoint": self.url("logout"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "scopes_supported": ["openid", "profile", "email"],
            "code_challenge_methods_supported": ["S256"],
        }

    def keys(self, _):
        return self._oddly("keys", {"keys": [key.jwk for key in self.key_set]})

    def authorize(self, request):
        """Back at once, as for somebody who is signed in at the provider."""
        fields = dict(urllib.parse.parse_qsl(request.query, keep_blank_values=True))
        if fields.get("client_id") != CLIENT_ID or fields.get("response_type") != "code":
            return Answer("no such client", 400)
        code = secrets.token_urlsafe(16)
        with self.lock:
            self.codes[code] = Exchange(fields, self.oddity, self.subject)
            self.codes_given.append(code)
            self.exchanges.append(self.codes[code])
        back = self._oddly("authorize", [("code", code), ("state", fields["state"])])
        if isinstance(back, (Answer, Wire)):
            return back
        query = back if isinstance(back, str) else urllib.parse.urlencode(back)
        return Answer(status=302, Location=f"{fields['redirect_uri']}?{query}")

    def token(self, request):
        if not self._knows_client(request.headers.get("Authorization", "")):
            error = {
                "error": "invalid_client",
                "error_description": "The client secret supplied for a confidential client is invalid.",
            }
            return Answer(error, 401)
        fields = dict(urllib.parse.parse_qsl(request.body))
        with self.lock:
            exchange = self.codes.pop(fields.get("code"), None)
        if exchange is None or fields.get("grant_type") != "authorization_code":
            return _invalid_grant("The authorization code is invalid or has expired.")
        if fields.get("redirect_uri") != exchange.fields["redirect_uri"]:
            return _invalid_grant(
                "The 'redirect_uri' does not match the redirection URI used in the authorization request."
            )
        if exchange.oddity.checks_verifier and not _verifies(fields.get("code_verifier", ""), exchange.fields):
            return _invalid_grant("PKCE verification failed.")
        with self.lock:
            self.access_tokens[exchange.access_token] = exchange
        answer = {
            "token_type": "Bearer",
            "expires_in": 3600,
            "access_token": exchange.access_token,
            "scope": "openid profile email",
            "id_token": self._id_token(exchange),
        }
        return self._oddly("token", answer, exchange.oddity)

    def _id_token(self, exchange):
        now = int(time.time()) + self.clock_offset
        claims = {
            "sub": exchange.subject,
            "name": "Ann Odd",
            "email": "ann@odd.example",
            "ver": 1,
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 3600,
            "jti": f"ID.{secrets.token_urlsafe(24)}",
            "amr": ["pwd"],
            "nonce": exchange.fields.get("nonce"),
            "preferred_username": "ann@odd.example",
            "auth_time": now - 5,
            "at_hash": half_hash(exchange.access_token),
        }
        token = self._oddly("id_token", Token(self.key, claims, exchange.access_token), exchange.oddity)
        return token.signed() if isinstance(token, Token) else token

    # Seconds by which its clock is ahead of this machine's, for tests that move the clock of the other side.
    clock_offset = 0

    def userinfo(self, request):
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        exchange = self.access_tokens.get(value) if scheme == "Bearer" else None
        if exchange is None:
            return Answer(status=401, WWW_Authenticate='Bearer error="invalid_token"')
        return self._oddly(
            "userinfo", {"sub": exchange.subject, "name": "Ann Odd", "email": "ann@odd.example"}, exchange.oddity
        )

    def logout(self, _):
        return Answer("signed out", content_type="text/plain")

    def sink_(self, _):
        """Never to be asked; whoever does gets everything that it could want."""
        return Answer(self.plain_metadata() | {"keys": [key.jwk for key in self.key_set]})

    def api(self, request):
        if request.headers.get("Authorization") != f"SSWS {API_TOKEN}":
            return Answer({"errorCode": "E0000011", "errorSummary": "Invalid token provided"}, 401)
        group = {
            "id": GROUP,
            "type": "OKTA_GROUP",
            "profile": {"name": "Engineering", "description": None},
            "lastMembershipUpdated": "2025-01-01T00:00:00.000Z",
            "_embedded": {"stats": {"usersCount": 2}},
        }
        match request.path.removeprefix("/api/v1/").split("/"):
            case ["groups"]:
                return Answer([group])
            case ["groups", _]:
                return Answer(group)
            case ["groups", _, "users"] | ["users"]:
                return Answer([self._user(id) for id in self.status])
            case ["users", id] if id in self.status:
                return Answer(self._user(id))
            case ["users", id, "groups"] if id in self.status:
                return Answer([group])
        return Answer({"errorCode": "E0000007", "errorSummary": "Not found"}, 404)

    def _user(self, id):
        name = "ann" if id == ANN else "bob"
        profile = {
            "login": f"{name}@odd.example",
            "email": f"{name}@odd.example",
            "firstName": name.title(),
            "lastName": "Odd",
        }
        return {"id": id, "status": self.status[id], "profile": profile}

    # How it says it.

    def _oddly(self, part, value, oddity=None):
        change = getattr(oddity or self.oddity, part)
        return change(value, self) if change else value

    def _knows_client(self, header):
        scheme, _, value = header.partition(" ")
        try:
            id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except ValueError:
            return False
        pair = urllib.parse.unquote_plus(id), urllib.parse.unquote_plus(secret)
        return scheme == "Basic" and pair == (CLIENT_ID, self.client_secret)

    def _handler(self, endpoint):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                with contextlib.suppress(OSError, ssl.SSLError):
                    return super().handle_one_request()
                self.close_connection = True

            def do_GET(self):
                whole = self.path
                self.path, _, self.query = whole.partition("?")
                name = endpoint(self.path)
                self.body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("utf-8", "replace")
                with provider.lock:
                    provider.counts[name] += 1
                    provider.seen.append(Seen(name, self.command, whole, dict(self.headers), self.body))
                answer = getattr(provider, "sink_" if name == "sink" else name)(self)
                if isinstance(answer, Wire):
                    self.close_connection = True
                    self.wfile.flush()
                    with contextlib.suppress(OSError, ssl.SSLError):
                        answer.write(self.connection, provider.ended)
                    return
                answer = answer if isinstance(answer, Answer) else Answer(answer)
                self.send_response_only(answer.status)
                for header, value in answer.headers.items():
                    self.send_header(header, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_PUT = do_HEAD = do_GET

            def log_message(self, *_):
                pass

        return Handler

    def __enter__(self):
        for server in [self.server, self.sink]:
            self._serve(server)
        return self

    def __exit__(self, *_):
        self.ended.set()
        for server in [self.server, self.sink]:
            server.shutdown()
            server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def server_bind(self):
        self.connections = set()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        super().server_bind()

    def process_request(self, request, address):
        self.connections.add(request)
        super().process_request(request, address)

    def shutdown_request(self, request):
        self.connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self):
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_):
        """Clients that hang up are what many of the tests are about."""


def _invalid_grant(words):
    return Answer({"error": "invalid_grant", "error_description": words}, 400)


def _verifies(verifier, fields):
    """RFC 7636 §4.6, and its form of a verifier (§4.1)."""
    plain = 43 <= len(verifier) <= 128 and set(verifier) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
    challenge = base64url(hashlib.sha256(verifier.encode()).digest())
    return plain and fields.get("code_challenge_method") == "S256" and fields.get("code_challenge") == challenge
