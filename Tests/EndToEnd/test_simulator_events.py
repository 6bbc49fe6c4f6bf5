"""Event hooks and the System Log of the simulator, used through Okta's own SDK for Python and heard by a receiver of ours."""

import http.server
import json
import queue
import threading

import pytest
import requests
from okta.models import EventHook

from okta_sdk import client, cursor, finished
from programs import Running

pytestmark = pytest.mark.usefixtures("plain_http")

EVENTS = ["user.lifecycle.suspend", "user.lifecycle.unsuspend"]


@pytest.fixture(scope="module")
def org():
    with Running("okta-simulator", "serve", "--port", 0, "--users", 20, "--groups", 3, "--seed", 5, "--json") as it:
        yield it


class Receiver(http.server.BaseHTTPRequestHandler):
    """Gives the challenge back, and keeps what is delivered."""

    def do_GET(self):
        answer = json.dumps({"verification": self.headers["x-okta-verification-challenge"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.delivered.put((self.headers["Authorization"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.delivered = queue.Queue()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


def hook_at(port):
    return EventHook.from_dict(
        {
            "name": "Timus",
            "events": {"type": "EVENT_TYPE", "items": EVENTS},
            "channel": {
                "type": "HTTP",
                "version": "1.0.0",
                "config": {
                    "uri": f"http://127.0.0.1:{port}/hook",
                    "authScheme": {"type": "HEADER", "key": "Authorization", "value": "Bearer secret"},
                },
            },
        }
    )


def answer_of(result):
    """What the SDK answers, without the response and the error."""
    assert result[-1] is None, result[-1]
    return result[0]


def person(org):
    users = requests.get(f"{org['okta']}/api/v1/users", headers={"Authorization": f"SSWS {org['okta_api_token']}"}, timeout=30)
    return next(user["id"] for user in users.json() if user["status"] == "ACTIVE" and user["profile"]["lastName"] != "Admin")


def suspend(org, user, act="suspend"):
    path = f"{org['okta']}/api/v1/users/{user}/lifecycle/{act}"
    assert requests.post(path, headers={"Authorization": f"SSWS {org['okta_api_token']}"}, timeout=30).ok


def test_an_event_hook_from_its_making_to_its_end(org, receiver):
    user = person(org)

    async def make():
        async with client(org) as okta:
            made = answer_of(await okta.create_event_hook(hook_at(receiver.server_port)))
            verified = answer_of(await okta.verify_event_hook(made.id))
            listed = answer_of(await okta.list_event_hooks())
            return made, verified, listed

    async def end(hook):
        async with client(org) as okta:
            inactive = answer_of(await okta.deactivate_event_hook(hook.id))
            await okta.delete_event_hook(hook.id)
            _, _, error = await okta.get_event_hook(hook.id)
            return inactive, error

    made, verified, listed = finished(make())
    suspend(org, user)
    secret, message = receiver.delivered.get(timeout=30)
    inactive, error = finished(end(made))
    suspend(org, user, "unsuspend")

    assert (made.status, verified.verification_status) == ("ACTIVE", "VERIFIED")
    assert [hook.id for hook in listed] == [made.id]
    assert secret == "Bearer secret"
    assert message["eventType"] == "com.okta.event_hook"
    assert [event["eventType"] for event in message["data"]["events"]] == ["user.lifecycle.suspend"]
    assert message["data"]["events"][0]["target"][0]["id"] == user
    assert inactive.status == "INACTIVE"
    assert "E0000007" in str(error) or "Not found" in str(error)
    assert receiver.delivered.empty()


def test_the_system_log_page_by_page(org):
    user = person(org)
    for act in ["suspend", "unsuspend", "suspend", "unsuspend"]:
        suspend(org, user, act)

    async def read():
        async with client(org) as okta:
            wanted = {"filter": f'eventType eq "{EVENTS[0]}" or eventType eq "{EVENTS[1]}"', "limit": 3}
            kinds, after, pages = [], None, 0
            while True:
                result = await okta.list_log_events(**wanted, **({"after": after} if after else {}))
                events = answer_of(result)
                if not events:
                    return kinds, pages
                kinds += [event.event_type for event in events if event.target[0].id == user]
                after = cursor(result[1])
                pages += 1

    kinds, pages = finished(read())

    assert kinds[-4:] == [EVENTS[0], EVENTS[1]] * 2
    assert pages >= 2
