"""The screens of Timus and Okta as a person walks them: one verb an errand, found by the labels that are on the screen."""

import contextlib
import re

import requests
from playwright.sync_api import expect

from programs import PATIENCE


class Okta:
    """Okta's admin console in one browser page."""

    def __init__(self, page, ready):
        self.page = page
        self.ready = ready

    def sign_in(self):
        """From the organization's address to the Admin Console."""
        page, account = self.page, self.ready["okta_administrator"]
        page.goto(self.ready["okta"])
        page.get_by_role("link", name="Login", exact=True).click()
        page.get_by_label("Organization's address").fill(self.ready["okta"])
        page.get_by_role("button", name="Next").click()
        sign_in_at_okta(page, account["username"], account["password"])
        page.get_by_role("button", name="Admin", exact=True).click()
        return self

    def open(self, *labels):
        """Clicks through the shortcuts on the left: `open("Directory", "People")`."""
        for label in labels:
            self.page.get_by_role("navigation", name="Admin console").get_by_role("link", name=label, exact=True).click()

    def says(self, notice):
        expect(self.page.get_by_role("status").filter(has_text=notice)).to_be_visible()

    @property
    def domain(self):
        """What stands under the account name at the upper right."""
        return self.page.locator("header .account code").inner_text()

    def create_group(self, name):
        self.open("Directory", "Groups")
        self.page.get_by_role("button", name="Add group").click()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_role("button", name="Save").click()
        self.says(f"The group {name} was added.")

    def assign_person_to_group(self, person, group):
        self.open("Directory", "Groups")
        self._search(group)
        self.page.get_by_role("main").get_by_role("link", name=group, exact=True).click()
        self.page.get_by_role("button", name="Assign people").click()
        self._pick(person, f"is in {group} now.")

    def assign_to_app(self, kind, name, app):
        """`kind` is `People` or `Groups`."""
        self.open("Applications")
        self.page.get_by_role("main").get_by_role("link", name=app, exact=True).click()
        self.page.get_by_role("tab", name="Assignments").click()
        self.page.get_by_role("button", name=f"Assign to {kind}").click()
        self._pick(name, "was assigned.")

    def person(self, name):
        """Opens the page of a person, found by name or username."""
        self.open("Directory", "People")
        self._search(name)
        self.page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()

    def do(self, action):
        """One of More Actions on a person's page, with its question answered."""
        self.page.locator("summary", has_text="More Actions").click()
        self.page.get_by_role("button", name=action, exact=True).click()
        if self.page.get_by_role("dialog").count():
            self.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()
        self.says(f"{action}: done for")

    def _search(self, text):
        self.page.get_by_label("Search").fill(text)
        self.page.get_by_role("button", name="Search").click()

    def _pick(self, name, said):
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Search").fill(name)
        dialog.get_by_role("button", name="Search").click()
        dialog.get_by_role("row").filter(has_text=name).get_by_role("button").click()
        self.says(said)
        dialog.get_by_role("button", name="Done").click()


class Manager:
    """Timus Manager in one browser page."""

    def __init__(self, page, ready):
        self.page = page
        self.ready = ready
        self.origin = ready["manager"].rstrip("/")

    def sign_in(self, email=None, password=None):
        account = self.ready.ready.get("administrator", {})
        self.page.goto(self.origin + "/sign-in")
        self.page.get_by_label("E-mail").fill(email or account["email"])
        self.page.get_by_role("button", name="Continue").click()
        self.page.get_by_label("Password").fill(password or account["password"])
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
        return self

    def goto(self, path):
        return self.page.goto(self.origin + path)

    def open(self, section):
        self.page.get_by_role("navigation", name="Manager").get_by_role("link", name=section, exact=True).click()

    def confirm(self, password=None):
        """Shows again who is there, where Manager asks: more than five minutes after the sign-in."""
        asked = self.page.get_by_role("heading", name="Confirm that it is you")
        if asked.is_visible():
            self.page.get_by_label("Password").fill(password or self.ready.ready["administrator"]["password"])
            self.page.get_by_role("button", name="Continue").click()
            expect(asked).to_have_count(0)

    def says(self, sentence):
        expect(self.page.locator(".flash").filter(has_text=sentence)).to_be_visible()

    def refuses(self, label, sentence):
        """The field is marked as wrong, with the sentence at it and in the summary on top, which has the focus."""
        field = self.page.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(_containing(sentence))
        summary = self.page.get_by_role("alert").filter(has_text="There is a problem")
        expect(summary).to_contain_text(sentence)
        expect(summary).to_be_focused()
        expect(self.page).to_have_title(_containing("Error: "))

    def add_site(self, name, address_range):
        self.open("Sites")
        self.page.get_by_role("link", name="Add a remote site").click()
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Address range").fill(address_range)
        self.page.get_by_role("button", name="Add remote site").click()

    def open_okta(self):
        """Settings > Integrations > Okta > Okta Integration."""
        self.open("Settings")
        self.page.get_by_role("link", name="Open", exact=True).click()

    def tab(self, name):
        return self.page.get_by_role("navigation", name="Okta Integration").get_by_role("link", name=name)

    def group(self, name):
        return self.page.get_by_role("group", name="Okta groups").get_by_label(name, exact=True)

    def site(self, name):
        return self.page.get_by_role("group", name="Remote Sites").get_by_label(name, exact=True)

    def follow_sync(self):
        """Waits until the synchronization that was started has ended, as the page itself tells."""
        status = self.page.locator("#okta-status")
        expect(status).not_to_have_attribute("data-live", _containing(""), timeout=60_000)
        expect(status).to_contain_text("Looked for changes")

    def sync_now(self):
        self.goto("/settings/integrations/okta")
        self.page.get_by_role("button", name="Sync now").click()
        self.follow_sync()

    def open_user(self, search):
        self.open("Users & Teams")
        self.page.get_by_label("Search by name, e-mail or username").fill(search)
        self.page.get_by_role("button", name="Search").click()
        self.page.get_by_role("region", name="1 user").get_by_role("link").click()


def session_of(chromium, ready):
    """The cookies of the administrator, signed in once for many tests: checking a password takes its time on purpose."""
    with chromium.new_context() as context:
        Manager(context.new_page(), ready).sign_in()
        return context.storage_state()


@contextlib.contextmanager
def open_manager(chromium, ready, session, **options):
    """Manager in a browser of its own that is signed in already."""
    viewport = options.pop("viewport", {"width": 1280, "height": 900})
    with chromium.new_context(storage_state=session, viewport=viewport, **options) as context:
        manager = Manager(context.new_page(), ready)
        manager.goto("/users")
        yield manager


class Accounts:
    """A user's way into Accounts, in one browser page."""

    def __init__(self, page, ready):
        self.page = page
        self.ready = ready
        self.origin = ready["manager"].rstrip("/")

    def start(self, email, path="/account"):
        """From a page of ours as far as Okta."""
        self.page.goto(self.origin + path)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_role("button", name="Continue").click()
        return self

    def sign_in(self, email, path="/account"):
        """To Accounts, through Okta, which does not know the browser yet."""
        self.start(email, path)
        self.sign_in_at_okta(email)
        if path == "/account":
            self.is_in(email)
        return self

    def sign_in_at_okta(self, email):
        sign_in_at_okta(self.page, email, self.ready["users"][0]["password"])

    def is_in(self, email):
        expect(self.page.get_by_role("heading", name="Your account")).to_be_visible()
        expect(self.page.get_by_role("banner")).to_contain_text(email.partition("@")[0])

    def is_asked_to_sign_in(self):
        expect(self.page.get_by_role("heading", name="Sign in to Timus")).to_be_visible()

    def is_refused(self, sentence):
        expect(self.page.get_by_role("heading", name="You are not signed in")).to_be_visible()
        expect(self.page.get_by_role("main")).to_contain_text(sentence)

    def sign_out(self):
        self.page.get_by_role("button", name="Sign out", exact=True).click()
        expect(self.page.get_by_role("heading", name="You are signed out")).to_be_visible()


class Visitor:
    """An administrator without a browser: a session over plain HTTP, for what no page offers."""

    def __init__(self, origin, email, password, http=None):
        self.origin = origin.rstrip("/")
        self.http = http or requests.Session()
        self.http.headers.update({"Origin": self.origin, "Accept": "text/html"})
        self.post("/sign-in", {"email": email})
        answer = self.post("/sign-in/password", {"email": email, "password": password})
        assert answer.status_code == 303, answer.text
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', self.get("/administrators").text)[1]

    def get(self, path):
        return self.http.get(self.origin + path, timeout=30 * PATIENCE)

    def post(self, path, fields, **headers):
        return self.http.post(self.origin + path, data=fields, headers=headers, allow_redirects=False, timeout=30 * PATIENCE)


def sign_in_at_okta(page, username, password):
    """Okta's own sign-in screen, for whichever app asked."""
    expect(page.get_by_role("heading", name="Sign In")).to_be_visible()
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def _containing(text):
    return re.compile(re.escape(text))
