"""What a sign-in, a key set and a session are worth as time goes by: the server's clock is moved, nobody waits."""

import pathlib

import pytest

from odd_answers import answer, members
from odd_provider import PLAIN, Answer, Oddity
from odd_tokens import header
from relying_party import SESSION, Browser, is_kept_out, party_of_odd_provider
from tokens import Key

MINUTE, HOUR = 60, 3600
DOWN = answer("", 500)


class Clock:
    """The clock of a server that runs under libfaketime, and of its provider."""

    def __init__(self, file):
        self.file = file
        self.seconds = 0
        self.provider = None
        file.write_text("+0\n")

    def forward(self, seconds):
        self.seconds += seconds
        self.file.write_text(f"+{self.seconds}\n")
        self.provider.clock_offset = self.seconds

    @property
    def environment(self):
        [library] = pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")
        return {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": self.file,
            "FAKETIME_NO_CACHE": 1,
            "FAKETIME_DONT_FAKE_MONOTONIC": 1,
        }


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock") / "offset")


@pytest.fixture(scope="module")
def party(tmp_path_factory, clock):
    with party_of_odd_provider(tmp_path_factory, **clock.environment) as it:
        clock.provider = it.provider
        yield it


@pytest.fixture
def anew(party):
    """A server that knows nothing of the provider, and a provider with its usual keys."""
    before = party.provider.key, party.provider.key_set
    party.renew()
    yield party
    party.provider.key, party.provider.key_set = before


def test_a_sign_in_may_take_nine_minutes(party, clock):
    browser = Browser(party)
    begun = browser.begin()
    clock.forward(9 * MINUTE)

    assert browser.finish(browser.authorize(begun.location)).location == "/account"


def test_a_sign_in_may_not_take_eleven_minutes(party, clock):
    browser = Browser(party)
    back = browser.authorize(browser.begin().location)
    clock.forward(11 * MINUTE)

    with party.provider.counting() as counts:
        step = browser.finish(back)

    is_kept_out(browser, step, "ended-or-used")
    assert "Try again" in browser("GET", step.location).text
    assert counts["token"] == 0


def test_a_token_of_a_provider_whose_clock_is_behind_is_too_old(party, clock):
    party.provider.clock_offset = clock.seconds - 11 * MINUTE
    party.keeps_out(PLAIN, "not-understood")
    party.provider.clock_offset = clock.seconds - 9 * MINUTE
    party.lets_in(PLAIN)
    party.provider.clock_offset = clock.seconds + 2 * MINUTE
    party.keeps_out(PLAIN, "not-understood")
    party.provider.clock_offset = clock.seconds


def test_a_new_key_is_found_half_a_minute_after_a_burst_of_made_up_names(anew, clock):
    anew.lets_in(PLAIN)
    for name in range(5):
        anew.keeps_out(Oddity("unknown", id_token=header(kid=f"unknown-{name}")), "not-understood")
    anew.provider.key = Key("rotated-in-the-burst")
    anew.provider.key_set = [anew.provider.key]
    clock.forward(31)

    anew.lets_in(PLAIN)


def test_each_half_minute_of_made_up_names_costs_one_request_for_keys(anew, clock):
    anew.lets_in(PLAIN)
    with anew.provider.counting() as counts:
        for name in range(12):
            anew.keeps_out(Oddity("unknown", id_token=header(kid=f"unknown-{name}")), "not-understood")
            clock.forward(10)
    assert 1 <= counts["keys"] <= 5


def test_a_removed_key_stops_when_the_key_set_is_old(anew, clock):
    anew.lets_in(PLAIN)
    leaked = anew.provider.key
    anew.provider.key = Key("after-the-leak")
    anew.provider.key_set = [anew.provider.key]
    clock.forward(6 * MINUTE)

    by_leaked = Oddity("a leaked key", id_token=lambda token, p: _by(leaked, token))
    anew.keeps_out(by_leaked, "not-understood")
    anew.lets_in(PLAIN)


def _by(key, token):
    token.header["kid"] = key.kid
    return token.signed(key=key)


@pytest.mark.parametrize(
    "cache, after, is_asked",
    [
        ("max-age=7200", HOUR, False),
        ("max-age=7200", 2 * HOUR + MINUTE, True),
        ("public, max-age = 7200, must-revalidate", HOUR, False),
        ("max-age=0", 4 * MINUTE, False),
        ("max-age=0", 6 * MINUTE, True),
        ("no-store", 6 * MINUTE, True),
        ("max-age=31536000", 25 * HOUR, True),
        ("max-age=-5", 6 * MINUTE, True),
        ("max-age=soon", 6 * MINUTE, True),
        ("max-age=99999999999999999999", 25 * HOUR, True),
    ],
)
def test_the_key_set_is_kept_as_long_as_the_provider_says_within_bounds(anew, clock, cache, after, is_asked):
    oddity = Oddity("cache", keys=lambda value, p: Answer(value, Cache_Control=cache))
    anew.lets_in(oddity)
    clock.forward(after)

    with anew.provider.counting() as counts:
        anew.lets_in(oddity)

    assert counts["keys"] == is_asked


def test_keys_go_on_for_a_day_while_their_address_is_down(anew, clock):
    anew.lets_in(PLAIN)
    down = Oddity("keys down", keys=DOWN)
    clock.forward(6 * MINUTE)
    anew.lets_in(down)
    clock.forward(20 * HOUR)
    anew.lets_in(down)
    clock.forward(5 * HOUR)
    anew.keeps_out(down, "not-understood", "unreachable")
    clock.forward(MINUTE)
    anew.lets_in(PLAIN)


def test_metadata_go_on_for_a_day_while_their_address_is_down(anew, clock):
    anew.lets_in(PLAIN)
    down = Oddity("metadata down", metadata=DOWN)
    clock.forward(2 * HOUR)
    anew.lets_in(down)
    clock.forward(23 * HOUR)
    anew.keeps_out(down, "unreachable", tokens=0)
    anew.lets_in(PLAIN)


def test_metadata_that_turn_bad_are_refused_though_good_ones_were_known(anew, clock):
    anew.lets_in(PLAIN)
    clock.forward(2 * HOUR)
    for name, changes in {
        "PKCE gone": {"code_challenge_methods_supported": ["plain"]},
        "another issuer": {"issuer": "https://evil.example"},
        "tokens elsewhere": {"token_endpoint": lambda p: p.sink_url},
    }.items():
        anew.keeps_out(Oddity(name, metadata=members(**changes)), "settings", tokens=0)
    anew.lets_in(PLAIN)


def test_metadata_are_read_anew_after_an_hour(anew, clock):
    anew.lets_in(PLAIN)
    provider = anew.provider
    moved = {name: f"/moved{path}" for name, path in provider.at.items()}
    before, provider.at = provider.at, moved
    try:
        clock.forward(HOUR + MINUTE)
        anew.lets_in(PLAIN)
    finally:
        provider.at = before
        anew.renew()


def test_a_session_ends_when_nobody_uses_it_and_after_a_day_in_any_case(anew, clock):
    idle, busy = anew.lets_in(PLAIN), anew.lets_in(PLAIN)
    for _ in range(3):
        clock.forward(7 * HOUR)
        assert busy.is_in
    assert not idle.is_in, "unused for 21 hours"
    clock.forward(4 * HOUR)
    assert not busy.is_in, "25 hours old"
    assert Browser(anew).account(cookie=f"{SESSION}={idle.cookies[SESSION]}").status == 303
