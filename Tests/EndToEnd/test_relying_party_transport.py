"""A provider that is slow, or answers without end, costs a sign-in ten seconds and the server next to no memory."""

import concurrent.futures
import threading
import time

import psutil
import pytest

from odd_answers import BOMB, BROKEN, SLOW, named
from odd_provider import PLAIN, Oddity
from odd_tokens import text
from programs import eventually
from relying_party import SESSION, Browser, is_kept_out, party_of_odd_provider

# A request may take ten seconds.
LEAST, MOST = 8, 14
MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    with party_of_odd_provider(tmp_path_factory) as it:
        yield it


class Memory:
    """How much the server's memory grew at most during the block."""

    def __init__(self, party):
        self.process = psutil.Process(party.server.process.pid)
        self.ended = threading.Event()

    def __enter__(self):
        self.before = self.most = self.process.memory_info().rss
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def _watch(self):
        while not self.ended.wait(0.01):
            self.most = max(self.most, self.process.memory_info().rss)

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    @property
    def growth(self):
        return self.most - self.before


def begun_with(party, oddity):
    """A browser on its way back, and where to: what is odd about its tokens stays with its code."""
    browser = Browser(party)
    with party.provider.odd(oddity):
        return browser, browser.authorize(browser.begin().location)


def finished(begun):
    browser, back = begun
    start = time.monotonic()
    step = browser.finish(back)
    return browser, step, time.monotonic() - start


def test_slow_answers_with_tokens_or_keys_cost_ten_seconds_and_nobody_else_any(party):
    party.renew()
    tokens = [begun_with(party, oddity) for oddity in named("token answer", "token", SLOW)]
    waiting_for_keys = begun_with(party, PLAIN)
    slow_keys = Oddity("slow keys", keys=SLOW["slow body"])
    before = party.provider.counts["token"]

    with (
        concurrent.futures.ThreadPoolExecutor(20) as pool,
        party.provider.odd(slow_keys),
        party.provider.counting() as counts,
        Memory(party) as memory,
    ):
        ends = [pool.submit(finished, begun) for begun in [*tokens, waiting_for_keys]]
        eventually(lambda: party.provider.counts["token"] - before == len(ends))
        others = []
        for _ in range(20):
            start = time.monotonic()
            assert Browser(party).account().status == 303
            assert Browser(party)("GET", "/sign-in").status == 200
            others.append(time.monotonic() - start)
        ends = [end.result() for end in ends]

    for browser, step, took in ends:
        is_kept_out(browser, step, "unreachable")
        assert LEAST < took < MOST
    assert max(others) < 1
    assert counts["token"] == len(ends) and counts["sink"] == counts["userinfo"] == 0
    assert memory.growth < 30 * MEGABYTE
    party.lets_in(PLAIN)


def test_slow_metadata_cost_ten_seconds_once_for_all_who_wait(party):
    party.renew()
    slow = Oddity("slow metadata", metadata=SLOW["slow body"])

    def begin(_):
        browser = Browser(party)
        start = time.monotonic()
        return browser, browser.begin(), time.monotonic() - start

    with (
        concurrent.futures.ThreadPoolExecutor(20) as pool,
        party.provider.odd(slow),
        party.provider.counting() as counts,
    ):
        ends = list(pool.map(begin, range(20)))

    for browser, step, took in ends:
        is_kept_out(browser, step, "unreachable")
        assert took < MOST
    assert counts["metadata"] <= 2
    party.lets_in(PLAIN)


def test_a_connection_that_is_never_taken_costs_no_more(party):
    """Nobody answers at the address any more."""
    party.renew()
    party.lets_in(PLAIN)
    begun = begun_with(party, PLAIN)
    party.provider.hang_up()
    try:
        browser, step, took = finished(begun)
        is_kept_out(browser, step, "unreachable")
        assert took < 5
    finally:
        party.provider.listen_again()
    party.lets_in(PLAIN)


@pytest.mark.parametrize("part", ["token", "keys", "metadata"])
def test_answers_without_end_cost_no_memory(party, part):
    endless = [
        name
        for name in BROKEN
        if "without end" in name or "megabyte" in name or "bomb" in name or "100,000" in name or "1 MB" in name
    ]
    assert len(endless) == 7
    party.renew()
    # What is needed to be odd at all is there before the measurement.
    party.keeps_out(
        Oddity("first", **{part: BROKEN["a megabyte"]}),
        "settings",
        "not-understood",
        "unreachable",
        tokens=part != "metadata",
    )

    with Memory(party) as memory:
        for name in endless:
            browser = Browser(party)
            with party.provider.odd(Oddity(name, **{part: BROKEN[name]})):
                step = party.sign_in(browser)
            assert step.why and step.cookie(SESSION) is None, name

    assert memory.growth < 30 * MEGABYTE, f"{memory.growth / MEGABYTE:.0f} MB"
    assert len(BOMB) < 64 << 10


def test_huge_tokens_cost_no_memory(party):
    party.renew()
    party.lets_in(PLAIN)
    oddity = Oddity("5 MB of dots", id_token=text(lambda token: "." * 5_000_000))
    party.keeps_out(oddity, "settings", "not-understood")

    with Memory(party) as memory:
        for _ in range(5):
            party.keeps_out(oddity, "settings", "not-understood")

    assert memory.growth < 30 * MEGABYTE, f"{memory.growth / MEGABYTE:.0f} MB"
    party.lets_in(PLAIN)


def test_thousands_of_tries_from_elsewhere_cost_no_memory_and_nobody_a_sign_in(party):
    party.renew()
    party.lets_in(PLAIN)
    victim = begun_with(party, PLAIN)

    def flood(_):
        for _ in range(500):
            assert Browser(party, "127.0.0.2").begin().away

    flood(0)
    with Memory(party) as memory, concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(flood, range(4)))

    assert memory.growth < 30 * MEGABYTE, f"{memory.growth / MEGABYTE:.0f} MB"
    _, step, _ = finished(victim)
    assert step.location == "/account"
