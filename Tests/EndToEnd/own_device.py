"""A device with a Connect of its own making: it signs in with a code and opens connections, over plain HTTP and without a tunnel."""

import requests
from playwright.sync_api import expect

from consoles import sign_in_at_okta
from enrolled_gateway import wireguard_key


class OwnDevice:
    """Signed in as that user, whose browser the page is."""

    def __init__(self, page, ready, user, name):
        self.origin = ready["manager"].rstrip("/")
        client = {"client_id": "timus-connect"}
        begun = requests.post(f"{self.origin}/oauth/device_authorization", data=client | {"device_name": name}, timeout=30).json()
        self._approve(page, user, begun["user_code"])
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": begun["device_code"]}
        token = requests.post(f"{self.origin}/oauth/token", data=client | grant, timeout=30).json()["access_token"]
        self.http = requests.Session()
        self.http.headers["Authorization"] = "Bearer " + token
        self.public_key = wireguard_key()
        self.id = self._post("devices", {"public_key": self.public_key, "name": name, "platform": "linux"})["id"]

    def _approve(self, page, user, code):
        page.goto(f"{self.origin}/oauth/device")
        if page.get_by_label("E-mail").count():
            page.get_by_label("E-mail").fill(user["email"])
            page.get_by_role("button", name="Continue").click()
            sign_in_at_okta(page, user["email"], user["password"])
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="signed in")).to_be_visible()

    def connect(self, site):
        networks = self.http.get(f"{self.origin}/connect/v1/networks", timeout=30).json()["networks"]
        network = next(network for network in networks if network["name"] == site)
        return self._post("connections", {"device": self.id, "site": network["id"]})

    def state(self, connection):
        return self.http.get(f"{self.origin}/connect/v1/connections/{connection['id']}", timeout=30).json()

    def _post(self, path, body):
        answer = self.http.post(f"{self.origin}/connect/v1/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()
