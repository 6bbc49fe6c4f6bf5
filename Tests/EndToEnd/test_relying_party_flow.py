"""A sign-in belongs to one browser, one try and one provider; the session that it opens ends when it has to."""

import base64
import concurrent.futures
import json
import re
import urllib.parse

import pytest

from databases import SQLite
from odd_answers import members
from odd_provider import ANN, BOB, PLAIN, Answer, Oddity, OddProvider
from odd_tokens import ABSENT, claims, header
from relying_party import (
    ATTEMPT,
    CALLBACK,
    MANAGER_SESSION,
    PUBLIC_URL,
    SESSION,
    Browser,
    RelyingParty,
    is_kept_out,
    party_of_odd_provider,
    query_of,
)
from tokens import SIGNED_TOKEN, Key, base64url


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    with party_of_odd_provider(tmp_path_factory) as it:
        yield it


def at_once(count, work):
    """`work(n)` for each number, all at the same time."""
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def fields_of(step):
    return query_of(step.location)


class TestTheAuthorizationRequest:
    def test_is_the_code_flow_with_pkce_state_and_nonce(self, party):
        fields = fields_of(Browser(party).begin())

        assert fields["response_type"] == "code" and fields.get("response_mode", "query") == "query"
        assert fields["scope"].split()[0] == "openid" and {"profile", "email"} <= set(fields["scope"].split())
        assert fields["redirect_uri"] == CALLBACK
        assert fields["code_challenge_method"] == "S256"
        for name in ["state", "nonce", "code_challenge"]:
            assert re.fullmatch(r"[A-Za-z0-9_-]{43}", fields[name]), name
        assert not {"request", "client_secret", "code_verifier", "id_token_hint"} & set(fields)

    def test_is_another_one_each_time(self, party):
        begun = [fields_of(Browser(party).begin()) for _ in range(300)]

        for name in ["state", "nonce", "code_challenge"]:
            assert len({fields[name] for fields in begun}) == len(begun), name
            # Each of the 64 letters comes as often as the others: 43 * 300 / 64 is 200.
            letters = "".join(fields[name][:42] for fields in begun)
            assert all(110 < letters.count(letter) < 290 for letter in set(letters)) and len(set(letters)) == 64

    @pytest.mark.parametrize("where", ["query", "form"])
    def test_takes_nothing_of_it_from_the_browser(self, party, where):
        chosen = {
            "state": "A" * 43,
            "nonce": "B" * 43,
            "code_challenge": "C" * 43,
            "code_challenge_method": "plain",
            "client_id": "evil",
            "redirect_uri": "https://evil.example/",
            "response_type": "token",
            "scope": "offline_access",
            "code_verifier": "D" * 43,
        }
        how = {"query": "?" + urllib.parse.urlencode(chosen)} if where == "query" else chosen

        fields = fields_of(Browser(party).begin(**how))

        assert [name for name, value in chosen.items() if fields.get(name) == value] == []

    @pytest.mark.parametrize(
        "spoofed",
        [
            {"Host": "evil.example"},
            {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-Port": "80"},
            {"Forwarded": "host=evil.example;proto=http"},
            {"X-Original-URL": "https://evil.example/", "X-Rewrite-URL": "/evil", "X-Host": "evil.example"},
            {"X_Forwarded_Host": "evil.example"},
        ],
        ids=lambda headers: next(iter(headers)),
    )
    def test_names_the_redirect_uri_of_the_settings(self, party, spoofed):
        browser = Browser(party)

        step = browser.begin(headers=spoofed)

        if step.away:
            assert fields_of(step)["redirect_uri"] == CALLBACK
            assert browser.finish(browser.authorize(step.location), headers=spoofed).location == "/account"
        else:
            assert 400 <= step.status < 500, step

    def test_goes_where_the_metadata_say_with_their_query(self, party):
        party.renew()
        oddity = Oddity(
            "queries", metadata=members(authorization_endpoint=lambda p: p.url("authorize") + "?tenant=a%26b")
        )
        with party.provider.odd(oddity):
            step = Browser(party).begin()
        party.renew()

        assert step.location.startswith(party.provider.url("authorize") + "?tenant=a%26b&")
        assert fields_of(step)["tenant"] == "a&b"


class TestTheBrowserThatBegan:
    def test_is_bound_by_a_cookie_set_with_the_redirect(self, party):
        step = Browser(party).begin()

        [cookie] = step.set_cookies
        name, _, rest = cookie.partition("=")
        assert name.startswith(ATTEMPT) and "Domain" not in rest
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(rest.split("; "))
        assert fields_of(step)["nonce"] not in cookie and fields_of(step)["state"] not in cookie

    @pytest.mark.parametrize(
        "other", ["without a cookie", "with its own try", "with the cookie's name only", "with the cookie twice"]
    )
    def test_is_the_only_one_that_may_come_back(self, party, other):
        victim = Browser(party)
        back = victim.authorize(victim.begin().location)
        stranger = Browser(party)
        [(name, value)] = victim.cookies.items()
        if other == "with its own try":
            stranger.begin()
        if other == "with the cookie's name only":
            stranger.cookies[name] = "A" * 43 + "." + value.partition(".")[2]
        cookie = f"{name}=x; {name}={value}; {name}=y" if other == "with the cookie twice" else None

        with party.provider.counting() as counts:
            step = stranger.finish(back, cookie=cookie)

        is_kept_out(stranger, step, "other-browser", "ended-or-used")
        assert counts["token"] == 0

    def test_comes_back_with_two_tabs_in_either_order(self, party):
        for order in [1, -1]:
            browser = Browser(party)
            backs = [browser.authorize(browser.begin().location) for _ in range(2)]
            steps = [browser.finish(back) for back in backs[::order]]

            assert [step.location for step in steps] == ["/account"] * 2
            assert browser.is_in

    def test_comes_back_with_five_tabs(self, party):
        browser = Browser(party)
        backs = [browser.authorize(browser.begin().location) for _ in range(5)]

        assert [browser.finish(back).location for back in backs] == ["/account"] * 5

    def test_loses_the_oldest_of_more_tabs(self, party):
        browser = Browser(party)
        backs = [browser.authorize(browser.begin().location) for _ in range(7)]

        assert browser.finish(backs[0]).why == "other-browser"
        assert [browser.finish(back).location for back in backs[2:]] == ["/account"] * 5

    def test_never_carries_more_cookies_than_a_header_holds(self, party):
        browser = Browser(party)
        for _ in range(40):
            last = browser.begin()
            assert sum(len(name) + len(value) + 3 for name, value in browser.cookies.items()) < 2_000

        assert browser.finish(browser.authorize(last.location)).location == "/account"

    def test_is_not_hindered_by_a_flood_of_other_tries(self, party):
        victim = Browser(party)
        back = victim.authorize(victim.begin().location)
        at_once(8, lambda _: [Browser(party, "127.0.0.9").begin() for _ in range(60)])

        assert victim.finish(back).location == "/account"


class TestOneReturn:
    def test_counts_once(self, party):
        browser = Browser(party)
        back = browser.authorize(browser.begin().location)
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

        with party.provider.counting() as counts:
            first, second = (browser.finish(back, cookie=cookie) for _ in range(2))

        assert first.location == "/account"
        assert second.why == "ended-or-used" and second.cookie(SESSION) is None
        assert counts["token"] == 1

    def test_counts_once_of_fifty_at_the_same_time(self, party):
        browser = Browser(party)
        back = browser.authorize(browser.begin().location)
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

        with party.provider.counting() as counts:
            steps = at_once(50, lambda _: Browser(party).finish(back, cookie=cookie))

        assert counts["token"] == 1
        assert [step.location for step in steps].count("/account") == 1
        assert len([step for step in steps if step.cookie(SESSION)]) == 1
        assert {step.why for step in steps if step.location != "/account"} == {"ended-or-used"}

    def test_that_failed_is_not_tried_again(self, party):
        browser = Browser(party)
        with party.provider.odd(Oddity("nonce", id_token=claims(nonce="A" * 43))):
            back = browser.authorize(browser.begin().location)
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())

        with party.provider.counting() as counts:
            steps = [browser.finish(back, cookie=cookie) for _ in range(2)]

        assert [step.why for step in steps] == ["not-understood", "ended-or-used"]
        assert counts["token"] == 1

    @pytest.mark.parametrize("method", ["POST", "PUT", "HEAD"])
    def test_is_a_get(self, party, method):
        browser = Browser(party)
        path, _, query = browser.authorize(browser.begin().location).partition("?")

        with party.provider.counting() as counts:
            posted = browser(method, path, dict(urllib.parse.parse_qsl(query)) if method == "POST" else None)
            asked = browser(method, f"{path}?{query}")

        for step in [posted, asked]:
            assert step.why or step.status in [400, 403, 404, 405], step
            assert step.cookie(SESSION) is None
        assert counts["token"] == 0 and not browser.is_in

    def test_with_a_code_of_64_kilobytes_is_none(self, party):
        browser = Browser(party)
        state = fields_of(browser.begin())["state"]

        with party.provider.counting() as counts:
            step = browser("GET", f"/user/external?code={'x' * 65_536}&state={state}")

        assert step.why == "not-understood" or 400 <= step.status < 500, step.status
        assert counts["token"] == 0 and not browser.is_in

    def test_leaves_nothing_of_it_in_address_or_page(self, party):
        browser = Browser(party)
        with party.provider.odd(
            Oddity(
                "words", authorize=lambda q, p: [*q[1:], ("error", "evil_error"), ("error_description", "evil words")]
            )
        ):
            refused = browser.finish(browser.authorize(browser.begin().location))
        page = browser("GET", refused.location)
        back = browser.authorize(browser.begin().location)
        entered = browser.finish(back)

        for step in [refused, page, entered]:
            assert "evil" not in step.location + step.text
            assert query_of(back)["code"] not in step.location + step.text
        assert "://" not in entered.location

    def test_has_headers_that_keep_it_to_itself(self, party):
        browser = Browser(party)
        begun = browser.begin()
        steps = {"start": begun, "callback": browser.finish(browser.authorize(begun.location))}
        steps |= {"bad callback": browser("GET", "/user/external?code=a&code=b&state=x")}
        steps |= {"refusal": browser("GET", "/sign-in/failed/not-understood"), "account": browser.account()}

        for name, step in steps.items():
            assert step.headers["Cache-Control"] == "no-store", name
            assert step.headers["Referrer-Policy"] == "no-referrer", name
            assert step.headers["X-Content-Type-Options"] == "nosniff", name
            policy = step.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy, (
                name
            )
            assert step.headers["Strict-Transport-Security"], name


class TestACodeOfSomebodyElse:
    def test_fails_at_a_provider_that_checks_the_verifier(self, party):
        self.is_of_no_use(party, PLAIN, "ended-or-used")

    def test_fails_by_its_nonce_where_the_provider_does_not(self, party):
        self.is_of_no_use(party, Oddity("no PKCE", checks_verifier=False), "not-understood")

    def is_of_no_use(self, party, oddity, why):
        victim, attacker = Browser(party), Browser(party)
        with party.provider.odd(oddity):
            code = query_of(victim.authorize(victim.begin().location))["code"]
            state = query_of(attacker.authorize(attacker.begin().location))["state"]

            step = attacker.finish(f"{CALLBACK}?{urllib.parse.urlencode({'code': code, 'state': state})}")

        is_kept_out(attacker, step, why)

    def test_fails_when_the_two_are_swapped(self, party):
        browsers = [Browser(party) for _ in range(2)]
        with party.provider.odd(Oddity("no PKCE", checks_verifier=False)):
            backs = [query_of(browser.authorize(browser.begin().location)) for browser in browsers]
            for browser, mine, theirs in zip(browsers, backs, backs[::-1]):
                step = browser.finish(f"{CALLBACK}?{urllib.parse.urlencode(mine | {'code': theirs['code']})}")
                is_kept_out(browser, step, "not-understood")

    def test_goes_to_no_other_provider_than_the_one_it_began_at(self, tmp_path):
        """Mix-up: the organisation changes its provider between the way there and the way back."""
        with OddProvider() as honest, OddProvider() as evil, RelyingParty(SQLite(tmp_path), tmp_path, honest) as party:
            browser = Browser(party)
            back = browser.authorize(browser.begin().location)
            connected = party.installation.connect(domain=evil.origin)
            assert connected.code == 0, connected

            with honest.counting() as here, evil.counting() as there:
                step = browser.finish(back)

            assert step.why and step.cookie(SESSION) is None
            assert here["token"] == there["token"] == 0

    def test_is_redeemed_with_credentials_in_the_header_only(self, party):
        party.lets_in(PLAIN)

        [*_, request] = [seen for seen in party.provider.seen if seen.endpoint == "token"]
        fields = dict(urllib.parse.parse_qsl(request.body))
        assert request.method == "POST" and request.headers["Authorization"].startswith("Basic ")
        assert set(fields) == {"grant_type", "code", "redirect_uri", "code_verifier"}
        assert fields["redirect_uri"] == CALLBACK


class TestKeysThatChange:
    @pytest.fixture(autouse=True)
    def anew(self, party):
        provider = party.provider
        before = provider.key, provider.key_set
        party.renew()
        yield
        provider.key, provider.key_set = before
        party.renew()

    def rotate(self, provider, name, keeping=()):
        provider.key = Key(name)
        provider.key_set = [*keeping, provider.key]

    def test_between_two_sign_ins(self, party):
        party.lets_in(PLAIN)
        self.rotate(party.provider, "rotated")
        party.lets_in(PLAIN)

    def test_just_before_signing(self, party):
        party.lets_in(PLAIN)
        browser = Browser(party)
        back = browser.authorize(browser.begin().location)
        self.rotate(party.provider, "rotated-late", keeping=party.provider.key_set)

        assert browser.finish(back).location == "/account"

    def test_are_asked_for_where_the_metadata_say(self, party):
        with party.provider.counting() as counts:
            party.lets_in(PLAIN)
        assert counts["keys"] == 1 and counts["metadata"] == 1

    def test_are_asked_for_once_by_many(self, party):
        with party.provider.counting() as counts:
            steps = at_once(20, lambda _: party.sign_in())

        assert [step.location for step in steps] == ["/account"] * 20
        assert counts["keys"] == 1 and counts["metadata"] == 1

    def test_are_not_asked_for_by_each_name_that_somebody_makes_up(self, party):
        party.lets_in(PLAIN)
        with party.provider.counting() as counts:
            for name in range(30):
                party.keeps_out(Oddity("unknown", id_token=header(kid=f"unknown-{name}")), "not-understood")
        assert counts["keys"] <= 1

    def test_are_not_asked_for_by_many_such_names_at_once(self, party):
        party.lets_in(PLAIN)
        oddity = Oddity("unknown", id_token=lambda token, p: header(kid=f"unknown-{token.claims['jti']}")(token, p))
        with party.provider.odd(oddity), party.provider.counting() as counts:
            steps = at_once(20, lambda _: party.sign_in())
        assert {step.why for step in steps} == {"not-understood"}
        assert counts["keys"] <= 1

    def test_go_on_while_their_address_is_down(self, party):
        party.lets_in(PLAIN)
        down = Oddity("down", keys=lambda value, provider: Answer("", 500))
        with party.provider.odd(down):
            party.keeps_out(
                Oddity("unknown and down", keys=down.keys, id_token=header(kid="unknown")),
                "not-understood",
                "unreachable",
            )
        party.lets_in(down)

    def test_stop_when_the_settings_are_entered_again(self, party):
        party.lets_in(PLAIN)
        leaked = party.provider.key
        self.rotate(party.provider, "after-a-leak")
        party.renew()
        by_leaked = Oddity("a leaked key", id_token=lambda token, p: token.signed(head=_head(leaked), key=leaked))

        party.keeps_out(by_leaked, "not-understood")
        party.lets_in(PLAIN)


class TestASession:
    def test_has_a_cookie_that_only_this_host_sees(self, party):
        cookie = party.sign_in().cookie(SESSION)

        value, *rest = cookie.partition("=")[2].split("; ")
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", value)
        assert sorted(rest) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]

    def test_leaves_nothing_in_the_database_that_opens_another(self, party):
        browser = party.lets_in(PLAIN)
        [*_, request] = [seen for seen in party.provider.seen if seen.endpoint == "token"]
        begun = Browser(party)
        state = fields_of(begun.begin())["state"]
        secrets = {
            "session": browser.cookies[SESSION],
            "verifier": dict(urllib.parse.parse_qsl(request.body))["code_verifier"],
            "code": dict(urllib.parse.parse_qsl(request.body))["code"],
            "client secret": party.provider.client_secret,
            "cookie of a try": next(iter(begun.cookies.values())),
        }

        database = party.installation.database
        kept = b"".join(file.read_bytes() for file in database.parent.glob(database.name + "*"))

        assert len(kept) > 100_000
        assert [name for name, secret in secrets.items() if secret.encode() in kept] == []
        assert state.encode() not in kept
        assert not SIGNED_TOKEN.search(kept.decode("latin-1"))

    def test_is_a_new_one_after_each_sign_in(self, party):
        browser = Browser(party)
        browser.cookies[SESSION] = "A" * 43
        party.sign_in(browser)
        first = browser.cookies[SESSION]
        party.sign_in(browser)

        assert len({"A" * 43, first, browser.cookies[SESSION]}) == 3
        assert browser.is_in
        for old in ["A" * 43, first]:
            assert Browser(party).account(cookie=f"{SESSION}={old}").status == 303

    def test_is_none_where_two_are_sent(self, party):
        browser = party.lets_in(PLAIN)
        value = browser.cookies[SESSION]

        for cookies in [[value, "evil"], ["evil", value], [value, value]]:
            assert browser.account(cookie="; ".join(f"{SESSION}={value}" for value in cookies)).status == 303
        assert browser.account(cookie=f"timus-account={value}").status == 303
        assert browser.account(cookie=f"{SESSION}={value}").status == 200

    @pytest.mark.parametrize(
        "next",
        [
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "/%2f%2fevil.example",
            "/%5cevil.example",
            "///evil.example",
            "/\tevil.example",
            "/%09/evil.example",
            "/%0d%0aLocation:%20https://evil.example",
            "/\r\nX-Evil: 1",
            "javascript:alert(1)",
            "data:text/html,x",
            "evil.example",
            "@evil.example",
            "/@evil.example//",
            ".evil.example",
            "/..//evil.example",
            "/\u2028/evil.example",
            "/\uff0fevil.example",
            "http:evil.example",
            "https:///evil.example",
            "/account/..//evil.example",
            "//evil.example@timus.odd.example",
            "/user/external?code=a",
            "/account#@evil.example",
            "/account?x=//evil.example",
            " /account",
            "",
        ],
    )
    def test_begins_on_a_page_of_ours(self, party, next):
        step = party.sign_in(next=next)

        assert step.status == 303, step
        url = urllib.parse.urlsplit(urllib.parse.urljoin(PUBLIC_URL + "/sign-in", step.location))
        assert f"{url.scheme}://{url.netloc}" == PUBLIC_URL and re.fullmatch(r"/[a-z-/]*", url.path), step.location
        assert "evil" not in step.location and "\n" not in step.location and step.headers.get("X-Evil") is None

    def test_goes_on_to_where_the_browser_wanted(self, party):
        assert party.sign_in(next="/account?tab=devices").location == "/account?tab=devices"

    def test_is_of_whom_sub_names_and_not_the_email(self, party):
        party.provider.subject = BOB
        try:
            browser = party.lets_in(
                Oddity(
                    "Ann's e-mail",
                    id_token=claims(email="ann@odd.example", preferred_username="ann@odd.example", email_verified=True),
                )
            )
        finally:
            party.provider.subject = ANN

        page = browser.account().text
        assert "bob@odd.example" in page and "ann@odd.example" not in page

    @pytest.mark.parametrize("sub", ["00unobody", ANN.upper(), ANN[:-1], "ann@odd.example", "0"])
    def test_is_of_nobody_whom_it_does_not_know(self, party, sub):
        party.keeps_out(
            Oddity("a stranger", id_token=claims(sub=sub, email="ann@odd.example", email_verified=True)), "unknown-user"
        )

    @pytest.mark.parametrize(
        "oddity",
        [
            Oddity("nonce", id_token=claims(nonce="A" * 43)),
            Oddity("none", id_token=lambda token, p: f"{header(alg='none')(token, p).head}.{token.body}."),
            Oddity("a stranger's signature", id_token=lambda token, p: token.signed(key=Key("stranger"))),
        ],
        ids=str,
    )
    def test_is_none_in_manager_either_for_a_bad_token(self, party, oddity):
        party.keeps_out(oddity, "not-understood", next="/")

    def test_is_none_in_manager_for_who_is_no_administrator(self, party):
        step = party.sign_in(next="/")

        assert step.location == "/account" and step.cookie(MANAGER_SESSION) is None

    def test_ends_with_the_user_who_stays_out(self, party):
        browser = party.lets_in(PLAIN)
        party.provider.status[ANN] = "SUSPENDED"
        try:
            party.sync()
            assert not browser.is_in
            # The session at the provider lives on, and so does the person's wish.
            for _ in range(2):
                party.keeps_out(PLAIN, "inactive")
            assert not browser.is_in
        finally:
            party.provider.status[ANN] = "ACTIVE"
            party.sync()
        assert not browser.is_in, "an ended session came back"
        party.lets_in(PLAIN)


class TestSigningOut:
    def sign_out(self, browser):
        [csrf] = set(re.findall(r'name="csrf" value="([^"]+)"', browser.account().text))
        return browser("POST", "/account/sign-out", {"csrf": csrf}, headers={"Origin": PUBLIC_URL})

    def test_ends_our_session_and_goes_on_to_the_provider(self, party):
        browser = party.lets_in(PLAIN)
        value = browser.cookies[SESSION]

        step = self.sign_out(browser)

        address = step.headers["Refresh"].removeprefix("0; url=") if step.status == 200 else step.location
        assert address.startswith(party.provider.url("logout") + "?")
        fields = query_of(address)
        assert fields["post_logout_redirect_uri"] == f"{PUBLIC_URL}/signed-out"
        hint = json.loads(_unpacked(fields["id_token_hint"].split(".")[1]))
        assert hint["sub"] == ANN
        assert browser.account(cookie=f"{SESSION}={value}").status == 303

    @pytest.mark.parametrize(
        "query", ["", "?state=", "?state=another", "?state=<script>alert(1)</script>", "?state=a&state=b", "?x=y"]
    )
    def test_copes_with_whatever_state_comes_back(self, party, query):
        browser = party.lets_in(PLAIN)
        self.sign_out(browser)

        step = browser("GET", f"/signed-out{query}")

        assert step.status == 200 and "You are signed out" in step.text and "alert(1)" not in step.text
        assert not browser.is_in

    def test_of_one_leaves_the_other(self, party):
        """Whoever is led to the address to which the provider returns is not signed out by that."""
        browser = party.lets_in(PLAIN)

        assert browser("GET", "/signed-out?state=another").status == 200
        assert browser.is_in

    def test_needs_no_address_at_the_provider(self, party):
        party.renew()
        with party.provider.odd(Oddity("no sign-out", metadata=members(end_session_endpoint=ABSENT))):
            browser = party.lets_in(party.provider.oddity)
            step = self.sign_out(browser)
        party.renew()

        assert step.location == "/signed-out" and not browser.is_in


def _head(key):
    return base64url(json.dumps({"alg": key.algorithm, "kid": key.kid}).encode())


def _unpacked(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
