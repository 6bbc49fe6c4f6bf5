"""axe finds nothing serious on any page, in light, in dark and on a telephone.

The pages are those of which `screens.py` takes pictures, in every state that it walks to, and all that a crawler finds
behind their links. A route that neither of them comes to fails the last test.
"""

import collections
import re
import urllib.parse

import pytest
from axe_playwright_python.base import AXE_SCRIPT

import screens
from programs import ROOT, Demo

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
SERIOUS = {"serious", "critical"}

# Routes that answer a browser's GET with something else than a page of their own.
NOT_PAGES = {
    "/",  # goes on
    "/settings",  # goes on
    "/sign-in/password",  # goes on: the page answers a form
    "/sign-in/okta",  # goes on to Okta
    "/user/external",  # goes on
    "/.well-known/oauth-authorization-server",  # JSON
    "/account/session",  # JSON
}


class Inspector:
    """Stands where the camera does, and lets axe look. What it found is kept by page and look."""

    def __init__(self, seen, narrow=True):
        self.found = {}
        self.taken = collections.Counter()
        self.seen = seen
        self.narrow = narrow

    def wants(self, part):
        return True

    def take(self, page, name):
        self.taken[name] += 1
        self.seen.add(page.url)
        page.set_viewport_size(WIDE)
        self.look(page, name, "light")
        self.look(page, name, "dark", rules=["color-contrast"])
        if self.narrow:
            self.look_narrowly(page, name)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")

    def look_narrowly(self, page, name):
        page.set_viewport_size(NARROW)
        self.look(page, name, "360", rules=["scrollable-region-focusable", "target-size"])
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            self.found[f"{name}, 360"] = [("too-wide", f"{width} px")]
        page.set_viewport_size(WIDE)

    def look(self, page, name, look, rules=None):
        page.emulate_media(color_scheme="dark" if look == "dark" else "light", reduced_motion="reduce")
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
        problems = page.evaluate("(options) => axe.run(options).then((results) => results.violations)", options)
        serious = [
            (problem["id"], node["html"][:160], node["failureSummary"][:200])
            for problem in problems
            if problem["impact"] in SERIOUS
            for node in problem["nodes"]
        ]
        if serious:
            self.found[f"{name}, {look}"] = serious


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    with Demo(tmp_path_factory.mktemp("acme")) as demo:
        yield demo


@pytest.fixture(scope="module")
def seen():
    """The addresses of all pages that were looked at, over all tests of this file."""
    return set()


@pytest.fixture
def inspector(seen):
    return Inspector(seen)


@pytest.fixture(scope="module")
def administrators(chromium):
    """One browser for the walks of Manager: a session ends where another begins."""
    with chromium.new_context(viewport=WIDE, reduced_motion="reduce") as context:
        context.set_default_timeout(60_000)
        yield context


@pytest.fixture(scope="module")
def users(chromium):
    with chromium.new_context(viewport=WIDE, reduced_motion="reduce") as context:
        context.set_default_timeout(60_000)
        yield context


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walks")
    for name in ["typed", "window"]:
        (folder / name).mkdir()
    return folder


def finds_nothing(inspector, at_least):
    nothing_is_serious(inspector)
    assert len(inspector.taken) >= at_least


def nothing_is_serious(inspector):
    lines = [f"{place}: {problem}" for place, problems in inspector.found.items() for problem in problems]
    assert not lines, "\n".join(lines)


# MARK: the walks, in the order in which they change the demo


def test_manager(inspector, acme, administrators):
    screens.walk_manager(inspector, acme, administrators.new_page())

    finds_nothing(inspector, at_least=25)


def test_everything_that_manager_links_to(inspector, acme, administrators):
    crawl(inspector, administrators.new_page(), acme["manager"], at_least=25)

    nothing_is_serious(inspector)


def test_the_first_run(inspector, folder, chromium):
    with chromium.new_context(viewport=WIDE) as context:
        context.set_default_timeout(60_000)
        screens.walk_first_run(inspector, folder, context.new_page())

    finds_nothing(inspector, at_least=5)


def test_the_second_factor_of_an_administrator(inspector, acme, chromium):
    with chromium.new_context(viewport=WIDE) as context:
        context.set_default_timeout(60_000)
        screens.walk_second_factor(inspector, acme, context.new_page())

    finds_nothing(inspector, at_least=8)


def test_signing_in_and_accounts(inspector, acme, users, folder):
    screens.walk_account(inspector, acme, users.new_page(), folder)

    finds_nothing(inspector, at_least=30)


def test_everything_that_accounts_links_to(inspector, acme, users):
    crawl(inspector, users.new_page(), acme["account"], at_least=1)

    nothing_is_serious(inspector)


def test_the_window_of_connect(inspector, acme, folder, chromium):
    with chromium.new_context(viewport=WIDE) as context:
        context.set_default_timeout(60_000)
        screens.walk_connect(inspector, acme, context.new_page(), folder)

    finds_nothing(inspector, at_least=8)


def test_the_simulator_of_okta(seen, acme, chromium):
    inspector = Inspector(seen, narrow=False)  # nobody administers Okta on a telephone
    with chromium.new_context(viewport=WIDE) as context:
        context.set_default_timeout(60_000)
        screens.walk_okta(inspector, acme, context.new_page())
        crawl(inspector, context.new_page(), acme["okta"] + "/admin/dashboard", at_least=20)

    finds_nothing(inspector, at_least=40)


def test_manager_when_something_is_wrong(inspector, acme, chromium):
    with chromium.new_context(viewport=WIDE) as context:
        context.set_default_timeout(60_000)
        screens.walk_changes(inspector, acme, context.new_page())

    finds_nothing(inspector, at_least=8)


def test_no_page_was_left_out(seen):
    """A route that neither a link nor a walk leads to: link it, or let `screens.py` go there."""
    left_out = {route for route in routes() - NOT_PAGES if not any(matches(route, address) for address in seen)}

    assert left_out == set()
    assert len(routes()) > 35


# MARK: helpers


def crawl(inspector, page, start, at_least):
    """Looks at one page of each kind behind the links: those that differ in ids only are of one kind."""
    origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(start))
    waiting, kinds = collections.deque([start]), set()
    while waiting:
        address = waiting.popleft()
        if address.endswith("/login/signout"):  # Okta's sign-out is a link
            continue
        answer = page.context.request.get(address, max_redirects=5)
        kind = kind_of(answer.url)
        if kind in kinds or not answer.url.startswith(origin) or "text/html" not in answer.headers["content-type"]:
            continue
        kinds.add(kind)
        assert answer.ok, address
        page.goto(address)
        if kind not in {kind_of(address) for address in inspector.seen}:
            inspector.take(page, kind)
        waiting.extend(
            page.evaluate(
                """() => {
                    const links = [...document.querySelectorAll('a[href]')].map((link) => link.href.split('#')[0]);
                    const forms = [...document.forms].filter((form) => form.method === 'get').map((form) => {
                        const fields = new URLSearchParams(new FormData(form)).toString();
                        return form.action.split('?')[0] + (fields ? '?' + fields : '');
                    });
                    return links.concat(forms);
                }"""
            )
        )
    assert len(kinds) >= at_least, sorted(kinds)


def kind_of(address):
    """The path with its ids left out, and the names in its query."""
    parts = urllib.parse.urlsplit(address)
    path = re.sub(r"/(?=[^/]*\d)[A-Za-z0-9_-]{8,}", "/*", parts.path)
    names = sorted(urllib.parse.parse_qs(parts.query, keep_blank_values=True))
    return path + ("?" + "&".join(names) if names else "")


def routes():
    """The routes of Manager's and sign-in's pages, as their sources add them."""
    found = set()
    for part in ["Manager", "SignIn"]:
        for file in (ROOT / "Sources" / part).rglob("*.swift"):
            text = re.sub(r"#if DEBUG.*?#endif", "", file.read_text(), flags=re.S)
            found |= {"/" + path.strip("/") for path in re.findall(r'\brouter\.get\(\s*"([^"\\]*)"', text)}
    return found


def matches(route, address):
    path, pattern = urllib.parse.urlsplit(address).path, re.sub(r":\w+|\{\w+\}", "[^/]+", route)
    return re.fullmatch(pattern, path) is not None
