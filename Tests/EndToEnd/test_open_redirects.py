"""A sign-in leads to a place of ours, whatever `next` says, and whichever way it came in.

Where an answer leads is judged by Chromium's own URL parser: what it takes for another host is another host.
"""

import html
import http.client
import json
import random
import re
import urllib.parse

import pytest
import requests

from consoles import Visitor
from programs import ROOT

EVIL = "evil.example"

# Spellings of another host, one a line; `{origin}`, `{host}` and `{name}` stand for ours. The Swift tests read them too.
HOSTS = json.loads((ROOT / "Tests/Corpora/hostile-next.json").read_text()) + [
    f"/{'a' * 2048}",
    f"/{'a' * 100_000}",
    f"//{EVIL}/{'a' * 3000}",
    f"/{'../' * 600}/{EVIL}",
    f"{'/' * 3000}{EVIL}",
    f"{'%2f' * 500}{EVIL}",
]

# Places of ours, each as its page is linked.
PLACES = [
    "/", "/account", "/account?tab=devices", "/users", "/users?page=2", "/users?search=silva&status=inactive&page=3", "/users?search=ana%40acme.example",
    "/users?search=ana%20silva", "/users?search=ana+silva", "/users?search=%C3%BC", "/users/00u1", "/users/00u1/ban", "/sites", "/sites/new", "/sites/7f2a_-.x/remove",
    "/events?search=site.added", "/administrators", "/settings/notifications", "/settings/integrations/okta/preferences",
    "/settings/integrations/okta/sync-runs/01JX?page=2", "/settings/integrations/okta/groups/00g1", "/oauth/device",
    "/oauth/consent?request=Y2xpZW50X2lk-_", "/a/b/c/d/e/f", "/%7Euser", f"/{'a' * 2047}",
]  # fmt: skip
OF_THE_ACCOUNT = [place for place in PLACES if place.startswith(("/account", "/oauth/"))]


def test_the_table_is_long_and_says_nothing_twice():
    assert len(set(HOSTS)) == len(HOSTS) >= 300


def test_most_of_it_would_lead_elsewhere_if_it_were_believed(hostile, judge):
    assert len(judge([(text, text) for text in sample(hostile)])) > 140


@pytest.fixture(scope="module")
def origin(demo):
    return demo["manager"].rstrip("/")


@pytest.fixture(scope="module")
def hostile(origin):
    """The table for this server, alone and behind our own paths."""
    host = origin.partition("://")[2]
    name = host.partition(":")[0]
    alone = [text.replace("{origin}", origin).replace("{host}", host).replace("{name}", name) for text in HOSTS]
    return alone + [ours + text for ours in ["/account", "/account/.."] for text in alone if len(text) < 200]


@pytest.fixture(scope="module")
def judge(chromium, origin):
    """Which of the addresses in `Location` or `href` Chromium would not take for ours."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(origin + "/sign-in")

    def elsewhere(found):
        """`found` are pairs of what was sent in and where it leads to."""
        wrong = page.evaluate(
            """([found, ours]) => found.filter(([sent, address]) => {
                try { return new URL(address, ours + '/sign-in').origin !== ours; } catch { return true; }
            })""",
            [[[sent, address] for sent, address in found], origin],
        )
        return [tuple(pair) for pair in wrong]

    yield elsewhere
    context.close()


@pytest.fixture(scope="module")
def stranger(origin):
    """Nobody is signed in."""
    with requests.Session() as session:
        session.headers.update({"Accept": "text/html", "Origin": origin})
        yield session


@pytest.fixture(scope="module")
def administrator(demo):
    return Visitor(demo["manager"], **demo["administrator"])


@pytest.fixture(scope="module")
def at_okta(demo):
    """Somebody who is signed in at Okta already, so that every sign-in comes straight back."""
    user = demo["users"][0]
    session = requests.Session()
    session.headers.update({"Accept": "text/html", "Origin": demo["manager"].rstrip("/")})
    answer = session.post(
        demo["okta"] + "/login/login.htm",
        data={"username": user["email"], "password": user["password"], "fromURI": ""},
        headers={"Origin": demo["okta"]},
        allow_redirects=False,
    )
    assert answer.status_code == 303, answer.text
    return session


def encoded(text):
    return urllib.parse.quote(text.encode("utf-8", "surrogatepass"), safe="")


def links(page):
    """Every address that a page leads to."""
    return [html.unescape(address) for address in re.findall(r'(?:href|action|src)="([^"]*)"', page)]


def hidden_next(page):
    return [html.unescape(value) for value in re.findall(r'name="next" value="([^"]*)"', page)]


# MARK: the ways in


def test_the_sign_in_page_of_somebody_who_is_signed_in(administrator, hostile, judge):
    found = []
    for text in hostile:
        answer = administrator.http.get(f"{administrator.origin}/sign-in?next={encoded(text)}", allow_redirects=False)
        assert answer.status_code in {200, 303, 400, 414, 431}, (text, answer.status_code)
        assert "timus=x" not in answer.headers.get("Set-Cookie", "")
        if answer.status_code == 303:
            found.append((text, answer.headers["Location"]))

    assert judge(found) == []
    assert len(found) > len(HOSTS), "most lead to the start page"


def test_the_same_as_it_stands_in_a_query(administrator, hostile, judge):
    """Not encoded once more: what is `%2f` in the table is a slash when it arrives."""
    found = []
    for text in hostile:
        if re.fullmatch(r"[!$%'-;=?-~]+", text) and len(text) < 4000:
            status, headers = raw_get(administrator, f"/sign-in?next={text}")
            if status == 303:
                found.append((text, headers["Location"]))

    assert judge(found) == []
    assert len(found) > 200


def test_the_forms_of_the_sign_in_page(stranger, origin, hostile, judge):
    found = []
    for text in hostile:
        answer = stranger.get(f"{origin}/sign-in?next={encoded(text)}", allow_redirects=False)
        if answer.status_code == 200:
            found += [(text, address or "/") for address in links(answer.text) + hidden_next(answer.text)]

    assert judge(found) == []
    assert len(found) > len(hostile)


def test_the_forms_that_come_after_the_email(demo, stranger, origin, hostile, judge):
    found = []
    for text in sample(hostile):
        for path, fields in [
            ("/sign-in", {"email": ""}),
            ("/sign-in", {"email": demo["administrator"]["email"]}),
            ("/sign-in/password", {"email": demo["administrator"]["email"], "password": ""}),
        ]:
            answer = stranger.post(origin + path, data=fields | {"next": text}, allow_redirects=False)
            if answer.status_code == 303:
                found.append((text, leaves_for_okta(answer, demo)))
            else:
                assert answer.status_code in {200, 413, 422}, (text, answer.status_code)
                found += [(text, address or "/") for address in links(answer.text) + hidden_next(answer.text)]

    assert judge(found) == []


def test_a_password_that_is_right(demo, origin, hostile, judge):
    found = []
    for text in [f"//{EVIL}", f"/\\{EVIL}"]:  # checking a password takes its time on purpose
        answer = requests.post(
            origin + "/sign-in/password",
            data=demo["administrator"] | {"next": text},
            headers={"Origin": origin},
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        found.append((text, answer.headers["Location"]))

    assert judge(found) == []


@pytest.mark.parametrize("start", ["/sign-in", "/sign-in/okta"])
def test_a_sign_in_at_okta(demo, at_okta, origin, hostile, judge, start):
    found = []
    for text in sample(hostile, every=2 if start == "/sign-in" else 1):
        back = through_okta(demo, at_okta, origin + start, text)
        if back is not None:
            found.append((text, back))

    assert judge(found) == []
    assert len(found) > 150


def test_the_pages_of_a_sign_in_that_failed(stranger, origin, hostile, judge):
    found = []
    for text in sample(hostile):
        answer = stranger.get(f"{origin}/sign-in/failed/ended-or-used?next={encoded(text)}", allow_redirects=False)
        found += [(text, address or "/") for address in links(answer.text) + hidden_next(answer.text)]

    assert judge(found) == []


def test_the_page_on_which_an_administrator_shows_again_who_they_are(administrator, hostile, judge):
    found = []
    for text in sample(hostile):
        answer = administrator.http.get(f"{administrator.origin}/administrators/me/confirm?next={encoded(text)}")
        if answer.status_code == 200:
            found += [(text, address or "/") for address in links(answer.text) + hidden_next(answer.text)]

    assert judge(found) == []
    assert found


def test_an_address_that_asks_for_a_sign_in_itself(administrator, stranger, origin, hostile, judge):
    """The page that was wanted comes from the request line, which need not be a path."""
    found, visitor = [], stranger
    for text in hostile + [f"//{EVIL}/users", f"/\\{EVIL}/../users", f"//{EVIL}/../../users?x", f"///{EVIL}//users"]:
        if re.fullmatch(r"[!$%-;=?-~]+", text) and len(text) < 4000:
            status, headers = raw_get(visitor, text, origin=origin)
            if 300 <= status < 400:
                found.append((text, headers["Location"]))
                found += [(text, value) for value in urllib.parse.parse_qs(headers["Location"].partition("?")[2]).get("next", [])]

    assert judge(found) == []
    assert found


def test_signing_out_leads_where_it_always_does(demo, at_okta, origin, hostile, judge):
    found = []
    for text in random.Random(5).sample(hostile, 20) + [f"https://{EVIL}/signed-out"]:
        through_okta(demo, at_okta, origin + "/sign-in/okta", "/account")
        csrf = re.search(r'name="csrf" value="([^"]+)"', at_okta.get(origin + "/account").text)[1]
        fields = {name: text for name in ["next", "post_logout_redirect_uri", "target_link_uri", "return_to", "state"]}
        answer = at_okta.post(origin + "/account/sign-out", data=fields | {"csrf": csrf}, allow_redirects=False)
        address = answer.headers.get("Location") or answer.headers["Refresh"].partition("url=")[2]
        assert EVIL not in address, text
        if address.startswith(demo["okta"]):
            query = urllib.parse.parse_qs(address.partition("?")[2])
            address = query["post_logout_redirect_uri"][0]
        found.append((text, address))
        signed_out = requests.get(f"{origin}/signed-out", params=fields, allow_redirects=False)
        found += [(text, link) for link in links(signed_out.text)]
        sign_in_again(demo, at_okta)

    assert judge(found) == []


def test_a_start_that_a_third_party_asks_for(stranger, origin, hostile, judge):
    """OpenID Connect Core §4: `target_link_uri` is a wish of whoever made the link."""
    found = []
    for text in sample(hostile, every=2):
        for names in [["iss", "target_link_uri"], ["next", "target_link_uri"], ["next", "next"]]:
            query = "&".join(f"{name}={encoded(text)}" for name in names)
            answer = stranger.get(f"{origin}/sign-in?{query}", allow_redirects=False)
            if answer.status_code == 303:
                found.append((text, answer.headers["Location"]))
            elif answer.status_code == 200:
                found += [(text, address or "/") for address in links(answer.text) + hidden_next(answer.text)]

    assert judge(found) == []


def test_a_link_from_oktas_dashboard(demo, at_okta, origin, hostile, judge):
    """The same in the Initiate login URI, whose `target_link_uri` is a whole address."""
    found = []
    for text in sample(hostile, every=2):
        for wish in [text, origin + text]:
            answer = at_okta.get(
                origin + "/sign-in/okta", params={"iss": demo["okta"], "target_link_uri": wish}, allow_redirects=False
            )
            if answer.status_code == 303:
                found.append((wish, back_from_okta(demo, at_okta, answer, wish)))
            else:
                assert answer.status_code in {400, 414, 431}, (wish, answer.status_code)

    assert judge(found) == []
    assert len(found) > len(HOSTS) / 2


def test_a_redirect_uri_that_is_not_connects(stranger, origin, hostile):
    """RFC 6749 §4.1.2.1: nothing is ever sent to an address that is not the client's."""
    loopback = ["http://127.0.0.1:5000", "http://127.0.0.1:5000/", "http://127.0.0.1:5000/callback/", "http://127.0.0.1/callback"]
    loopback += ["http://localhost:5000/callback", "https://127.0.0.1:5000/callback", "http://127.0.0.1:05/callback"]
    loopback += [f"http://127.0.0.1:5000@{EVIL}/callback", f"http://127.0.0.1:@{EVIL}:80/callback", "http://127.0.0.1:65536/callback"]
    loopback += [f"http://127.0.0.1:80.{EVIL}/callback", f"http://127.0.0.1:80\\@{EVIL}/callback", "http://127.0.0.1:-1/callback"]
    loopback += ["http://127.0.0.1:5000/callback?x", "http://127.0.0.1:5000/callback#x", "http://127.0.0.1:5000/x/../callback"]
    loopback += ["http://127.0.0.1:٥/callback", "http://127.0.0.1:/callback", "http://[::1]/callback", "http://[::2]:5000/callback"]
    loopback += ["HTTP://127.0.0.1:5000/callback", "http://127.0.0.1:5000%2fcallback", "http://127.0.0.1:5000/callback\n", "http://127.1:5/callback"]
    fields = {
        "client_id": "timus-connect",
        "response_type": "code",
        "state": "s" * 32,
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
        "device_name": "laptop",
        "match_code": "BCDF",
    }
    for text in sample(hostile, every=3) + loopback:
        if len(text) < 8000:
            answer = stranger.get(f"{origin}/oauth/authorize", params=fields | {"redirect_uri": text}, allow_redirects=False)
            assert answer.status_code == 400 and "Location" not in answer.headers, text


# MARK: what is ours


def test_good_places_survive_unchanged(administrator):
    for place in PLACES:
        answer = administrator.http.get(f"{administrator.origin}/sign-in?next={encoded(place)}", allow_redirects=False)
        if place in OF_THE_ACCOUNT:
            assert hidden_next(answer.text)[0] == place
        else:
            assert answer.headers["Location"] == place


def test_and_through_okta(demo, at_okta, origin):
    for start in ["/sign-in", "/sign-in/okta"]:
        for place in OF_THE_ACCOUNT:
            assert through_okta(demo, at_okta, origin + start, place) == place


# MARK: anything else


ALPHABET = list("//////\\\\\\...;:@?#&%=_-ae19[]()<>\"'` \t\r\n\x00\x0b\x7f") + [
    "%2f", "%2F", "%5c", "%5C", "%09", "%0a", "%0d", "%00", "%20", "%25", "%252f", "%2e", "%u", "..", "//", "/\\", "http:", "https:",
    "javascript:", "data:", EVIL, "account", "oauth", "users", "127.0.0.1", "[::1]", "\u2028", "\u00a0", "\u200b", "\uff0f", "\uff3c",
    "\u3002", "\u00fc", "\U0001f600",
]  # fmt: skip


def test_random_words_over_a_nasty_alphabet(administrator, judge):
    """2,000 of them, the same in every run; half begin as a path would."""
    chance, found, kept = random.Random(20261126), [], 0
    for _ in range(2000):
        text = chance.choice(["", "/"]) + "".join(chance.choices(ALPHABET, k=chance.randint(1, 12)))
        answer = administrator.http.get(f"{administrator.origin}/sign-in?next={encoded(text)}", allow_redirects=False)
        assert answer.status_code in {200, 303}, (text, answer.status_code)
        addresses = [answer.headers["Location"]] if answer.status_code == 303 else hidden_next(answer.text)
        kept += text.strip() in addresses
        found += [(text, address) for address in addresses if address]

    assert judge(found) == []
    assert kept > 50, "and some of them are paths"


# MARK: helpers


def sample(hostile, every=1):
    """The table alone: the longer forms go through the cheap ways."""
    return hostile[: len(HOSTS) : every]


def raw_get(visitor, target, origin=None):
    """With a request line that no library has tidied."""
    session, origin = (visitor.http, visitor.origin) if isinstance(visitor, Visitor) else (visitor, origin)
    connection = http.client.HTTPConnection(origin.partition("://")[2], timeout=30)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
    connection.putrequest("GET", target, skip_accept_encoding=True)
    connection.putheader("Accept", "text/html")
    if cookies:
        connection.putheader("Cookie", cookies)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers


def leaves_for_okta(answer, demo):
    """The redirect to Okta carries our own redirect URI; that is what has to be ours."""
    address = answer.headers["Location"]
    assert address.startswith(demo["okta"] + "/")
    return urllib.parse.parse_qs(address.partition("?")[2])["redirect_uri"][0]


def through_okta(demo, session, start, text):
    """Where the browser is sent when Okta has sent it back; None where the form was refused."""
    email = demo["users"][0]["email"]
    answer = session.post(start, data={"email": email, "next": text}, allow_redirects=False)
    if answer.status_code != 303:
        assert answer.status_code in {400, 413}, (text, answer.status_code)
        return None
    return back_from_okta(demo, session, answer, text)


def back_from_okta(demo, session, answer, text):
    leaves_for_okta(answer, demo)
    callback = session.get(answer.headers["Location"], allow_redirects=False).headers["Location"]
    assert callback.startswith(demo["redirect_uri"] + "?"), callback
    back = session.get(callback, allow_redirects=False)
    assert back.status_code == 303 and "/sign-in/failed" not in back.headers["Location"], (text, back.headers)
    return back.headers["Location"]


def sign_in_again(demo, session):
    user = demo["users"][0]
    session.cookies.clear()
    session.post(
        demo["okta"] + "/login/login.htm",
        data={"username": user["email"], "password": user["password"], "fromURI": ""},
        headers={"Origin": demo["okta"]},
        allow_redirects=False,
    )
