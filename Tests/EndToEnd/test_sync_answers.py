"""Okta answers wrongly at the first, a middle or the last page of a list: nobody loses anything by it, whoever reads is
told what to do, and one good synchronization makes everything right."""

import pytest

from databases import SQLite
from orgs import Kept, Org
from programs import eventually

PAGES = {"first": 0, "middle": 1, "last": 2}

# What an answer is wrong by, and what is said where it lasts.
SERVER_FAULTS = {
    "500": ({"kind": "status", "status": 500}, "HTTP status 500"),
    "503": ({"kind": "status", "status": 503}, "HTTP status 503"),
    "reset": ({"kind": "reset"}, "connection"),
    "429": ({"kind": "rate-limited", "reset_in_seconds": 1}, "rate limit"),
    "429 without headers": ({"kind": "rate-limited", "headers": "missing"}, "rate limit"),
    "429 with garbage": ({"kind": "rate-limited", "headers": "garbage"}, "rate limit"),
    "429 with a past reset": ({"kind": "rate-limited", "headers": "past"}, "rate limit"),
    "too many at once": ({"kind": "concurrency"}, "rate limit"),
}
REFUSALS = {
    "400": ({"kind": "status", "status": 400}, "HTTP status 400"),
    "403": ({"kind": "status", "status": 403}, "may not read"),
    "token revoked": ({"kind": "token-revoked"}, "does not accept the API token"),
    "token forbidden": ({"kind": "token-forbidden"}, "may not read"),
    "truncated JSON": ({"kind": "truncated-json"}, "is not what an Okta org answers"),
    "a web page": ({"kind": "html"}, "a web page"),
    "a web page with 503": ({"kind": "html", "status": 503}, "HTTP status 503"),
    "next is itself": ({"kind": "next-loop"}, "a list without an end"),
    "next is elsewhere": ({"kind": "next-foreign", "url": "https://evil.example/api/v1/groups"}, "a link to another host"),
}
# Right in form, wrong in content: it looks as if there were less.
LESS = {
    "404": {"kind": "status", "status": 404},
    "an empty page": {"kind": "empty-page"},
    "no next": {"kind": "next-missing"},
    "fewer groups": {"kind": "token-narrowed", "keep_groups": 3},
}


class List:
    """A list of three pages, and an installation that needs nothing else of Okta."""

    def __init__(self, kept, path):
        self.kept = kept
        self.path = path
        self.mends()

    def fault(self, fault, page, count):
        self.kept.okta.fault(**fault, path=self.path, skip=PAGES[page], count=count)

    def sync(self, *options):
        """A synchronization while something is wrong: whatever it says, what was kept is still there."""
        run = self.kept.sync(*options)
        assert self.kept.directory() == self.before, run
        assert any(self.kept.okta.hits()), "it was met"
        self.kept.okta.mend()
        if run["state"] != "succeeded":
            assert run["problem"]["what"] and run["problem"]["remedy"], run
        return run

    def mends(self):
        """One good synchronization makes everything right."""
        self.kept.okta.mend()
        self.kept.synced()
        self.before = self.kept.directory()
        assert self.before == self.kept.truth()


@pytest.fixture(scope="module")
def org():
    with Org(2_100, 405, 4_050) as it:
        yield it


@pytest.fixture(scope="module")
def lists(org, tmp_path_factory):
    """The catalogue of the groups, of which some small ones are chosen, and the members of Everyone."""
    groups = org.directory().groups
    small = {group["name"] for group in list(groups.values())[-40:-30]}

    def new(choose):
        folder = tmp_path_factory.mktemp("answers")
        return Kept(SQLite(folder), folder, org).set_up(choose)

    return {
        "catalogue": List(new(small.__contains__), "/api/v1/groups"),
        "members": List(new("Everyone".__eq__), f"/api/v1/groups/{org.group('Everyone')}/users"),
    }


@pytest.fixture(params=["catalogue", "members"])
def pages(request, lists):
    pages = lists[request.param]
    yield pages
    pages.mends()


@pytest.mark.parametrize("fault", SERVER_FAULTS)
def test_a_fault_that_passes_is_read_over_and_one_that_lasts_is_said(pages, fault):
    how, said = SERVER_FAULTS[fault]
    for page in PAGES:
        pages.fault(how, page, count=1)
        assert pages.sync()["state"] == "succeeded", page
    pages.fault(how, "middle", count=None)

    run = pages.sync()

    assert run["state"] == "failed" and said in run["problem"]["what"], run


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_fails_the_run_once_a_second_reading_proves_it(pages, fault):
    how, said = REFUSALS[fault]
    pages.fault(how, "middle", count=1)
    assert pages.sync()["state"] == "succeeded"
    for page in PAGES:
        pages.fault(how, page, count=None)

        run = pages.sync()

        assert run["state"] == "failed" and said in run["problem"]["what"], (page, run)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fault", LESS)
def test_an_answer_that_says_too_little_takes_nothing_away(pages, fault, page):
    pages.fault(LESS[fault], page, count=None)

    pages.sync()


@pytest.mark.parametrize("fault", ["404", "an empty page"])
def test_nor_does_one_about_a_single_small_group(org, lists, fault):
    pages = lists["catalogue"]
    kept = pages.kept
    small = min(kept.chosen, key=lambda group: (len(pages.before[1][group]) or 1_000))
    org.fault(**LESS[fault], path=f"/api/v1/groups/{small}/users", count=None)

    pages.sync()

    pages.mends()


def test_people_who_go_while_the_list_is_read_are_the_only_ones_who_go(org, lists):
    pages = lists["members"]
    everyone = pages.kept.chosen[0]
    people = sorted(user for user, profile in pages.before[2].items() if profile[1] != "admin@acme.example")
    for number, page in enumerate(PAGES):
        going = people[number::700]
        org.fault("change-mid-scan", pages.path, skip=PAGES[page], change={"action": "delete", "ids": going})
        before = pages.before[1][everyone]

        pages.kept.synced()

        assert before - pages.kept.directory()[1][everyone] <= set(going)
        pages.mends()
        assert pages.before[1][everyone] == before - set(going)
