"""A stand-in for the server of a gateway: it says what a test tells it to say, and writes down what it hears.

    with GatewayServer() as server:
        code = server.code()                       # for timus-gateway enrol --server {server.origin} --code {code}
        server.set_state(networks=["10.20.0.0/16"])
        server.add("pubkey=", "100.64.0.2")        # a peer comes: the state's next revision, told at once
        server.remove("pubkey=")                   # and is cut off
        server.acknowledged(server.revision)       # waits for the gateway's word, and returns the seconds since it was told
        server.forget()                            # 401 from now on

It shares nothing with the real server and nothing with the gateway but the protocol (Sources/GatewayAPI).
"""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway_stream import GatewayStream

FULL_STATE_INTERVAL = 30
ALIVE_INTERVAL = 5


class GatewayServer:
    """Serves on `host`, at a free port unless told otherwise."""

    def __init__(self, host="127.0.0.1", port=0, full_interval=FULL_STATE_INTERVAL, alive_interval=ALIVE_INTERVAL):
        self.full_interval = full_interval
        self.alive_interval = alive_interval
        self.lock = threading.RLock()
        self.heard = threading.Condition(self.lock)
        self.revision = 1
        self.lease = 300
        self.networks = []
        self.tunnel_range = "100.64.0.0/10"
        self.peers = {}
        self.codes = set()
        self.tokens = set()
        self.public_key = None
        self.endpoint = "127.0.0.1:51820"
        self.acknowledgements = []  # (revision, time.monotonic())
        self.told = {}  # revision -> time.monotonic() when it was told
        self.reports = []
        self.streams = []
        self.stream_count = 0
        self.is_silent = False  # takes streams and says nothing
        self.ends_at_once = False  # says the whole state, and ends the stream
        self.lost_acknowledgements = 0  # so many are answered with 503
        self.refuses = None  # an HTTP status for everything
        self.is_stranger = False  # and a page of somebody else's
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                stand_in._get(self)

            def do_POST(self):
                stand_in._post(self)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.http = Server((host, port), Handler)
        self.port = self.http.server_address[1]
        self.origin = f"http://{host}:{self.port}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        """As a server that is killed: streams break off."""
        self.end_streams()
        self.http.shutdown()
        self.http.server_close()

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    # What a test says

    def code(self):
        with self.lock:
            code = secrets.token_urlsafe(24)
            self.codes.add(code)
            return code

    def set_state(self, **fields):
        """Changes lease, networks, tunnel_range or the whole dictionary of peers, and tells the whole state."""
        with self.lock:
            for name, value in fields.items():
                setattr(self, name, value)
            self.revision += 1
            self.tell_full()

    def add(self, key, address):
        self.change(added={key: address})

    def remove(self, *keys):
        self.change(removed=keys)

    def change(self, removed=(), added={}):
        with self.lock:
            for key in removed:
                self.peers.pop(key, None)
            self.peers.update(added)
            self.revision += 1
            self.tell(
                {
                    "changes": {
                        "revision": self.revision,
                        "removed": list(removed),
                        "added": [{"public_key": key, "address": address} for key, address in added.items()],
                    }
                }
            )

    def remove_untold(self, *keys):
        """As a server that dies between the commit and the push: only the next full state has it."""
        with self.lock:
            for key in keys:
                self.peers.pop(key, None)
            self.revision += 1

    def tell_full(self):
        with self.lock:
            self.tell(self.full())

    def full(self):
        return {
            "full": {
                "revision": self.revision,
                "lease": self.lease,
                "networks": self.networks,
                "tunnel_range": self.tunnel_range,
                "peers": [{"public_key": key, "address": address} for key, address in sorted(self.peers.items())],
            }
        }

    def tell(self, message):
        """Any message, on every stream."""
        self.tell_text(json.dumps(message) + "\n")
        for kind in message.values():
            if isinstance(kind, dict) and "revision" in kind:
                self.told.setdefault(kind["revision"], time.monotonic())

    def tell_text(self, text):
        with self.lock:
            for stream in self.streams:
                stream.say(text)

    def end_streams(self):
        with self.lock:
            for stream in self.streams:
                stream.end()

    def forget(self):
        """The gateway is removed."""
        with self.lock:
            self.tokens.clear()
        self.end_streams()

    # What it heard

    def wait(self, condition, timeout=30):
        with self.heard:
            if not self.heard.wait_for(condition, timeout):
                raise AssertionError("it was not heard")

    def acknowledged(self, revision, timeout=30):
        """Waits until a gateway has acknowledged at least `revision`; returns the seconds from when it was told."""
        found = []

        def look():
            found[:] = [at for number, at in self.acknowledgements if number >= revision][:1]
            return found

        self.wait(look, timeout)
        return found[0] - self.told.get(revision, found[0])

    @property
    def last_acknowledged(self):
        with self.lock:
            return self.acknowledgements[-1][0] if self.acknowledgements else None

    # HTTP

    def _answer(self, request, status, message=None, kind="application/json"):
        body = b"" if message is None else json.dumps(message).encode()
        request.send_response(status)
        if body:
            request.send_header("Content-Type", kind)
        if status != 204:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _problem(self, request, status, title, detail=None):
        if self.is_stranger:
            return self._answer(request, status, "Who are you?", "text/html")
        self._answer(request, status, {"title": title, "detail": detail}, "application/problem+json")

    def _is_known(self, request):
        token = (request.headers.get("Authorization") or "").removeprefix("Bearer ")
        with self.lock:
            return token in self.tokens

    def _post(self, request):
        body = json.loads(request.rfile.read(int(request.headers.get("Content-Length", 0))) or b"null")
        if self.refuses:
            return self._problem(request, self.refuses, "The server has a bad day.")
        if request.path == "/gateway/v1/enrolment":
            return self._enrol(request, body)
        if not self._is_known(request):
            return self._problem(request, 401, "No gateway has this token.")
        with self.heard:
            if request.path == "/gateway/v1/acknowledgements":
                if self.lost_acknowledgements:
                    self.lost_acknowledgements -= 1
                    return self._problem(request, 503, "The server has a bad day.")
                self.acknowledgements.append((body["revision"], time.monotonic()))
            elif request.path == "/gateway/v1/reports":
                self.reports.append(body)
            else:
                return self._problem(request, 404, "There is nothing here.")
            self.heard.notify_all()
        self._answer(request, 204)

    def _enrol(self, request, body):
        with self.lock:
            if body["code"] not in self.codes:
                return self._problem(
                    request, 403, "There is no such code.", "Make a new code for the gateway in Manager, under Sites."
                )
            self.codes.remove(body["code"])
            self.public_key = body["public_key"]
            self.tokens = {secrets.token_urlsafe(32)}
            answer = {
                "id": "0190f1c0-0000-7000-8000-000000000001",
                "name": "Berlin-1",
                "site": "Berlin",
                "endpoint": self.endpoint,
                "token": next(iter(self.tokens)),
            }
        self._answer(request, 201, answer)

    def _get(self, request):
        if self.refuses:
            return self._problem(request, self.refuses, "The server has a bad day.")
        if request.path != "/gateway/v1/peers":
            return self._problem(request, 404, "There is nothing here.")
        if not self._is_known(request):
            return self._problem(request, 401, "No gateway has this token.")
        stream = GatewayStream(request)
        with self.heard:
            self.streams.append(stream)
            self.stream_count += 1
            if not self.is_silent:
                self.told.setdefault(self.revision, time.monotonic())
                stream.say(json.dumps(self.full()) + "\n")
            if self.ends_at_once:
                stream.end()
            self.heard.notify_all()
        try:
            stream.run(self.alive_interval, self._in_a_pause(time.monotonic() + self.full_interval))
        except OSError:
            pass
        finally:
            with self.lock:
                self.streams.remove(stream)

    def _in_a_pause(self, next_full):
        """What a stream says each time that nothing was said for a while: the whole state where it is time for it."""
        while True:
            with self.lock:
                message = {"alive": {"revision": self.revision}}
                if time.monotonic() >= next_full:
                    message = self.full()
                    next_full = time.monotonic() + self.full_interval
            yield None if self.is_silent else json.dumps(message) + "\n"
