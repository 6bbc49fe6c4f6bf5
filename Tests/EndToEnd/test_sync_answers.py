"""Okta answers wrongly at the first, a middle or the last page of a list: nobody loses anything by it, whoever reads is
told what to do, and one good synchronization makes everything right."""

import contextlib

import pytest

from databases import SQLite
from orgs import Kept, Org

PAGES = {"first": 0, "middle": 1, "last": 2}

# What an answer is wrong by, and what is said where it lasts.
SERVER_FAULTS = {
    "500": ({"kind": "status", "status": 500}, "HTTP status 500"),
    "503": ({"kind": "status", "status": 503}, "HTTP status 503"),
    "a web page with 503": ({"kind": "html", "status": 503}, "HTTP status 503"),
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
    "next is itself": ({"kind": "next-loop"}, "a list without an end"),
    "next is elsewhere": ({"kind": "next-foreign", "url": "https://evil.example/"}, "a link to another host"),
}
# Right in form, wrong in content: it looks as if there were less.
LESS = {
    "404": {"kind": "status", "status": 404},
    "an empty page": {"kind": "empty-page"},
    "no next": {"kind": "next-missing"},
    "fewer groups": {"kind": "token-narrowed", "keep_groups": 3},
}


class List:
    """A list of three pages in an org of its own, and an installation that needs little else of it."""

    def __init__(self, kept, path):
        self.kept = kept
        self.org = kept.okta
        self.path = path
        self.note()

    def note(self):
        """One good synchronization makes everything right, and from here nothing may be lost."""
        self.kept.synced()
        self.before = self.kept.directory()
        assert self.before == self.kept.truth()

    def check(self, run):
        """Whatever was wrong and whatever is said about it, what was kept is still there."""
        assert all(self.org.hits()), "each fault was met"
        self.org.mend()
        assert self.kept.directory() == self.before, run
        if run["state"] != "succeeded":
            assert run["problem"]["what"] and run["problem"]["remedy"], run


class Lists:
    """The catalogue of the groups, of which some small ones are chosen, and the members of Everyone."""

    def __init__(self, catalogue, members):
        self.catalogue = catalogue
        self.members = members
        self.all = [catalogue, members]

    def fault(self, fault, skip, count):
        for one in self.all:
            one.org.fault(**fault, path=one.path, skip=skip, count=count)

    def sync(self):
        """The runs of both, made at the same time."""
        with contextlib.ExitStack() as running:
            commands = [running.enter_context(one.kept.start_sync()) for one in self.all]
            runs = [command.result().json for command in commands]
        for one, run in zip(self.all, runs):
            one.check(run)
        return runs

    def mends(self):
        for one in self.all:
            one.org.mend()
            one.note()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    def installation(org, choose):
        folder = tmp_path_factory.mktemp("answers")
        return Kept(SQLite(folder), folder, org).set_up(choose)

    with Org(450, 405, 4_050) as groups, Org(2_100, 4, 2_100) as people:
        small = {group["name"] for group in list(groups.directory().groups.values())[-40:-30]}
        yield Lists(
            List(installation(groups, small.__contains__), "/api/v1/groups"),
            List(installation(people, "Everyone".__eq__), f"/api/v1/groups/{people.group('Everyone')}/users"),
        )


@pytest.fixture
def lists(both):
    yield both
    both.mends()


@pytest.mark.parametrize("fault", SERVER_FAULTS)
def test_a_fault_that_passes_is_read_over_and_one_that_lasts_is_said(lists, fault):
    how, said = SERVER_FAULTS[fault]
    for page in PAGES.values():
        # Each page is asked for twice.
        lists.fault(how, skip=2 * page, count=1)
    assert [run["state"] for run in lists.sync()] == ["succeeded"] * 2
    lists.fault(how, skip=PAGES["middle"], count=None)

    for run in lists.sync():
        assert run["state"] == "failed" and said in run["problem"]["what"], run


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_refusal_fails_the_run_once_a_second_reading_proves_it(lists, fault):
    how, said = REFUSALS[fault]
    lists.fault(how, skip=PAGES["middle"], count=1)
    assert [run["state"] for run in lists.sync()] == ["succeeded"] * 2
    for page in PAGES.values():
        lists.fault(how, skip=page, count=None)

        for run in lists.sync():
            assert run["state"] == "failed" and said in run["problem"]["what"], run


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("fault", LESS)
def test_an_answer_that_says_too_little_takes_nothing_away(lists, fault, page):
    lists.fault(LESS[fault], skip=PAGES[page], count=None)

    lists.sync()


@pytest.mark.parametrize("fault", ["404", "an empty page"])
def test_nor_does_one_about_a_single_small_group(lists, fault):
    one = lists.catalogue
    small = next(group for group in one.kept.chosen if one.before[1][group])
    one.org.fault(**LESS[fault], path=f"/api/v1/groups/{small}/users", count=None)

    lists.sync()


def test_people_who_go_while_the_list_is_read_are_the_only_ones_who_go(lists):
    one = lists.members
    everyone = one.kept.chosen[0]
    people = sorted(user for user, profile in one.before[2].items() if profile[1] != "admin@acme.example")
    for number, page in enumerate(PAGES.values()):
        before, going = one.before[1][everyone], people[number::700]
        one.org.fault("change-mid-scan", one.path, skip=page, change={"action": "delete", "ids": going})

        one.kept.synced()

        assert before - one.kept.directory()[1][everyone] <= set(going)
        one.note()
        assert before - one.before[1][everyone] == set(going)
