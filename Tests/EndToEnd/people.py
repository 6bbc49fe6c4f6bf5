"""A person at their machine: the browser without a window, and Timus as it is used by a client of one's own making."""

import base64
import hashlib
import re
import secrets
import time
import urllib.parse

from machines import Http


class Browser(Http):
    """One person's browser on their machine. Okta listens on the loopback of the server's machine and is asked there."""

    def __init__(self, lab, machine, email):
        okta = urllib.parse.urlsplit(lab.okta["okta"]).netloc
        super().__init__(
            lambda request: lab.server if urllib.parse.urlsplit(request.url).netloc == okta else machine, lab.certificate
        )
        self.lab = lab
        self.email = email
        self.headers["Accept"] = "text/html,*/*;q=0.8"

    def sign_in_at_okta(self):
        form = {"username": self.email, "password": self.lab.password_of(self.email)}
        answer = self.post(self.lab.okta["okta"] + "/login/login.htm", form, allow_redirects=False, timeout=30)
        assert answer.status_code == 303, answer.text
        return self

    def confirm(self, address, follow=True):
        """Opens what a client asks for and continues; the last answer."""
        page = self.get(address, timeout=30)
        if 'name="username"' in page.text:
            # Okta does not know the browser, or no more.
            self.sign_in_at_okta()
            page = self.get(address, timeout=30)
        assert page.ok and 'name="request"' in page.text, f"not let in: {page.text}"
        form = {name: field(page.text, name) for name in ("request", "csrf")} | {"decision": "continue"}
        return self.submit("/oauth/consent", form, follow)

    def submit(self, path, form, follow=True):
        answer = self.post(
            self.lab.origin + path, form, headers={"Origin": self.lab.origin}, allow_redirects=follow, timeout=30
        )
        assert answer.status_code < 400, answer.text
        return answer

    def account(self):
        """Accounts, signed in."""
        if not self.cookies:
            self.sign_in_at_okta()
        self.post(self.lab.origin + "/sign-in/okta", {"next": "/account"}, headers={"Origin": self.lab.origin}, timeout=30)
        page = self.get(self.lab.origin + "/account", timeout=30)
        assert "Your account" in page.text, page.text
        return page.text


def field(html, name):
    """The value of a form's hidden field."""
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1].replace("&amp;", "&")


class Refused(AssertionError):
    """The server's no, with its status and what it says."""

    def __init__(self, answer):
        super().__init__(f"{answer.status_code} {answer.text}")
        self.status = answer.status_code
        self.sentence = answer.json().get("title", "") if "json" in answer.headers.get("content-type", "") else ""


class OwnClient:
    """A client that somebody else wrote: it signs in as Connect does, speaks its API, and holds its tunnel by `wireguard-go` and
    `wg`. It heeds no word of the server's once it is connected, so what cuts it off is the gateway alone.
    """

    name = "own0"

    def __init__(self, lab, machine, email):
        self.lab = lab
        self.machine = machine
        self.browser = Browser(lab, machine, email)
        self.http = Http(machine, lab.certificate)
        self.private_key = machine.run("wg", "genkey").strip()
        self.public_key = machine.run("wg", "pubkey", input=self.private_key + "\n").strip()
        self.connection = None

    def sign_in(self):
        self.http.headers.pop("Authorization", None)
        verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        redirect = "http://127.0.0.1:50000/callback"
        query = {
            "response_type": "code", "client_id": "timus-connect", "redirect_uri": redirect, "state": secrets.token_hex(8),
            "code_challenge": challenge, "code_challenge_method": "S256", "login_hint": self.browser.email,
        }  # fmt: skip
        address = self.lab.origin + "/oauth/authorize?" + urllib.parse.urlencode(query)
        answer = self.browser.confirm(address, follow=False)
        back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["Location"]).query))
        form = {
            "grant_type": "authorization_code", "client_id": "timus-connect", "code": back["code"],
            "redirect_uri": redirect, "code_verifier": verifier,
        }  # fmt: skip
        answer = self.http.post(self.lab.origin + "/oauth/token", form, timeout=30)
        assert answer.ok, answer.text
        self.http.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
        self.enrol()
        return self

    def enrol(self):
        device = {"public_key": self.public_key, "name": f"{self.machine.name}", "platform": "linux"}
        self.device = self.call("POST", "devices", device)["id"]

    def call(self, method, path, body=None):
        answer = self.http.request(method, f"{self.lab.origin}/connect/v1/{path}", json=body, timeout=90)
        if not answer.ok:
            raise Refused(answer)
        return answer.json() if answer.content else None

    def open(self, site):
        """What the server says of a new connection."""
        network = next(one for one in self.call("GET", "networks")["networks"] if one["name"] == site)
        self.connection = self.call("POST", "connections", {"device": self.device, "site": network["id"]})
        return self.connection

    def connect(self, site, gateway=0):
        """Opens a connection and holds it with an interface of its own."""
        connection = self.open(site)
        self.hold([connection["peer"], *connection["alternatives"]][gateway], connection["address"])
        return self

    def connect_by(self, gateway, site):
        """The same, by that gateway of the lab's."""
        connection = self.open(site)
        peers = [connection["peer"], *connection["alternatives"]]
        self.hold(next(peer for peer in peers if peer["endpoint"] == gateway.endpoint), connection["address"])
        return self

    def hold(self, peer, address, allowed=None):
        machine = self.machine
        if self.name not in machine.interfaces():
            machine.run("setsid", "--wait", "wireguard-go", self.name)
        allowed = allowed or peer["allowed_ips"]
        machine.run(
            "wg", "set", self.name, "private-key", "/dev/stdin", "peer", peer["public_key"], "endpoint", peer["endpoint"],
            "allowed-ips", ",".join(allowed), input=self.private_key + "\n",
        )  # fmt: skip
        machine.ip("address", "replace", address, "dev", self.name)
        machine.ip("link", "set", self.name, "mtu", 1420, "up")
        for block in allowed:
            machine.ip("route", "replace", block, "dev", self.name)

    def reaches(self, host, seconds=5):
        return reaches(self.machine, host, seconds)

    def leave(self):
        """Takes the interface away, and says nothing to the server."""
        if self.name in self.machine.interfaces():
            self.machine.ip("link", "delete", self.name)


def reaches(machine, host, seconds=5):
    """Whether a ping comes back within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if "bytes from" in machine.run("ping", "-n", "-c", 1, "-W", 0.3, host, check=False):
            return True
        time.sleep(0.02)
    return False


class User:
    """A user with a machine of their own: `timus-connect` on it, and clients of other people's making."""

    def __init__(self, lab, name, email, address):
        self.lab = lab
        self.name = name
        self.email = email
        self.machine = lab.internet.machine(name, address)
        self.browser = Browser(lab, self.machine, email)
        self.home = lab.folder / f"home-{name}"

    def own_client(self):
        """Signed in."""
        return OwnClient(self.lab, self.machine, self.email).sign_in()

    def connect(self, command, *arguments, **more):
        """`timus-connect`."""
        return self.machine.program("timus-connect", command, *arguments, TIMUS_CONNECT_HOME=self.home, **more)

    def sign_in(self, network="Berlin"):
        """`timus-connect sign-in`, with the browser on the same machine."""
        server = self.lab.origin
        words = [self.email, "--network", network]
        with self.machine.signing_in(*words, server=server, home=self.home) as command:
            page = self.browser.confirm(command.address)
            assert "You are signed in" in page.text, page.text
            result = command.result(30)
        assert result.code == 0, result
        return result.json

    def status(self):
        return self.connect("status", "--json")

    def set_address(self, address):
        """Another place on the internet, as after a change of network."""
        self.machine.ip("address", "flush", "dev", "eth0")
        self.machine.ip("address", "add", f"{address}/24", "dev", "eth0")
        self.machine.address = address
