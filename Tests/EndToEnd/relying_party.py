"""`timus serve` as a relying party, and browsers that go through a sign-in step by step."""

import contextlib
import http.cookiejar
import re
import time
import urllib.parse

import requests

import odd_provider
from databases import SQLite
from odd_provider import API_TOKEN, CLIENT_ID, OddProvider
from orgs import NO_CLOCK, Kept
from programs import BIN, Running

# Cookies then carry `__Host-` and `Secure`; the tests are the proxy that ends TLS.
PUBLIC_URL = "https://timus.odd.example"
CALLBACK = f"{PUBLIC_URL}/user/external"
SESSION = "__Host-timus-account"
MANAGER_SESSION = "__Host-timus"
ATTEMPT = "__Host-timus-try-"


@contextlib.contextmanager
def party_of_odd_provider(folders, **environment):
    """A server beside a provider that is odd on request."""
    folder = folders.mktemp("party")
    with OddProvider() as provider, RelyingParty(SQLite(folder), folder, provider, **environment) as party:
        yield party


class RelyingParty:
    """An installation that is connected to an odd provider, and its server."""

    def __init__(self, databases, folder, provider, port=0, **environment):
        self.provider = provider
        okta = {
            "okta": provider.origin,
            "okta_client_id": CLIENT_ID,
            "okta_client_secret": provider.client_secret,
            "okta_api_token": API_TOKEN,
        }
        self.installation = Kept(databases, folder, okta)
        self.port = port
        self.more = environment
        self.renewals = 0
        # What it may have kept of the provider.
        self.knows_metadata = self.knows_keys = False

    def __enter__(self):
        self.installation.set_up(lambda name: True)
        owner = ["administrators", "add", "ana@odd.example", "--role", "owner", "--password-file", "-"]
        assert self.installation.timus(*owner, input="correct horse battery").code == 0
        self.installation.synced()
        self.serve()
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def serve(self):
        settings = self.installation.environment | self.more
        words = ["serve", "--port", self.port, "--public-url", PUBLIC_URL, "--json", *NO_CLOCK]
        # libfaketime changes the environment of the first program that it is loaded into, and Swift then finds no
        # arguments. So that one is another.
        self.server = Running("/usr/bin/env", BIN / "timus", *words, **settings)
        self.address = self.server["listening"]

    def renew(self):
        """Forgets what is known of the provider: its client secret is another one, and the server learns of it."""
        self.renewals += 1
        self.provider.client_secret = f"{odd_provider.CLIENT_SECRET}{self.renewals}"
        self.installation.secret.write_text(self.provider.client_secret)
        result = self.installation.connect()
        assert result.code == 0, result
        self.knows_metadata = self.knows_keys = False

    def sync(self):
        return self.installation.synced()

    def sign_in(self, browser=None, **form):
        """From the button to the page that a browser ends on."""
        browser = browser or Browser(self)
        self.knows_metadata = self.knows_keys = True
        begun = browser.begin(**form)
        if not begun.away:
            return begun
        return browser.finish(browser.authorize(begun.location))

    def lets_in(self, oddity, **form):
        """A browser for which the oddity makes no difference."""
        browser = Browser(self)
        with self.provider.odd(oddity), self.provider.counting() as counts:
            step = self.sign_in(browser, **form)
            assert step.status == 303 and step.location == "/account", step
            assert step.cookie(SESSION) and browser.is_in
        assert counts["sink"] == 0
        assert counts["token"] == 1
        return browser

    def keeps_out(self, oddity, *reasons, tokens=1, seconds=5, **form):
        """A browser that the oddity keeps out, for one of these reasons, with that many requests for tokens."""
        browser = Browser(self)
        with self.provider.odd(oddity), self.provider.counting() as counts:
            start = time.monotonic()
            step = self.sign_in(browser, **form)
            took = time.monotonic() - start
            is_kept_out(browser, step, *reasons)
        assert counts["userinfo"] == 0 and counts["sink"] == 0, counts
        assert counts["token"] == tokens, counts
        assert took < seconds
        return step


class Step:
    """One answer to a browser."""

    def __init__(self, answer):
        self.status = answer.status_code
        self.headers = answer.headers
        self.location = answer.headers.get("Location", "")
        self.text = answer.text
        self.set_cookies = answer.raw.headers.getlist("Set-Cookie")

    @property
    def away(self):
        """Whether it leads to another site."""
        return self.status == 303 and self.location.startswith("http")

    @property
    def why(self):
        """The reason that the refusal page names; None where it does not lead to one."""
        found = re.fullmatch(r"/sign-in/failed/([a-z-]+)(\?.*)?", self.location)
        return found and found[1]

    def cookie(self, name):
        """What it sets of that name."""
        return next((cookie for cookie in self.set_cookies if cookie.startswith(name + "=")), None)

    def __repr__(self):
        return f"{self.status} {self.location} {self.text[:300]}"


class FromAddress(requests.adapters.HTTPAdapter):
    """Connections that come from one of this machine's loopback addresses."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *sizes, **options):
        super().init_poolmanager(*sizes, **options, source_address=(self.address, 0))


class Browser:
    """The browser of one person, with a jar of its own: Python's keeps no `Secure` cookie for an http address."""

    def __init__(self, party, address=None):
        self.party = party
        self.cookies = {}
        self.http = requests.Session()
        if address:
            self.http.mount("http://", FromAddress(address))
        self.http.trust_env = False
        self.http.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))

    def __call__(self, method, path, form=None, headers=None, cookie=None):
        path = path.removeprefix(PUBLIC_URL)
        sent = {"Cookie": cookie if cookie is not None else "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        url = f"{self.party.address.rstrip('/')}{path}"
        request = requests.Request(
            method, url, data=form, headers={k: v for k, v in sent.items() if v} | (headers or {})
        )
        prepared = self.http.prepare_request(request)
        # As it is, not as the library would encode it.
        prepared.url = url
        step = Step(self.http.send(prepared, allow_redirects=False, timeout=60))
        for cookie in step.set_cookies:
            name, value = cookie.split(";")[0].split("=", 1)
            if value and "Max-Age=0" not in cookie:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return step

    def begin(self, headers=None, query="", **form):
        """Presses the button: the step to the provider, or to a refusal."""
        return self("POST", f"/sign-in/okta{query}", {"next": "/account"} | form, headers)

    def authorize(self, address):
        """At the provider, which sends back at once: the address to which it sends."""
        assert address.startswith(self.party.provider.origin + "/"), address
        answer = self.http.get(address, allow_redirects=False, timeout=30)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def finish(self, address, **how):
        """Back from the provider."""
        assert address.startswith(CALLBACK + "?"), address
        return self("GET", address, **how)

    def account(self, **how):
        return self("GET", "/account", **how)

    @property
    def is_in(self):
        step = self.account()
        if step.status == 303:
            assert step.location.startswith("/sign-in?"), step
        return step.status == 200


# How each refusal page answers.
STATUS = {
    **dict.fromkeys(["not-assigned", "policy", "refused", "unknown-user", "no-group", "inactive", "banned"], 403),
    **dict.fromkeys(["ended", "ended-or-used", "other-browser", "not-understood"], 400),
    **dict.fromkeys(["settings", "integration-off"], 503),
    "unreachable": 502,
}


def is_kept_out(browser, step, *reasons):
    """No session, and a page that says why in our words."""
    assert step.status == 303 and step.why in reasons, step
    assert "code=" not in step.location and "state=" not in step.location
    assert step.cookie(SESSION) is None and step.cookie(MANAGER_SESSION) is None
    page = browser("GET", step.location)
    assert page.status == STATUS[step.why], page
    assert "You are not signed in" in page.text
    assert not browser.is_in


def query_of(address):
    """The fields of an address, each of which it holds once."""
    fields = urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query, keep_blank_values=True)
    assert len(dict(fields)) == len(fields), address
    return dict(fields)
