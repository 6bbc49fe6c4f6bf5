"""What else the odd provider can do wrong: its metadata, its redirects back, its answers with tokens, its connections."""

import gzip
import json
import urllib.parse

from odd_provider import Answer, Oddity, Wire
from odd_tokens import ABSENT

BOM = b"\xef\xbb\xbf"


def members(**changes):
    """Other members of a JSON answer."""

    def make(value, provider):
        for name, new in changes.items():
            new = new(provider) if callable(new) else new
            value = {n: v for n, v in value.items() if n != name} | ({} if new is ABSENT else {name: new})
        return value

    return make


def body(make, **how):
    """The JSON as other bytes."""
    return lambda value, provider: Answer(make(json.dumps(value)), **how)


def answer(*arguments, **how):
    return lambda value, provider: Answer(*arguments, **how)


def redirect(status, elsewhere=True):
    return lambda value, provider: Answer(
        status=status, Location=provider.sink_url if elsewhere else provider.origin + "/sink"
    )


def error(code, description=None, status=400):
    return answer({"error": code} | ({"error_description": description} if description else {}), status)


def deep(levels):
    return lambda text: f'{{"deep": {"[" * levels}{"]" * levels}, {text[1:]}'


# Connections that go wrong: each is a function of what should have been said.


def wire(make):
    """`make(body)` gives the bytes that go out, one piece after the other."""

    def change(value, provider):
        return Wire(lambda connection, ended: [connection.sendall(piece) for piece in make(json.dumps(value).encode())])

    return change


def slowly(make):
    """A byte a second, until the other side hangs up."""

    def change(value, provider):
        def write(connection, ended):
            at_once, slow = make(json.dumps(value).encode())
            connection.sendall(at_once)
            for byte in slow:
                if ended.wait(1):
                    return
                connection.sendall(bytes([byte]))

        return Wire(write)

    return change


def silence(value, provider):
    def write(connection, ended):
        connection.settimeout(60)
        # It waits for the other side to hang up.
        connection.recv(1)

    return Wire(write)


def flood(head, piece, most=1 << 30):
    """The same again and again, up to a bound, until the other side hangs up."""

    def change(value, provider):
        def write(connection, ended):
            connection.sendall(head)
            sent = 0
            while sent < most and not ended.is_set():
                connection.sendall(piece)
                sent += len(piece)

        return Wire(write)

    return change


def http(*headers, status="200 OK", json=True):
    kind = ["Content-Type: application/json"] if json else []
    return "\r\n".join([f"HTTP/1.1 {status}", *kind, *headers, "", ""]).encode()


def length(body):
    return f"Content-Length: {len(body)}"


# Sixty megabytes of blanks in sixty kilobytes.
BOMB = gzip.compress(b" " * (60 << 20), 9)

# The other side has had enough of these at once.
BROKEN = {
    "closed without a word": wire(lambda body: []),
    "closed in the status line": wire(lambda body: [b"HTTP/1."]),
    "closed in the headers": wire(lambda body: [b"HTTP/1.1 200 OK\r\nContent-Type: appli"]),
    "closed in the body": wire(lambda body: [http(length(body)), body[:-5]]),
    "a length that is too long": wire(lambda body: [http(f"Content-Length: {len(body) + 100}"), body]),
    "a length that is too short": wire(lambda body: [http(f"Content-Length: {len(body) - 5}"), body]),
    "two lengths": wire(lambda body: [http(length(body), "Content-Length: 5"), body]),
    "a length that is no number": wire(lambda body: [http("Content-Length: many"), body]),
    "a negative length": wire(lambda body: [http("Content-Length: -1"), body]),
    "no HTTP": wire(lambda body: [b"220 mail.example ESMTP\r\n" + body]),
    "a version to come": wire(lambda body: [http(length(body)).replace(b"HTTP/1.1", b"HTTP/9.9"), body]),
    "a chunk whose size is no number": wire(
        lambda body: [http("Transfer-Encoding: chunked"), b"zz\r\n", body, b"\r\n0\r\n\r\n"]
    ),
    "a chunk of endless size": wire(lambda body: [http("Transfer-Encoding: chunked"), b"f" * 40 + b"\r\n", body]),
    "chunks that end early": wire(
        lambda body: [http("Transfer-Encoding: chunked"), f"{len(body):x}\r\n".encode(), body]
    ),
    "a status beyond numbers": wire(lambda body: [http(length(body), status="2000 OK"), body]),
    "100,000 headers": wire(lambda body: [http(*(f"X-{n}: {n}" for n in range(100_000)), length(body)), body]),
    "a header of 1 MB": wire(lambda body: [http(f"X-Long: {'x' * (1 << 20)}", length(body)), body]),
    "gzip that nobody asked for": lambda value, provider: Answer(
        gzip.compress(json.dumps(value).encode()), Content_Encoding="gzip"
    ),
    "a gzip bomb": lambda value, provider: Answer(BOMB, Content_Encoding="gzip"),
    "a body without end": flood(http(), b" " * 65_536),
    "chunks without end": flood(http("Transfer-Encoding: chunked"), b"1000\r\n" + b" " * 4096 + b"\r\n"),
    "headers without end": flood(b"HTTP/1.1 200 OK\r\n", b"X-More: more\r\n" * 1000),
    "a megabyte": lambda value, provider: Answer(json.dumps(value) + " " * (1 << 20)),
}

# These last until the other side has had enough, which is after ten seconds.
SLOW = {
    "silence": silence,
    "slow headers": slowly(lambda body: (b"", http(length(body)) + body)),
    "slow body": slowly(lambda body: (http(length(body)), body)),
    "slow chunks": slowly(lambda body: (http("Transfer-Encoding: chunked"), b"1\r\n \r\n" * 100)),
    "a status line without end": flood(b"HTTP/1.1 200 ", b"O" * 65_536, most=1 << 40),
    "one informational answer after the other": slowly(lambda body: (b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100)),
}

# Odd to look at, and right.
WELL_CONNECTED = {
    "in chunks": wire(
        lambda body: [
            http("Transfer-Encoding: chunked"),
            *(b"%x\r\n%b\r\n" % (1, body[n : n + 1]) for n in range(len(body))),
            b"0\r\n\r\n",
        ]
    ),
    "in chunks with extensions": wire(
        lambda body: [http("Transfer-Encoding: chunked"), b'%x;name="a;b"\r\n%b\r\n0\r\n\r\n' % (len(body), body)]
    ),
    "in pieces": wire(lambda body: [bytes([byte]) for byte in http(length(body)) + body]),
    "until the connection is closed": wire(lambda body: [http("Connection: close"), body]),
    "after an informational answer": wire(
        lambda body: [b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", http(length(body)), body]
    ),
    "headers in any letters": wire(
        lambda body: [http(length(body)).replace(b"Content-Length", b"cOnTeNt-lEnGtH"), body]
    ),
    "with a hundred headers": wire(lambda body: [http(*(f"X-{n}: {n}" for n in range(100)), length(body)), body]),
    "spaced out": lambda value, provider: Answer(json.dumps(value, indent=8).replace("\n", "\r\n\t") + "\n\n"),
    "with a charset": lambda value, provider: Answer(value, content_type="application/json; charset=UTF-8"),
}

BAD_JSON = {
    "HTML": answer("<!doctype html><title>Sign in</title>", content_type="text/html"),
    "empty": answer(""),
    "no content": lambda value, provider: wire(lambda body: [b"HTTP/1.1 204 No Content\r\n\r\n"])(value, provider),
    "a list": body(lambda text: f"[{text}]"),
    "a word": body(lambda text: '"yes"'),
    "null": body(lambda text: "null"),
    "cut": body(lambda text: text[:-1]),
    "with a tail": body(lambda text: text + text),
    "with a BOM": body(lambda text: BOM + text.encode()),
    "in UTF-16": body(lambda text: text.encode("utf-16")),
    "of broken UTF-8": body(lambda text: text.encode()[:-1] + b', "x": "\xff"}'),
    "10,000 levels deep": body(deep(10_000)),
    "30,000 levels deep": body(deep(30_000)),
    "as JavaScript": body(lambda text: f")]}}',\n{text}"),
}


def named(what, part, oddities):
    """One oddity of that part for each."""
    return [Oddity(f"{what} {name}", **{part: make}) for name, make in oddities.items()]


def twice(what, part, name, value):
    """A member that comes twice: the wrong one first, or last."""
    member = f'"{name}": {json.dumps(value)}'
    return [
        Oddity(f"{what} {name} twice, wrong first", **{part: body(lambda text: f"{{{member}, {text[1:]}")}),
        Oddity(f"{what} {name} twice, wrong last", **{part: body(lambda text: f"{text[:-1]}, {member}}}")}),
    ]


REDIRECTS = {f"redirect {status}": redirect(status) for status in [301, 302, 303, 307, 308]} | {
    "redirect 302 within the host": redirect(302, elsewhere=False)
}

# The page to which each leads, and the oddity.
BAD_ANSWERS = [
    *(("not-understood", oddity) for oddity in named("token answer", "token", BAD_JSON)),
    *(("not-understood", oddity) for oddity in named("token answer", "token", REDIRECTS)),
    *(
        ("not-understood", Oddity(f"token answer with {name}", token=members(**changes)))
        for name, changes in [
            ("no id_token", {"id_token": ABSENT}),
            ("id_token null", {"id_token": None}),
            ("id_token an object", {"id_token": {}}),
            ("id_token a list", {"id_token": lambda p: []}),
            ("id_token a number", {"id_token": 1}),
            ("no token_type", {"token_type": ABSENT}),
            ("token_type mac", {"token_type": "mac"}),
            ("token_type DPoP", {"token_type": "DPoP"}),
            ("token_type a number", {"token_type": 1}),
            ("access_token a number", {"access_token": 1}),
            ("no access_token but its hash", {"access_token": ABSENT}),
            ("another access_token", {"access_token": "another"}),
        ]
    ),
    *(
        ("not-understood", oddity)
        for name in ["id_token", "token_type", "access_token"]
        for oddity in twice("token answer with", "token", name, "x")
    ),
    ("unreachable", Oddity("token answer with an error too", token=members(error="server_error"))),
    ("ended-or-used", Oddity("token answer with invalid_grant and tokens", token=members(error="invalid_grant"))),
    ("not-understood", Oddity("token answer of 201", token=body(lambda text: text, status=201))),
    ("not-understood", Oddity("token answer of 404", token=body(lambda text: text, status=404))),
    ("not-understood", Oddity("token answer of 400", token=body(lambda text: text, status=400))),
    ("unreachable", Oddity("token answer of 500", token=body(lambda text: text, status=500))),
    ("unreachable", Oddity("token answer of 503", token=answer("", 503))),
    ("unreachable", Oddity("token answer of 429", token=answer("", 429, Retry_After="1"))),
    ("ended-or-used", Oddity("token error invalid_grant", token=error("invalid_grant"))),
    ("settings", Oddity("token error invalid_client", token=error("invalid_client", status=401))),
    ("settings", Oddity("token error unauthorized_client", token=error("unauthorized_client"))),
    ("not-understood", Oddity("token error of nobody's", token=error("<script>alert(1)</script>", "<script>"))),
]

GOOD_ANSWERS = [
    *named("token answer", "token", WELL_CONNECTED),
    Oddity("token_type bearer", token=members(token_type="bearer")),
    Oddity("token_type BEARER", token=members(token_type="BEARER")),
    Oddity(
        "token answer with members that mean nothing to us",
        token=members(refresh_token="x", device_secret=[1], expires_in="3600"),
    ),
    Oddity("token answer without expires_in", token=members(expires_in=ABSENT, scope=ABSENT)),
]


def back(**changes):
    """Another query than code and state."""
    return lambda query, provider: (
        [(n, v) for n, v in query if n not in changes] + [(n, v) for n, v in changes.items() if v is not ABSENT]
    )


def more(text):
    """The right query and something behind it, as it is."""
    return lambda query, provider: f"{urllib.parse.urlencode(query)}&{text}"


def instead(name, text):
    """One field's value as it is."""
    return lambda query, provider: "&".join(f"{n}={text if n == name else urllib.parse.quote(v)}" for n, v in query)


def refusal(code, description=None):
    return back(code=ABSENT, error=code, **({"error_description": description} if description else {}))


# What the browser brings back, and the page to which it leads; none of them reaches the token endpoint.
BAD_RETURNS = [
    ("not-understood", Oddity("return without a code", authorize=back(code=ABSENT))),
    ("not-understood", Oddity("return without a state", authorize=back(state=ABSENT))),
    ("not-understood", Oddity("return with nothing", authorize=lambda query, provider: "")),
    ("not-understood", Oddity("return with an empty code", authorize=back(code=""))),
    ("not-understood", Oddity("return with an empty state", authorize=back(state=""))),
    ("not-understood", Oddity("return with the code twice", authorize=more("code=another"))),
    (
        "not-understood",
        Oddity("return with the same code twice", authorize=lambda q, p: urllib.parse.urlencode(q + q[:1])),
    ),
    ("not-understood", Oddity("return with the state twice", authorize=more("state=another"))),
    ("not-understood", Oddity("return with an error too", authorize=more("error=access_denied"))),
    (
        "not-understood",
        Oddity("return with code[]", authorize=lambda q, p: urllib.parse.urlencode(q).replace("code=", "code[]=")),
    ),
    ("not-understood", Oddity("return with a code of 5 kB", authorize=back(code="x" * 5_000))),
    ("not-understood", Oddity("return with a NUL in the code", authorize=instead("code", "abc%00"))),
    ("not-understood", Oddity("return with a line end in the code", authorize=instead("code", "abc%0d%0aX-Evil:%201"))),
    ("not-understood", Oddity("return with overlong UTF-8 in the code", authorize=instead("code", "%c0%af"))),
    ("not-understood", Oddity("return with a lone surrogate in the code", authorize=instead("code", "%ed%a0%80"))),
    ("not-understood", Oddity("return with a code beyond ASCII", authorize=instead("code", "%c3%a9"))),
    (
        "not-understood",
        Oddity("return with a NUL in the state", authorize=lambda q, p: urllib.parse.urlencode(q) + "%00"),
    ),
    ("other-browser", Oddity("return with another state", authorize=back(state="A" * 43))),
    ("other-browser", Oddity("return with a state of one letter", authorize=back(state="A"))),
    ("other-browser", Oddity("return with a statement as state", authorize=back(state="' OR 1=1 --"))),
    ("ended-or-used", Oddity("return with a longer state", authorize=lambda q, p: urllib.parse.urlencode(q) + "A")),
    ("settings", Oddity("return with another iss", authorize=more("iss=https%3A%2F%2Fevil.example"))),
    ("settings", Oddity("return with an empty iss", authorize=more("iss="))),
    (
        "settings",
        Oddity(
            "return with iss and a slash", authorize=lambda q, p: urllib.parse.urlencode([*q, ("iss", p.issuer + "/")])
        ),
    ),
    (
        "settings",
        Oddity(
            "return with iss in capitals",
            authorize=lambda q, p: urllib.parse.urlencode([*q, ("iss", p.issuer.upper())]),
        ),
    ),
    (
        "not-understood",
        Oddity(
            "return with iss twice",
            authorize=lambda q, p: urllib.parse.urlencode([*q, ("iss", p.issuer), ("iss", "x")]),
        ),
    ),
    ("refused", Oddity("refused: access_denied", authorize=refusal("access_denied"))),
    (
        "not-assigned",
        Oddity(
            "refused: not assigned",
            authorize=refusal("access_denied", "User is not assigned to the client application."),
        ),
    ),
    (
        "policy",
        Oddity(
            "refused: policy",
            authorize=refusal(
                "access_denied", "Policy evaluation failed for this request, please check the policy configurations."
            ),
        ),
    ),
    ("ended", Oddity("refused: login_required", authorize=refusal("login_required"))),
    ("ended", Oddity("refused: consent_required", authorize=refusal("consent_required"))),
    ("settings", Oddity("refused: unauthorized_client", authorize=refusal("unauthorized_client"))),
    ("not-understood", Oddity("refused: invalid_scope", authorize=refusal("invalid_scope"))),
    (
        "not-understood",
        Oddity(
            "refused in words of an attacker",
            authorize=refusal("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"),
        ),
    ),
]

GOOD_RETURNS = [
    Oddity("return with iss", authorize=lambda q, p: [*q, ("iss", p.issuer)]),
    Oddity("return with iss first", authorize=lambda q, p: [("iss", p.issuer), *q[::-1]]),
    Oddity(
        "return with iss, as was promised",
        metadata=members(authorization_response_iss_parameter_supported=True),
        authorize=lambda q, p: [*q, ("iss", p.issuer)],
    ),
    Oddity(
        "return with fields that mean nothing to us",
        authorize=lambda q, p: [*q, ("session_state", "a.b"), ("x", ""), ("x", "2")],
    ),
]

# Metadata with which nobody may be sent to sign in.
BAD_METADATA = [
    *named("metadata", "metadata", BAD_JSON),
    *named("metadata", "metadata", REDIRECTS),
    *(
        Oddity(f"metadata with {name}", metadata=members(**changes))
        for name, changes in [
            ("another issuer", {"issuer": "https://evil.example"}),
            ("an issuer with a slash", {"issuer": lambda p: p.issuer + "/"}),
            ("an issuer in capitals", {"issuer": lambda p: p.issuer.upper()}),
            ("an issuer with a path", {"issuer": lambda p: p.issuer + "/oauth2/default"}),
            ("an issuer by another name", {"issuer": lambda p: p.issuer.replace("127.0.0.1", "localhost")}),
            ("no issuer", {"issuer": ABSENT}),
            ("a number as issuer", {"issuer": 1}),
            ("no word on PKCE", {"code_challenge_methods_supported": ABSENT}),
            ("PKCE plain only", {"code_challenge_methods_supported": ["plain"]}),
            ("PKCE s256", {"code_challenge_methods_supported": ["s256"]}),
            ("PKCE of no kind", {"code_challenge_methods_supported": lambda p: []}),
            ("PKCE as text", {"code_challenge_methods_supported": "S256"}),
            ("HS256 only", {"id_token_signing_alg_values_supported": ["HS256", "none"]}),
            ("no algorithms", {"id_token_signing_alg_values_supported": lambda p: []}),
            ("no word on algorithms", {"id_token_signing_alg_values_supported": ABSENT}),
            *((f"no {name}", {name: ABSENT}) for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"]),
            *(
                (f"{name} elsewhere", {name: lambda p: p.sink_url})
                for name in [
                    "authorization_endpoint",
                    "token_endpoint",
                    "jwks_uri",
                    "userinfo_endpoint",
                    "end_session_endpoint",
                ]
            ),
            (
                "token_endpoint by another name",
                {"token_endpoint": lambda p: p.url("token").replace("127.0.0.1", "localhost")},
            ),
            ("token_endpoint at a longer port", {"token_endpoint": lambda p: p.origin + "0/token"}),
            (
                "token_endpoint behind a user name",
                {"token_endpoint": lambda p: f"{p.origin}@{p.sink_url.removeprefix('http://')}"},
            ),
            (
                "token_endpoint behind a backslash",
                {"token_endpoint": lambda p: f"{p.origin}\\@{p.sink_url.removeprefix('http://')}"},
            ),
            ("token_endpoint a path", {"token_endpoint": lambda p: p.path + p.at["token"]}),
            ("token_endpoint without a scheme", {"token_endpoint": lambda p: p.url("token").removeprefix("http:")}),
            ("token_endpoint a list", {"token_endpoint": lambda p: [p.url("token")]}),
            ("jwks_uri a file", {"jwks_uri": "file:///etc/passwd"}),
            ("authorization_endpoint a script", {"authorization_endpoint": "javascript:alert(1)"}),
        ]
    ),
    *(
        oddity
        for name in ["issuer", "token_endpoint"]
        for oddity in twice("metadata with", "metadata", name, "https://evil.example/x")
    ),
    Oddity("metadata of 404", metadata=body(lambda text: text, status=404)),
    Oddity("metadata of 201", metadata=body(lambda text: text, status=201)),
    Oddity("metadata of 500", metadata=body(lambda text: text, status=500)),
]

GOOD_METADATA = [
    *named("metadata", "metadata", WELL_CONNECTED),
    Oddity(
        "metadata with members that mean nothing to us",
        metadata=members(mtls_endpoint_aliases={"token_endpoint": "x"}, x=[1, {}], op_tos_uri=lambda p: p.sink_url),
    ),
    Oddity(
        "metadata without what is optional",
        metadata=members(end_session_endpoint=ABSENT, scopes_supported=ABSENT, response_modes_supported=ABSENT),
    ),
    Oddity("metadata with PKCE plain too", metadata=members(code_challenge_methods_supported=["plain", "S256"])),
    Oddity(
        "metadata with HS256 too", metadata=members(id_token_signing_alg_values_supported=["none", "HS256", "RS256"])
    ),
    Oddity(
        "metadata with queries", metadata=members(authorization_endpoint=lambda p: p.url("authorize") + "?tenant=a%26b")
    ),
]

# Key sets whose answer is no key set.
BAD_KEY_ANSWERS = [
    *named("keys", "keys", BAD_JSON),
    *named("keys", "keys", REDIRECTS),
    Oddity("keys of 404", keys=body(lambda text: text, status=404)),
    Oddity("keys of 500", keys=body(lambda text: text, status=500)),
    Oddity("keys of 201", keys=body(lambda text: text, status=201)),
    *twice("keys with", "keys", "keys", []),
]
GOOD_KEY_ANSWERS = [
    *named("keys", "keys", WELL_CONNECTED),
    Oddity("keys as a JWK set", keys=body(lambda text: text, content_type="application/jwk-set+json")),
]
