"""`timus-connect window` on real tunnels: connect, see it live, be cut off, disconnect, all by its page."""

import html
import re
import urllib.parse

import pytest

from connect_lab import ana, berlin, interfaces, lab  # noqa: F401
from lab import ANA
from machines import Http
from people import field, reaches
from programs import eventually


class Window:
    """The window's page, as a browser on the user's machine has it."""

    def __init__(self, user, lab, address):
        self.http = Http(user.machine, lab.certificate)
        self.address = address
        parts = urllib.parse.urlsplit(address)
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def page(self):
        answer = self.http.get(self.address + "/connected", timeout=30)
        assert answer.ok, answer.text
        return answer.text

    def text(self):
        return html.unescape(re.sub(r"<[^>]*>", " ", self.page()))

    def says(self, words, timeout=30):
        return eventually(lambda: words in self.text(), timeout)

    def press(self, path, **fields):
        form = {"csrf": field(self.page(), "csrf"), **fields}
        answer = self.http.post(self.address + path, form, headers={"Origin": self.origin}, timeout=60)
        assert answer.ok, answer.text
        return html.unescape(answer.text)


@pytest.fixture
def window(lab, ana):  # noqa: F811
    words = ["window", "--no-browser", "--json"]
    with ana.machine.running("timus-connect", *words, TIMUS_CONNECT_HOME=ana.home) as running:
        yield Window(ana, lab, running["window"])


def test_the_page_connects_and_disconnects(ana, berlin, window):  # noqa: F811
    assert "Connect" in window.text() and interfaces(ana) == []

    window.press("/connections", network="Berlin")
    window.says("Connected to Berlin")
    assert reaches(ana.machine, berlin)
    page = window.text()
    assert "Last handshake" in page and "100.64.0." in page and "Disconnect" in page

    assert "Disconnected from Berlin." in window.press("/disconnections")
    assert interfaces(ana) == [] and not reaches(ana.machine, berlin, seconds=0.5)


def test_the_page_changes_the_network(lab, ana, berlin, window):  # noqa: F811
    window.press("/connections", network="Berlin")
    window.says("Connected to Berlin")
    window.press("/connections", network="Lisbon")
    window.says("Connected to Lisbon")

    assert reaches(ana.machine, lab.sites["Lisbon"].address) and not reaches(ana.machine, berlin, seconds=0.5)
    assert len(interfaces(ana)) == 1


def test_the_page_says_why_it_was_cut(lab, ana, window):  # noqa: F811
    window.press("/connections", network="Berlin")
    window.says("Connected to Berlin")

    lab.okta_api.lifecycle(ANA, "suspend")
    try:
        eventually(lambda: interfaces(ana) == [], timeout=10)
        # Its sign-in has ended too: the page is the first one again.
        eventually(lambda: "Okta: your account was suspended" in html.unescape(window.http.get(window.address).text), 20)
    finally:
        lab.okta_api.lifecycle(ANA, "unsuspend")
