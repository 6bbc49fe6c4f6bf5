"""Connect's first screen: an answer without networks does not tell why it has none, and nothing but the names tells two answers apart.

Each call comes from an address of its own in 127.0.0.0/8, so that the limit for one source does not end the test.
"""

import concurrent.futures
import http.client
import itertools
import json
import math
import random
import re
import statistics
import threading
import time
import urllib.parse

import pytest

from consoles import Visitor, sign_in_at_okta
from programs import Demo, SigningIn, run

BUCKET = 4096
CALLS = 200
THREADS = 10
PATH = "/connect/v1/networks"


class FirstScreen:
    """Asks the server as many unknown sources do."""

    def __init__(self, address):
        self.host, self.port = urllib.parse.urlsplit(address).hostname, urllib.parse.urlsplit(address).port
        self.sources = itertools.count(1)
        self.lock = threading.Lock()

    def source(self):
        with self.lock:
            number = next(self.sources)
        return f"127.{10 + number // 65536 % 200}.{number // 256 % 256}.{number % 256}"

    def ask(self, email, device_token=None, source=None, path=PATH, body=None, headers=()):
        """The answer and the milliseconds that it took, from the last byte of the question to the last of the answer."""
        message = {"email": email} | ({"device_token": device_token} if device_token else {})
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=30, source_address=(source or self.source(), 0)
        )
        connection.connect()
        start = time.perf_counter()
        connection.request(
            "POST", path, body or json.dumps(message), {"Content-Type": "application/json"} | dict(headers)
        )
        answer = connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - start) * 1000
        connection.close()
        return Answer(answer.status, answer.getheaders(), text, took)


class Answer:
    def __init__(self, status, headers, body, took):
        self.status, self.headers, self.body, self.took = status, headers, body, took

    @property
    def shape(self):
        """All that may be seen of it but what it says and the clock."""
        return self.status, tuple((name, value) for name, value in self.headers if name.lower() != "date"), len(self.body)

    @property
    def json(self):
        return json.loads(self.body)


def mann_whitney(left, right):
    """The probability that two samples differ as they do, or more, if there is no difference (two-sided, normal approximation
    with mid-ranks and correction for ties)."""
    values = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    rank_sum, ties, place = 0.0, 0, 0
    while place < len(values):
        end = place
        while end < len(values) and values[end][0] == values[place][0]:
            end += 1
        count = end - place
        rank_sum += sum(1 - side for _, side in values[place:end]) * (place + 1 + end) / 2
        ties += count**3 - count
        place = end
    n, m = len(left), len(right)
    u, total = rank_sum - n * (n + 1) / 2, n + m
    spread = math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))))
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2)) if spread else 1.0


def differences(times):
    """The pairs of kinds whose times tell them apart: by rank (p < 0.01 over all pairs together) or by two milliseconds."""
    pairs = list(itertools.combinations(times, 2))
    found = []
    for left, right in pairs:
        probability = mann_whitney(times[left], times[right])
        apart = statistics.median(times[left]) - statistics.median(times[right])
        if probability < 0.01 / len(pairs) or abs(apart) >= 2:
            found.append((left, right, probability, round(apart, 2)))
    return found


def ask_all(kinds, calls=CALLS):
    """Asks each kind so often, in one random order, from some threads at a time: the answers by kind."""
    order = [kind for kind in kinds for _ in range(calls)]
    random.Random(7).shuffle(order)
    answers = {kind: [] for kind in kinds}
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        for kind, answer in zip(order, pool.map(lambda kind: kinds[kind](), order)):
            answers[kind].append(answer)
    return answers


@pytest.fixture(scope="module")
def acme(tmp_path_factory):
    """The demo with one user of each kind of whom nothing may be told, and twenty-one others."""
    with Demo(tmp_path_factory.mktemp("acme")) as demo:
        api, owner = demo.okta_api, Visitor(demo["manager"], **demo["administrator"])
        asks_okta = [user["email"] for user in demo["users"]]
        users = [user for user in demo.timus("users", "--json").json if user["sites"] and user["login"] not in asks_okta]
        demo.gone, demo.suspended, demo.banned, demo.siteless, double, demo.shared = [users.pop()["login"] for _ in range(6)]
        api.lifecycle(demo.gone, "deactivate")
        api.lifecycle(demo.suspended, "suspend")
        api("POST", f"users/{api.user(double)}", json={"profile": {"email": demo.shared}})
        demo.sync()
        banned = owner.post(f"/users/{api.user(demo.banned)}/ban", {"csrf": owner.csrf})
        assert banned.status_code == 303, banned.text
        for site in set(re.findall(r'href="/sites/(?!new)([^"/]+)"', owner.get("/sites").text)):
            path = f"/users/{api.user(demo.siteless)}/overrides/{site}"
            assert owner.post(path, {"csrf": owner.csrf, "effect": "deny"}).status_code == 303
        demo.reaching = [user["login"] for user in users]
        assert len(demo.reaching) >= 21, len(demo.reaching)
        demo.owner = owner
        demo.screen = FirstScreen(demo["manager"])
        yield demo


def kinds(acme):
    known = itertools.cycle(acme.reaching[:20])
    lock = threading.Lock()

    def somebody():
        with lock:
            return next(known)

    strangers = itertools.count()
    screen = acme.screen
    return {
        "known": lambda: screen.ask(somebody()),
        "unknown": lambda: screen.ask(f"nobody.{next(strangers)}@acme.example"),
        "suspended": lambda: screen.ask(acme.suspended),
        "deprovisioned": lambda: screen.ask(acme.gone),
        "banned": lambda: screen.ask(acme.banned),
        "no site": lambda: screen.ask(acme.siteless),
        "of two": lambda: screen.ask(acme.shared),
        "other domain": lambda: screen.ask(f"ana.silva.{next(strangers)}@elsewhere.example"),
    }


def test_known_and_unknown_addresses_cannot_be_told_apart(acme):
    """A busy machine can make a difference once: what is there in three rounds is a leak."""
    found = differences(times_of_a_round(acme))
    for _ in range(2):
        if not found:
            break
        time.sleep(60)  # The known ones may be told again.
        again = {pair[:2] for pair in differences(times_of_a_round(acme))}
        found = [pair for pair in found if pair[:2] in again]
    assert not found, found


def times_of_a_round(acme):
    """The milliseconds by kind, after a look at all that has to be the same."""
    answers = ask_all(kinds(acme))
    shapes = {answer.shape for kind in answers for answer in answers[kind]}
    assert len(shapes) == 1, shapes
    status, headers, length = shapes.pop()
    assert status == 200 and length == BUCKET and "set-cookie" not in dict(headers)
    told = [answer for answer in answers["known"] if answer.json["networks"]]
    assert len(told) >= 0.9 * CALLS, "the known ones were answered as such: there was something to tell apart"
    others = {answer.body for kind in answers if kind != "known" for answer in answers[kind]}
    assert len(others) == 1, "the same bytes for all of whom nothing is told"
    times = {kind: [answer.took for answer in of_kind] for kind, of_kind in answers.items()}
    return times | {"known": [answer.took for answer in told]}


def test_the_comparison_finds_a_leak(acme):
    """What is told apart where something leaks: an endpoint that does not wait, and a millisecond more of work."""
    screen = acme.screen
    answers = ask_all(
        {"unknown": lambda: screen.ask("nobody@acme.example"), "elsewhere": lambda: screen.ask("", path="/connect/v1/devices")},
        calls=40,
    )
    assert differences({kind: [answer.took for answer in of_kind] for kind, of_kind in answers.items()})
    unknown = [answer.took for answer in answers["unknown"]]
    noise = random.Random(7)
    same, slower = [[120 + noise.uniform(0, 8) + more for _ in range(CALLS)] for more in (0, 1.5)]
    assert differences({"one": same, "other": slower})
    assert not differences({"one": same, "other": [120 + noise.uniform(0, 8) for _ in range(CALLS)]})
    assert min(unknown) >= 120


def test_who_asks_too_often_for_one_address_is_told_nothing_more(acme):
    login = acme.reaching[20]
    unknown = acme.screen.ask("nobody@acme.example")

    answers = [acme.screen.ask(login) for _ in range(12)]

    told = [answer for answer in answers if answer.json["networks"]]
    assert 10 <= len(told) <= 11
    assert answers[-1].body == unknown.body
    assert {answer.shape for answer in answers} == {unknown.shape}


@pytest.mark.parametrize("body", ["{", "[]", '{"email": 1}', '{"email": "\\ud800"}', "\xff"])
def test_what_is_no_question_is_refused_whatever_it_names(acme, body):
    answer = acme.screen.ask("", body=body.encode("latin-1"))

    assert answer.status == 400
    assert answer.json["title"] == "The server did not understand the request."


@pytest.fixture
def names_only(acme):
    """The organisation shows networks to known devices only."""
    chosen = acme.timus("connect-settings", "set", "--first-screen", "organisation", "--json")
    assert chosen.code == 0 and chosen.json["first_screen"] == "organisation", chosen
    yield
    chosen = acme.timus("connect-settings", "set", "--first-screen", "networks")
    assert chosen.out == "first screen of an unknown device: networks\n", chosen


def test_an_unknown_device_learns_nothing_but_the_name(acme, names_only):
    nobody = acme.screen.ask("nobody@acme.example")

    answers = [acme.screen.ask(acme.reaching[0]), acme.screen.ask(acme.reaching[0], device_token="A" * 43)]

    assert nobody.json["networks"] == [] and nobody.json["shown"] == "organisation"
    assert {answer.body for answer in answers} == {nobody.body}
    assert {answer.shape for answer in answers} == {nobody.shape}


def test_a_device_is_known_once_its_user_signed_in_until_it_is_removed(acme, names_only, browser, tmp_path):
    person, page = acme["users"][0], browser.new_page()
    page.goto(acme["account"])
    page.get_by_label("E-mail").fill(person["email"])
    page.get_by_role("button", name="Continue").click()
    sign_in_at_okta(page, person["email"], person["password"])
    page.get_by_role("heading", name="Your account").wait_for()
    with SigningIn(person["email"], server=acme["manager"], home=tmp_path) as command:
        assert command.notes[0] == "Your networks are shown after the sign-in."
        page.goto(command.address)
        page.get_by_role("button", name="Continue").click()
        assert command.result().code == 0
    assert run("timus-connect", "sign-out", TIMUS_CONNECT_HOME=tmp_path).code == 0

    with SigningIn(person["email"], server=acme["manager"], home=tmp_path) as command:
        assert command.notes[0].startswith("Networks of "), command.notes
    page.goto(acme["account"])
    page.get_by_role("region", name="Your devices").get_by_role("button", name="Remove").click()

    with SigningIn(person["email"], server=acme["manager"], home=tmp_path) as command:
        assert command.notes[0] == "Your networks are shown after the sign-in."


def test_an_enumeration_is_noticed_and_told(acme):
    """More than fifty addresses from one source: the source's own limit lets thirty through at once, and then one in three seconds."""
    source = "127.250.0.1"
    asked, refused = 0, 0
    while asked <= 50:
        answer = acme.screen.ask(f"guess.{asked}@acme.example", source=source)
        if answer.status == 429:
            refused += 1
            assert answer.json["title"] == "Too many addresses were asked for from here."
            time.sleep(1)
        else:
            asked += 1

    assert refused > 0
    told = acme.timus("notifications", "show", "--json").json["latest"]
    assert any(told["kind"] == "enumeration" and source in told["what"] for told in told), told
    events = acme.owner.get("/events").text
    assert "connect.addresses-tried" in events and source in events
    assert "51 different e-mail addresses within an hour" in events
