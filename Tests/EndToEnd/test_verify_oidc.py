"""`timus verify-oidc` at a provider that is odd: it names the check that failed, and asks UserInfo only after a good ID
token."""

import concurrent.futures
import dataclasses
import json
import ssl
import subprocess
import time
import warnings

import pytest
import requests

import odd_answers
import odd_tokens
from certificates import Authority
from odd_answers import BAD_JSON, BROKEN, REDIRECTS, SLOW, WELL_CONNECTED, body, members, named, twice
from odd_provider import ANN, BOB, CLIENT_ID, PLAIN, Answer, Oddity, OddProvider
from odd_tokens import ABSENT
from programs import BIN, environment, run
from tokens import SIGNED_TOKEN

TOKEN_CHECKS = {
    "size",
    "form",
    "header",
    "type",
    "algorithm",
    "critical_header",
    "key",
    "key_algorithm",
    "signature",
    "claims",
    "issuer",
    "audience",
    "authorized_party",
    "expiry",
    "issued_at",
    "not_before",
    "nonce",
    "access_token_hash",
    "subject",
}

# The checks that may fail, and what fails them.
BAD = [
    ({"issuer"}, odd_tokens.ISSUERS),
    ({"audience", "authorized_party"}, odd_tokens.AUDIENCES),
    ({"expiry", "issued_at", "not_before", "claims"}, odd_tokens.TIMES),
    ({"nonce"}, odd_tokens.NONCES),
    ({"subject"}, odd_tokens.SUBJECTS),
    ({"access_token_hash"}, odd_tokens.HASHES),
    ({"algorithm", "header", "key", "key_algorithm", "signature", "form"}, odd_tokens.ALGORITHMS),
    ({"signature", "form"}, odd_tokens.SIGNATURES),
    ({"key", "critical_header", "type", "size", "header", "algorithm", "signature"}, odd_tokens.HEADERS),
    ({"form", "size", "claims", "token_answer"}, odd_tokens.FORMS),
    ({"key", "key_algorithm", "signature", "algorithm"}, odd_tokens.BAD_KEYS),
    ({"token_answer", "token_type", "access_token_hash", "form"}, [oddity for _, oddity in odd_answers.BAD_ANSWERS]),
    ({"token_answer"}, named("token answer", "token", BROKEN)),
    (
        {"response_form", "response_state", "response_issuer", "response_code"},
        [oddity for _, oddity in odd_answers.BAD_RETURNS],
    ),
    (
        {"response_issuer"},
        [
            Oddity(
                "return without the promised iss", metadata=members(authorization_response_iss_parameter_supported=True)
            )
        ],
    ),
    (
        {"discovery_answer", "discovery_issuer", "proof_key", "signing_algorithms", "endpoints"},
        odd_answers.BAD_METADATA,
    ),
    ({"discovery_answer"}, named("metadata", "metadata", BROKEN)),
    ({"key"}, odd_answers.BAD_KEY_ANSWERS + named("keys", "keys", BROKEN)),
]
BAD_USERINFO = [
    ({"user_info_answer"}, named("UserInfo", "userinfo", BAD_JSON | REDIRECTS | BROKEN)),
    (
        {"user_info_subject"},
        [
            Oddity("UserInfo of another user", userinfo=members(sub=BOB)),
            Oddity("UserInfo of the same user in capitals", userinfo=members(sub=ANN.upper())),
            Oddity("UserInfo of nobody", userinfo=members(sub="")),
        ],
    ),
    (
        {"user_info_answer", "user_info_subject"},
        [
            Oddity("UserInfo without sub", userinfo=members(sub=ABSENT)),
            Oddity("UserInfo with sub null", userinfo=members(sub=None)),
            Oddity("UserInfo with a list of subs", userinfo=members(sub=[ANN])),
            Oddity(
                "UserInfo of 401",
                userinfo=lambda value, p: Answer(status=401, WWW_Authenticate='Bearer error="invalid_token"'),
            ),
            Oddity("UserInfo of 404", userinfo=body(lambda text: text, status=404)),
            Oddity("UserInfo as a JWT", userinfo=body(lambda text: text, content_type="application/jwt")),
            Oddity("UserInfo with an error", userinfo=lambda value, p: Answer({"error": "invalid_token"})),
            *twice("UserInfo with", "userinfo", "sub", BOB),
        ],
    ),
]
# Ten seconds each, all at once.
TOO_SLOW = [
    *(
        ({check}, named(what, part, SLOW))
        for check, what, part in [
            ("discovery_answer", "metadata", "metadata"),
            ("token_answer", "token answer", "token"),
            ("key", "keys", "keys"),
            ("user_info_answer", "UserInfo", "userinfo"),
        ]
    )
]
GOOD = [
    *odd_tokens.GOOD,
    *odd_tokens.GOOD_KEYS,
    *odd_answers.GOOD_ANSWERS,
    *odd_answers.GOOD_RETURNS,
    *odd_answers.GOOD_METADATA,
    *odd_answers.GOOD_KEY_ANSWERS,
    *named("UserInfo", "userinfo", WELL_CONNECTED),
    Oddity(
        "UserInfo with claims that mean nothing to us",
        userinfo=members(picture=lambda p: p.sink_url, groups=lambda p: [1], sub=ANN),
    ),
    Oddity("no UserInfo", metadata=members(userinfo_endpoint=ABSENT)),
]


def each(cases):
    rows = [(checks, oddity) for checks, oddities in cases for oddity in oddities]
    return pytest.mark.parametrize("checks, oddity", rows, ids=[str(oddity) for _, oddity in rows])


@dataclasses.dataclass
class Verified:
    """One run of the command: how it ended, what it said, and what reached the provider."""

    code: int
    out: str
    err: str
    counts: dict
    secrets: list
    fields: dict
    seconds: float

    @property
    def report(self):
        return json.loads(self.out)

    def checks(self, outcome):
        return [check["name"] for check in self.report["checks"] if check["outcome"] == outcome]


def verify(provider, secret_file, oddity, *more, issuer=None, as_json=True):
    """The command, with a person who signs in at the address that it prints."""
    secret_file.write_text(provider.client_secret)
    words = [
        "verify-oidc",
        "--issuer",
        issuer or provider.issuer,
        "--client-id",
        CLIENT_ID,
        "--client-secret-file",
        secret_file,
    ]
    words += ["--redirect-port", 0, "--timeout", 20, *(["--json"] if as_json else []), *more]
    if provider.origin.startswith("http:"):
        words.append("--allow-http-loopback")
    fields, start = {}, time.monotonic()
    with provider.odd(oddity), provider.counting() as counts:
        process = subprocess.Popen(
            [BIN / "timus", *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
        )
        err = []
        for line in process.stderr:
            err.append(line)
            if line.startswith("http"):
                fields = sign_in(line.strip(), provider)
                break
        out, rest = process.communicate(timeout=60)
    secrets = [provider.client_secret, *provider.codes_given, *provider.access_tokens]
    return Verified(process.returncode, out, "".join(err) + rest, counts, secrets, fields, time.monotonic() - start)


def sign_in(address, provider):
    with requests.Session() as http, warnings.catch_warnings():
        # The browser's trust is not what is tested.
        warnings.simplefilter("ignore")
        http.trust_env, http.verify = False, False
        answer = http.get(address, allow_redirects=False, timeout=30)
        if answer.status_code == 302:
            request = http.prepare_request(requests.Request("GET", "http://127.0.0.1/"))
            # As it is, not as the library would encode it.
            request.url = answer.headers["Location"]
            assert request.url.startswith("http://127.0.0.1:")
            http.send(request, allow_redirects=False, timeout=30)
    with provider.lock:
        [*_, last] = [exchange.fields for exchange in provider.exchanges] or [{}]
    return last


@pytest.fixture(scope="module")
def verified(request, tmp_path_factory):
    """What became of each oddity of the tests that are run: several at a time, each at a provider of its own."""
    folder = tmp_path_factory.mktemp("verify")
    asked = {
        item.callspec.params["oddity"].name: item.callspec.params["oddity"]
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec") and "oddity" in item.callspec.params
    }
    slow = {oddity.name for _, oddities in TOO_SLOW for oddity in oddities}

    def one(oddity):
        with OddProvider() as provider:
            return verify(provider, folder / f"secret-{provider.server.server_port}", oddity)

    with concurrent.futures.ThreadPoolExecutor(24) as waiting, concurrent.futures.ThreadPoolExecutor(3) as working:
        runs = {name: (waiting if name in slow else working).submit(one, oddity) for name, oddity in asked.items()}
    return lambda oddity: runs[oddity.name].result()


def fails(found, checks):
    assert found.code == 1, found
    failed = found.checks("failed")
    assert len(failed) == 1 and failed[0] in checks, found
    assert not found.report["passed"] and found.report["problem"]["sentence"]
    assert "error:" in found.err
    says_no_secret(found)
    assert found.counts["sink"] == 0


def says_no_secret(found):
    said = found.out + found.err
    assert [secret for secret in found.secrets if secret in said] == []
    assert not SIGNED_TOKEN.search(said)


@each(BAD)
def test_what_is_bad_is_named_and_userinfo_is_not_asked(verified, checks, oddity):
    found = verified(oddity)

    fails(found, checks)
    # A code is sent once, whatever became of the connection.
    assert found.counts["userinfo"] == 0 and found.counts["token"] <= 1
    assert found.report["claims"] is None and found.report["user_info"] is None


@each(BAD_USERINFO)
def test_userinfo_of_somebody_else_or_nobody_is_refused(verified, checks, oddity):
    found = verified(oddity)

    fails(found, checks)
    # Once more on another connection, where it may have been an old one that nobody listened at any more.
    assert found.counts["userinfo"] == (2 if oddity.name == "UserInfo closed without a word" else 1)
    assert found.report["user_info"] is None


@each(TOO_SLOW)
def test_what_is_slow_is_named_after_ten_seconds(verified, checks, oddity):
    found = verified(oddity)

    fails(found, checks)
    assert 8 < found.seconds < 25


@pytest.mark.parametrize("oddity", GOOD, ids=str)
def test_what_is_good_passes_every_check(verified, oddity):
    found = verified(oddity)

    assert found.code == 0, found.report["problem"]
    assert found.report["passed"] and found.checks("failed") == [] == found.checks("not_made")
    assert TOKEN_CHECKS - set(found.checks("passed")) <= {"authorized_party", "not_before", "access_token_hash", "type"}
    assert found.report["claims"]["sub"] == ANN
    has_userinfo = oddity.name != "no UserInfo"
    assert found.counts["userinfo"] == has_userinfo and (found.report["user_info"] is not None) == has_userinfo
    assert found.counts["token"] == 1 and found.counts["sink"] == 0
    says_no_secret(found)


@pytest.fixture
def provider():
    with OddProvider() as it:
        yield it


def test_the_access_token_is_in_the_header_and_nowhere_else(provider, tmp_path):
    assert verify(provider, tmp_path / "secret", PLAIN).code == 0

    [access_token] = provider.access_tokens
    [request] = [seen for seen in provider.seen if seen.endpoint == "userinfo"]
    assert request.headers["Authorization"] == f"Bearer {access_token}"
    assert access_token not in request.path + request.body
    assert [seen for seen in provider.seen if access_token in seen.path] == []


def test_the_scopes_and_the_hint_are_sent(provider, tmp_path):
    found = verify(provider, tmp_path / "secret", PLAIN, "--scope", "openid email", "--login-hint", "ann+x@odd.example")

    assert found.code == 0, found
    assert found.fields["scope"] == "openid email" and found.fields["login_hint"] == "ann+x@odd.example"
    assert found.report["redirect_uri"] == found.fields["redirect_uri"]


def test_people_read_which_check_failed(provider, tmp_path):
    found = verify(
        provider, tmp_path / "secret", Oddity("nonce", id_token=odd_tokens.claims(nonce="A" * 43)), as_json=False
    )

    assert found.code == 1 and "error:" in found.err
    [line] = [line for line in found.out.splitlines() if "\u2717" in line]
    assert "nonce" in line and "OpenID Connect Core 1.0" in line
    says_no_secret(found)


def test_a_claim_cannot_steer_the_terminal(provider, tmp_path):
    evil = Oddity(
        "escapes",
        id_token=odd_tokens.claims(name="\u001b[2J\u202eevil\r\u009b31m"),
        userinfo=members(name="\u001b]0;evil\u0007"),
    )

    found = verify(provider, tmp_path / "secret", evil, as_json=False)

    assert found.code == 0, found
    assert [char for char in "\u001b\r\u0007\u009b\u202e" if char in found.out] == []


def test_an_issuer_may_have_a_path(tmp_path):
    with OddProvider(path="/oauth2/aus1%2Fodd") as provider:
        found = verify(provider, tmp_path / "secret", PLAIN)
        assert found.code == 0, found
        assert found.report["claims"]["iss"] == provider.issuer
        for issuer in [provider.origin, provider.issuer + "/", provider.issuer.upper().replace("HTTP:", "http:")]:
            assert verify(provider, tmp_path / "secret", PLAIN, issuer=issuer).code == 1, issuer


def test_a_wrong_client_secret_is_said(provider, tmp_path):
    oddity = Oddity(
        "another secret",
        token=odd_answers.error(
            "invalid_client", "The client secret supplied for a confidential client is invalid.", 401
        ),
    )

    found = verify(provider, tmp_path / "secret", oddity)

    assert found.code == 1 and "client secret" in found.err


@pytest.mark.parametrize(
    "words",
    [
        ["--issuer", "http://127.0.0.1:1"],
        ["--issuer", "ftp://x.example"],
        ["--issuer", "https://x.example", "--scope", "email"],
    ],
    ids=["plain http", "ftp", "no openid"],
)
def test_what_cannot_be_meant_is_wrong_use(tmp_path, words):
    (tmp_path / "secret").write_text("secret")
    result = run("timus", "verify-oidc", *words, "--client-id", CLIENT_ID, "--client-secret-file", tmp_path / "secret")
    assert result.code == 2 and "error:" in result.err and "hint:" in result.err, result


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


class TestOverTLS:
    def verify(self, tls, tmp_path, *more, host="localhost", oddity=PLAIN):
        with OddProvider(tls=tls, host=host) as provider:
            return verify(provider, tmp_path / "secret", oddity, *more)

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_a_certificate_of_the_authority_named_is_good(self, authority, tmp_path, host):
        found = self.verify(authority.server(host), tmp_path, "--ca-file", authority.pem, host=host)
        assert found.code == 0, found
        assert found.counts["userinfo"] == 1

    def test_so_is_one_of_tls_1_2(self, authority, tmp_path):
        tls = authority.server(version=ssl.TLSVersion.TLSv1_2)
        assert self.verify(tls, tmp_path, "--ca-file", authority.pem).code == 0

    @pytest.mark.parametrize(
        "how",
        [
            {"host": "another.example"},
            {"host": "127.0.0.2"},
            {"days": (-30, -1)},
            {"days": (1, 30)},
            {"self_signed": True},
            {"version": ssl.TLSVersion.TLSv1_1},
            {"version": ssl.TLSVersion.TLSv1},
        ],
        ids=["of another host", "of another address", "expired", "not yet good", "self-signed", "TLS 1.1", "TLS 1.0"],
    )
    def test_others_are_not(self, authority, tmp_path, how):
        found = self.verify(authority.server(**how), tmp_path, "--ca-file", authority.pem)
        self.is_refused(found)

    def test_nor_is_one_of_another_authority(self, authority, tmp_path):
        other = Authority(tmp_path, "other")
        self.is_refused(self.verify(authority.server(), tmp_path, "--ca-file", other.pem))

    def test_nor_is_one_of_an_authority_that_nobody_named(self, authority, tmp_path):
        self.is_refused(self.verify(authority.server(), tmp_path))

    def is_refused(self, found):
        assert found.code == 1, found
        assert found.checks("failed") == ["discovery_answer"]
        assert not found.counts

    @pytest.mark.parametrize(
        "name", ["token_endpoint", "jwks_uri", "authorization_endpoint", "userinfo_endpoint", "end_session_endpoint"]
    )
    def test_no_endpoint_may_be_plain_http(self, authority, tmp_path, name):
        plain = Oddity("plain", metadata=lambda value, p: value | {name: value[name].replace("https:", "http:")})
        found = self.verify(authority.server(), tmp_path, "--ca-file", authority.pem, oddity=plain)
        assert found.code == 1 and found.checks("failed") == ["endpoints"], found

    def test_a_file_without_a_certificate_is_wrong_use(self, authority, tmp_path):
        (tmp_path / "empty").write_text("no certificate")
        found = self.verify(authority.server(), tmp_path, "--ca-file", tmp_path / "empty")
        assert found.code == 2 and "hint:" in found.err, found
