"""The ID tokens of the odd provider: those that must not open a session, and those that must."""

import base64
import hashlib
import json
import time
import zlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from odd_provider import CLIENT_ID, Oddity
from tokens import Key, base64url, half_hash, number

ABSENT = object()
STRANGER = "0oastranger"
NEW = Key("rsa-new")
# The order of P-256, which no signature may reach (FIPS 186-4 §6.4).
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def claims(**changes):
    """Other claims: a value, what a function makes of the token, or none at all."""
    return lambda token, provider: _change(token, token.claims, changes)


def header(**changes):
    return lambda token, provider: _change(
        token, token.header, {name.replace("_", "#"): new for name, new in changes.items()}
    )


def _change(token, part, changes):
    for name, new in changes.items():
        if new is ABSENT:
            part.pop(name, None)
        else:
            part[name] = new(token) if callable(new) else new
    return token


def told(**changes):
    """As `claims`, of the provider: for what depends on it."""
    return lambda token, provider: claims(**{name: make(provider) for name, make in changes.items()})(token, provider)


def text(make):
    """The whole token as text."""
    return lambda token, provider: make(token)


def raw_claims(make):
    """Claims as JSON that no library writes."""
    return lambda token, provider: token.signed(body=base64url(_bytes(make(json.dumps(token.claims)))))


def raw_header(make):
    return lambda token, provider: token.signed(head=base64url(_bytes(make(json.dumps(token.header)))))


def _bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def by(algorithm, kid=None):
    """Signed well by that method, and named so."""

    def make(token, provider):
        key = provider.other_key if algorithm.startswith("ES") else provider.key
        token.header |= {"alg": algorithm, "kid": kid or key.kid}
        return token.signed(algorithm=algorithm, key=key)

    return make


def es256(token, provider):
    token.key = provider.other_key
    token.header |= {"alg": "ES256", "kid": token.key.kid}
    return token


def shared(secret, algorithm="HS256"):
    """Signed with something public, or with the client's secret, as if it were a shared key."""

    def make(token, provider):
        token.header["alg"] = algorithm
        return token.with_secret(_bytes(secret(provider)), algorithm)

    return make


def unsigned(algorithm, keeps_signature=False):
    def make(token, provider):
        signature = token.signed().split(".")[2] if keeps_signature else ""
        if algorithm is ABSENT:
            del token.header["alg"]
        else:
            token.header["alg"] = algorithm
        return f"{token.head}.{token.body}.{signature}"

    return make


def signature(make):
    """Another signature: a function of the right one's bytes."""

    def change(token, provider):
        head, body, right = token.signed().split(".")
        return f"{head}.{body}.{base64url(make(base64.urlsafe_b64decode(right + '==')))}"

    return change


def es256_signature(r, s):
    def make(token, provider):
        es256(token, provider)
        return f"{token.head}.{token.body}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    return make


def es256_der(token, provider):
    es256(token, provider)
    text = f"{token.head}.{token.body}"
    return f"{text}.{base64url(token.key.private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))}"


def own_key(**more):
    """Signed by a key of the attacker's, which the header brings or points to."""

    def make(token, provider):
        stranger = Key("stranger")
        values = {name.replace("_", "#"): value(provider, stranger) for name, value in more.items()}
        token.header |= values | {"kid": stranger.kid}
        return token.signed(key=stranger)

    return make


def pointing(**more):
    """Signed well, with a header that says where to look as well."""
    return lambda token, provider: _change(
        token, token.header, {name.replace("_", "#"): value(provider, provider.key) for name, value in more.items()}
    )


def edwards(token, provider):
    token.header |= {"alg": "EdDSA"}
    signed = f"{token.head}.{token.body}"
    return f"{signed}.{base64url(ed25519.Ed25519PrivateKey.generate().sign(signed.encode()))}"


def swapped_claims(token, provider):
    """The claims of somebody else under the signature of these."""
    head, _, right = token.signed().split(".")
    token.claims["sub"] = "00ubob0000000000odd2"
    return f"{head}.{token.body}.{right}"


def zipped(token, provider):
    token.header["zip"] = "DEF"
    packer = zlib.compressobj(wbits=-15)
    return token.signed(body=base64url(packer.compress(json.dumps(token.claims).encode()) + packer.flush()))


def stray_bits(token, provider):
    """The last letter of the signature's base64 with bits set that mean nothing."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    signed = token.signed()
    return signed[:-1] + letters[letters.index(signed[-1]) | 1]


def der_certificate(provider, key):
    return base64.b64encode(key.der).decode()


def twice(name, value):
    """A claim that comes twice: the wrong one first, or last."""
    member = f'"{name}": {json.dumps(value)}'
    return [
        Oddity(f"{name} twice, wrong first", id_token=raw_claims(lambda text: f"{{{member}, {text[1:]}")),
        Oddity(f"{name} twice, wrong last", id_token=raw_claims(lambda text: f"{text[:-1]}, {member}}}")),
    ]


ISSUERS = [
    Oddity("iss missing", id_token=claims(iss=ABSENT)),
    Oddity("iss null", id_token=claims(iss=None)),
    Oddity("iss empty", id_token=claims(iss="")),
    Oddity("iss a number", id_token=claims(iss=1)),
    Oddity("iss a list of it", id_token=told(iss=lambda p: [p.issuer])),
    Oddity("iss another", id_token=claims(iss="https://evil.example")),
    Oddity("iss with a slash at the end", id_token=told(iss=lambda p: p.issuer + "/")),
    Oddity("iss in capitals", id_token=told(iss=lambda p: p.issuer.upper())),
    Oddity("iss with https", id_token=told(iss=lambda p: p.issuer.replace("http:", "https:"))),
    Oddity(
        "iss with another name of the host", id_token=told(iss=lambda p: p.issuer.replace("127.0.0.1", "localhost"))
    ),
    Oddity(
        "iss with another spelling of the host", id_token=told(iss=lambda p: p.issuer.replace("127.0.0.1", "127.1"))
    ),
    Oddity("iss percent-encoded", id_token=told(iss=lambda p: p.issuer.replace("127", "%3127"))),
    Oddity("iss of a custom server", id_token=told(iss=lambda p: p.issuer + "/oauth2/default")),
    Oddity("iss without the port", id_token=told(iss=lambda p: p.issuer.rpartition(":")[0])),
    Oddity("iss with a blank", id_token=told(iss=lambda p: p.issuer + " ")),
    Oddity("iss with a NUL", id_token=told(iss=lambda p: p.issuer + "\0")),
    Oddity("iss with a homograph", id_token=told(iss=lambda p: p.issuer.replace("1", "\uff11"))),
]

AUDIENCES = [
    Oddity("aud missing", id_token=claims(aud=ABSENT)),
    Oddity("aud null", id_token=claims(aud=None)),
    Oddity("aud empty", id_token=claims(aud="")),
    Oddity("aud an empty list", id_token=claims(aud=[])),
    Oddity("aud a number", id_token=claims(aud=5)),
    Oddity("aud an object", id_token=claims(aud={CLIENT_ID: True})),
    Oddity("aud another", id_token=claims(aud=STRANGER)),
    Oddity("aud in capitals", id_token=claims(aud=CLIENT_ID.upper())),
    Oddity("aud longer", id_token=claims(aud=CLIENT_ID + "x")),
    Oddity("aud the issuer", id_token=told(aud=lambda p: p.issuer)),
    Oddity("aud a list with a stranger", id_token=claims(aud=[CLIENT_ID, STRANGER])),
    Oddity("aud a list with a stranger and azp", id_token=claims(aud=[CLIENT_ID, STRANGER], azp=CLIENT_ID)),
    Oddity("aud a list of strangers", id_token=claims(aud=[STRANGER], azp=CLIENT_ID)),
    Oddity("aud a list with a number", id_token=claims(aud=[CLIENT_ID, 1])),
    Oddity("aud a list in a list", id_token=claims(aud=[[CLIENT_ID]])),
    Oddity("azp another", id_token=claims(azp=STRANGER)),
    Oddity("azp empty", id_token=claims(azp="")),
    Oddity("azp a number", id_token=claims(azp=1)),
    Oddity("azp a list", id_token=claims(azp=[CLIENT_ID])),
]

TIMES = [
    Oddity("exp missing", id_token=claims(exp=ABSENT)),
    Oddity("exp null", id_token=claims(exp=None)),
    Oddity("exp a word", id_token=claims(exp="never")),
    Oddity("exp a number as text", id_token=claims(exp=lambda token: str(token.now + 3600))),
    Oddity("exp 1e99 as text", id_token=claims(exp="1e99")),
    Oddity("exp 1e99", id_token=claims(exp=1e99)),
    Oddity("exp 1e308", id_token=claims(exp=1e308)),
    Oddity("exp beyond numbers", id_token=raw_claims(lambda t: t.replace('"exp": ', '"exp": 9e9999, "was": '))),
    Oddity("exp NaN", id_token=claims(exp=float("nan"))),
    Oddity("exp infinite", id_token=claims(exp=float("inf"))),
    Oddity("exp negative", id_token=claims(exp=-1)),
    Oddity("exp zero", id_token=claims(exp=0)),
    Oddity("exp true", id_token=claims(exp=True)),
    Oddity("exp a list", id_token=claims(exp=lambda token: [token.now + 3600])),
    Oddity("exp 61 seconds ago", id_token=claims(exp=lambda token: token.now - 61)),
    Oddity("exp yesterday", id_token=claims(exp=lambda token: token.now - 86_400)),
    Oddity("iat missing", id_token=claims(iat=ABSENT)),
    Oddity("iat null", id_token=claims(iat=None)),
    Oddity("iat as text", id_token=claims(iat=lambda token: str(token.now))),
    Oddity("iat NaN", id_token=claims(iat=float("nan"))),
    Oddity("iat 1e99", id_token=claims(iat=1e99)),
    Oddity("iat negative", id_token=claims(iat=-1)),
    Oddity("iat true", id_token=claims(iat=True)),
    # The product allows 60 seconds; some pass until it looks.
    Oddity("iat 80 seconds ahead", id_token=claims(iat=lambda token: token.now + 80)),
    Oddity("iat eleven minutes ago", id_token=claims(iat=lambda token: token.now - 660)),
    Oddity("nbf 80 seconds ahead", id_token=claims(nbf=lambda token: token.now + 80)),
    Oddity("nbf as text", id_token=claims(nbf=lambda token: str(token.now))),
    Oddity("nbf NaN", id_token=claims(nbf=float("nan"))),
]

NONCES = [
    Oddity("nonce missing", id_token=claims(nonce=ABSENT)),
    Oddity("nonce null", id_token=claims(nonce=None)),
    Oddity("nonce empty", id_token=claims(nonce="")),
    Oddity("nonce another", id_token=claims(nonce="A" * 43)),
    Oddity("nonce a list of it", id_token=claims(nonce=lambda token: [token.claims["nonce"]])),
    Oddity("nonce a number", id_token=claims(nonce=7)),
    Oddity("nonce cut", id_token=claims(nonce=lambda token: token.claims["nonce"][:-1])),
    Oddity("nonce longer", id_token=claims(nonce=lambda token: token.claims["nonce"] + "A")),
    Oddity("nonce in capitals", id_token=claims(nonce=lambda token: token.claims["nonce"].upper() + "a")),
    Oddity("nonce with a NUL", id_token=claims(nonce=lambda token: token.claims["nonce"] + "\0")),
    Oddity("nonce hashed", id_token=claims(nonce=lambda token: half_hash(token.claims["nonce"]))),
]

SUBJECTS = [
    Oddity("sub missing", id_token=claims(sub=ABSENT)),
    Oddity("sub null", id_token=claims(sub=None)),
    Oddity("sub empty", id_token=claims(sub="")),
    Oddity("sub blank", id_token=claims(sub=" ")),
    Oddity("sub of 256 characters", id_token=claims(sub="0" * 256)),
    Oddity("sub of 300 characters", id_token=claims(sub="00u" * 100)),
    Oddity("sub a number", id_token=claims(sub=12345)),
    Oddity("sub true", id_token=claims(sub=True)),
    Oddity("sub a list of it", id_token=claims(sub=lambda token: [token.claims["sub"]])),
    Oddity("sub with a NUL", id_token=claims(sub=lambda token: token.claims["sub"] + "\0")),
    Oddity("sub with a blank at the end", id_token=claims(sub=lambda token: token.claims["sub"] + " ")),
    Oddity("sub with a line end", id_token=claims(sub=lambda token: token.claims["sub"] + "\n")),
    Oddity("sub beyond ASCII", id_token=claims(sub=lambda token: token.claims["sub"] + "\u00e9")),
]

HASHES = [
    Oddity("at_hash of another token", id_token=claims(at_hash=half_hash("another"))),
    Oddity("at_hash empty", id_token=claims(at_hash="")),
    Oddity("at_hash null", id_token=claims(at_hash=None)),
    Oddity("at_hash a number", id_token=claims(at_hash=1)),
    Oddity("at_hash by SHA-512", id_token=claims(at_hash=lambda token: half_hash(token.access_token, hashlib.sha512))),
    Oddity(
        "at_hash whole",
        id_token=claims(at_hash=lambda token: base64url(hashlib.sha256(token.access_token.encode()).digest())),
    ),
    Oddity("at_hash padded", id_token=claims(at_hash=lambda token: token.claims["at_hash"] + "==")),
    Oddity("at_hash cut", id_token=claims(at_hash=lambda token: token.claims["at_hash"][:-1])),
]

ALGORITHMS = [
    *(
        Oddity(f"alg {name}", id_token=unsigned(algorithm))
        for name, algorithm in [
            ("none", "none"),
            ("None", "None"),
            ("nOnE", "nOnE"),
            ("NONE", "NONE"),
            ("empty", ""),
            ("blank", " none"),
            ("null", None),
            ("a number", 0),
            ("a list", ["none"]),
            ("missing", ABSENT),
            ("RS256 unsigned", "RS256"),
        ]
    ),
    Oddity("alg none with a good signature", id_token=unsigned("none", keeps_signature=True)),
    Oddity("alg in small letters", id_token=unsigned("rs256", keeps_signature=True)),
    Oddity("HS256 by the PEM", id_token=shared(lambda p: p.key.pem)),
    Oddity("HS256 by the PEM without its last line end", id_token=shared(lambda p: p.key.pem.rstrip())),
    Oddity(
        "HS256 by the PKCS1 PEM",
        id_token=shared(lambda p: p.key.public(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1)),
    ),
    Oddity("HS256 by the DER", id_token=shared(lambda p: p.key.der)),
    Oddity("HS256 by the modulus as text", id_token=shared(lambda p: p.key.jwk["n"])),
    Oddity("HS256 by the modulus", id_token=shared(lambda p: base64.urlsafe_b64decode(p.key.jwk["n"] + "=="))),
    Oddity("HS256 by the JWK", id_token=shared(lambda p: json.dumps(p.key.jwk))),
    Oddity("HS256 by an empty secret", id_token=shared(lambda p: "")),
    Oddity("HS256 by the client secret", id_token=shared(lambda p: p.client_secret)),
    Oddity("HS512 by the client secret", id_token=shared(lambda p: p.client_secret, "HS512")),
    *(Oddity(f"{name} by the right key", id_token=by(name)) for name in ["RS384", "RS512", "PS256", "PS384"]),
    Oddity("EdDSA", id_token=edwards),
    Oddity("PS256 signed as RS256", id_token=lambda t, p: header(alg="PS256")(t, p).signed(algorithm="RS256")),
    Oddity("RS256 signed as PS256", id_token=text(lambda token: token.signed(algorithm="PS256"))),
    Oddity("RS256 by the name of an EC key", id_token=header(kid="ec-1")),
    Oddity("RS256 signed by an EC key", id_token=lambda t, p: t.signed(key=p.other_key, algorithm="ES256")),
    Oddity("ES256 by the name of an RSA key", id_token=header(alg="ES256")),
    Oddity("ES256 by an RSA key's name, signed by EC", id_token=by("ES256", kid="rsa-1")),
    Oddity("ES256 with r and s zero", id_token=es256_signature(0, 0)),
    Oddity("ES256 with r and s one", id_token=es256_signature(1, 1)),
    Oddity("ES256 with r and s the order", id_token=es256_signature(ORDER, ORDER)),
    Oddity("ES256 with an empty signature", id_token=lambda t, p: es256(t, p).signed().rpartition(".")[0] + "."),
    Oddity("ES256 with a DER signature", id_token=es256_der),
    Oddity("ES256 by a stranger", id_token=lambda t, p: es256(t, p).signed(key=Key("strange-ec", "EC"))),
]

SIGNATURES = [
    Oddity("signature by a stranger", id_token=lambda t, p: t.signed(key=Key("stranger"))),
    Oddity("signature with one bit turned", id_token=signature(lambda right: right[:-1] + bytes([right[-1] ^ 1]))),
    Oddity("signature cut", id_token=signature(lambda right: right[:-1])),
    Oddity("signature longer", id_token=signature(lambda right: right + b"\0")),
    Oddity("signature of zeros", id_token=signature(lambda right: bytes(len(right)))),
    Oddity("signature of one", id_token=signature(lambda right: bytes(len(right) - 1) + b"\1")),
    Oddity("signature of other claims", id_token=swapped_claims),
    Oddity("signature in padded base64", id_token=text(lambda token: token.signed() + "==")),
    Oddity("signature with stray bits", id_token=stray_bits),
    Oddity("signature with a line end", id_token=text(lambda token: token.signed() + "\n")),
    Oddity("signature with blanks before", id_token=text(lambda token: " " + token.signed())),
]

HEADERS = [
    Oddity("kid of no key", id_token=header(kid="nobody")),
    Oddity("kid a number", id_token=header(kid=1)),
    Oddity("kid empty", id_token=header(kid="")),
    Oddity("kid a path", id_token=header(kid="../../../../etc/passwd")),
    Oddity("kid a statement", id_token=header(kid="rsa-1' OR '1'='1")),
    Oddity("kid with a NUL", id_token=header(kid="rsa-1\0")),
    Oddity("kid in capitals", id_token=header(kid="RSA-1")),
    Oddity("kid of 300 characters", id_token=header(kid="k" * 300)),
    Oddity("crit with b64 false", id_token=header(crit=["b64"], b64=False)),
    Oddity("crit unknown", id_token=header(crit=["exp"], exp=0)),
    Oddity("crit empty", id_token=header(crit=[])),
    Oddity("b64 false", id_token=header(b64=False)),
    Oddity("jku beside a good key", id_token=pointing(jku=lambda p, k: p.sink_url)),
    Oddity("jku to a stranger's key", id_token=own_key(jku=lambda p, k: p.sink_url)),
    Oddity("x5u beside a good key", id_token=pointing(x5u=lambda p, k: p.sink_url)),
    Oddity("x5u to a stranger's key", id_token=own_key(x5u=lambda p, k: p.sink_url)),
    Oddity("jwk of a stranger", id_token=own_key(jwk=lambda p, k: k.jwk)),
    Oddity("jwk of the right key", id_token=pointing(jwk=lambda p, k: k.jwk)),
    Oddity("x5c of a stranger", id_token=own_key(x5c=lambda p, k: [der_certificate(p, k)])),
    Oddity("typ of an access token", id_token=header(typ="at+jwt")),
    Oddity("typ of a logout token", id_token=header(typ="logout+jwt")),
    Oddity("typ of Okta's revocation", id_token=header(typ="global-token-revocation+jwt")),
    Oddity("zip", id_token=zipped),
    Oddity("zip named only", id_token=header(zip="DEF")),
    Oddity("enc", id_token=header(enc="A128GCM")),
    Oddity("a header of 3 kB", id_token=header(padding="x" * 3000)),
    Oddity("alg twice, wrong first", id_token=raw_header(lambda text: '{"alg": "none", ' + text[1:])),
    Oddity("alg twice, wrong last", id_token=raw_header(lambda text: text[:-1] + ', "alg": "none"}')),
    Oddity("a header that is a list", id_token=raw_header(lambda text: f"[{text}]")),
    Oddity("a header that is no JSON", id_token=raw_header(lambda text: text[:-1])),
]

FORMS = [
    Oddity("empty", id_token=text(lambda token: "")),
    Oddity("one word", id_token=text(lambda token: "token")),
    Oddity("two dots", id_token=text(lambda token: "..")),
    Oddity("two parts", id_token=text(lambda token: token.signed().rpartition(".")[0])),
    Oddity("four parts", id_token=text(lambda token: token.signed() + ".e30")),
    Oddity("five parts", id_token=text(lambda token: token.signed() + ".e30.e30")),
    Oddity("16 kB of dots", id_token=text(lambda token: "." * (16 << 10))),
    Oddity("60 kB of dots", id_token=text(lambda token: "." * 60_000)),
    Oddity("5 MB of dots", id_token=text(lambda token: "." * 5_000_000)),
    Oddity("20 kB well signed", id_token=claims(padding="x" * 15_000)),
    Oddity("claims that are a list", id_token=raw_claims(lambda text: f"[{text}]")),
    Oddity("claims that are no JSON", id_token=raw_claims(lambda text: text[:-1])),
    Oddity("claims with a tail", id_token=raw_claims(lambda text: text + "{}")),
    Oddity("claims in UTF-16", id_token=raw_claims(lambda text: text.encode("utf-16"))),
    Oddity(
        "claims of broken UTF-8",
        id_token=raw_claims(lambda text: text.replace("Ann", "A?n").encode().replace(b"?", b"\xff")),
    ),
    Oddity(
        "claims 3,000 levels deep", id_token=raw_claims(lambda text: f'{{"deep": {"[" * 3000}{"]" * 3000}, {text[1:]}')
    ),
    *(
        oddity
        for name, value in [
            ("sub", "00ubob0000000000odd2"),
            ("aud", STRANGER),
            ("nonce", "A"),
            ("exp", 1),
            ("iss", "x"),
        ]
        for oddity in twice(name, value)
    ),
    Oddity(
        "sub twice, once escaped", id_token=raw_claims(lambda text: '{"s\\u0075b": "00ubob0000000000odd2", ' + text[1:])
    ),
    Oddity("single quotes", id_token=raw_claims(lambda text: text.replace('"', "'"))),
    Oddity("a comment", id_token=raw_claims(lambda text: text + "// no JSON")),
    Oddity("a comma at the end", id_token=raw_claims(lambda text: text[:-1] + ",}")),
]

BAD = ISSUERS + AUDIENCES + TIMES + NONCES + SUBJECTS + HASHES + ALGORITHMS + SIGNATURES + HEADERS + FORMS

GOOD = [
    Oddity("nothing odd"),
    Oddity("ES256", id_token=es256),
    Oddity("no typ", id_token=header(typ=ABSENT)),
    Oddity("typ in small letters", id_token=header(typ="jwt")),
    Oddity("a member of the header that means nothing to us", id_token=header(org="x")),
    Oddity("aud a list of one", id_token=claims(aud=[CLIENT_ID])),
    Oddity("azp ours", id_token=claims(azp=CLIENT_ID)),
    Oddity("no at_hash", id_token=claims(at_hash=ABSENT)),
    Oddity(
        "no claim that is optional",
        id_token=lambda token, provider: _change(
            token,
            token.claims,
            {
                name: ABSENT
                for name in ["name", "email", "ver", "jti", "amr", "preferred_username", "auth_time", "at_hash"]
            },
        ),
    ),
    Oddity(
        "claims that mean nothing to us", id_token=claims(groups=["a"] * 100, picture_sizes={"a": [1, None]}, acr="1")
    ),
    Oddity("optional claims of odd types", id_token=claims(name=1, email=["a@b.example"], preferred_username=None)),
    Oddity("email_verified as text", id_token=claims(email_verified="true")),
    Oddity("a name beyond ASCII", id_token=claims(name="\u00c5nn \U0001f600 \u202eddO")),
    Oddity("exp 45 seconds ago", id_token=claims(exp=lambda token: token.now - 45)),
    Oddity("exp in ten years", id_token=claims(exp=lambda token: token.now + 315_360_000)),
    Oddity("exp with a fraction", id_token=claims(exp=lambda token: token.now + 3600.5)),
    Oddity(
        "exp with an exponent",
        id_token=raw_claims(lambda t: t.replace('"exp": ', f'"exp": {time.time() + 99:.9e}, "was": ')),
    ),
    Oddity("iat 45 seconds ahead", id_token=claims(iat=lambda token: token.now + 45)),
    Oddity("iat nine minutes ago", id_token=claims(iat=lambda token: token.now - 540)),
    Oddity("nbf past", id_token=claims(nbf=lambda token: token.now - 1)),
    Oddity("nbf 45 seconds ahead", id_token=claims(nbf=lambda token: token.now + 45)),
    Oddity(
        "spaced out",
        id_token=raw_claims(lambda text: "\r\n\t " + text.replace(",", " ,\n\t").replace(":", " :", 1) + "\n"),
    ),
    Oddity("escaped letters", id_token=raw_claims(lambda text: text.replace('"sub"', '"s\\u0075b"'))),
    Oddity("15 kB well signed", id_token=claims(padding="x" * 10_000)),
    # Nothing behind these addresses is ever asked for.
    Oddity(
        "pictures",
        id_token=told(picture=lambda p: p.sink_url, profile=lambda p: p.sink_url, website=lambda p: p.sink_url),
    ),
    Oddity(
        "claims from elsewhere",
        id_token=told(_claim_names=lambda p: {"x": "s"}, _claim_sources=lambda p: {"s": {"endpoint": p.sink_url}}),
    ),
]


def key_set(*keys, **changes):
    """Another key set: keys, or JWKs as they are."""
    return lambda set, provider: {"keys": [key.jwk | changes if isinstance(key, Key) else key for key in keys]}


def signed_by(key, **changes):
    def make(token, provider):
        token.key = key
        return _change(token, token.header, {"alg": key.algorithm, "kid": key.kid} | changes)

    return make


def only(key, **changes):
    """A set with only that key, changed, which signs."""
    return {"keys": key_set(key, **changes), "id_token": signed_by(key)}


SECOND = Key("rsa-2")
CURVE_384 = Key("ec-384", "EC", curve=ec.SECP384R1)
EC = Key("ec-only", "EC")


def all_of(provider, *more):
    return {"keys": [key.jwk for key in provider.key_set] + list(more)}


# Key sets from which the key that signed must not be taken.
BAD_KEYS = [
    Oddity("RSA of 512 bits", **only(Key("small", bits=512))),
    Oddity("RSA of 1,024 bits", **only(Key("less-small", bits=1024))),
    Oddity("RSA with exponent one", **only(SECOND, e="AQ")),
    Oddity("RSA with an even exponent", **only(SECOND, e="Ag")),
    Oddity("a key for encryption", **only(SECOND, use="enc")),
    Oddity("a key of another method", **only(SECOND, alg="RS512")),
    Oddity("a key of another method, PS256", **only(SECOND, alg="PS256")),
    Oddity("a key of another type", **only(SECOND, kty="EC")),
    Oddity("a key for OAEP", **only(SECOND, alg="RSA-OAEP")),
    Oddity("P-384 as ES256", **only(CURVE_384, alg="ES256")),
    Oddity("P-256 as P-384", **only(EC, crv="P-384")),
    Oddity("a point off the curve", keys=key_set(EC, y=number(7, 32)), id_token=signed_by(EC)),
    Oddity("a point at nowhere", keys=key_set(EC, x=number(0, 32), y=number(0, 32)), id_token=signed_by(EC)),
    Oddity(
        "a shared key",
        keys=key_set({"kty": "oct", "kid": "oct-1", "k": base64url(b"secret" * 6), "alg": "HS256", "use": "sig"}),
        id_token=lambda t, p: header(alg="HS256", kid="oct-1")(t, p).with_secret(b"secret" * 6),
    ),
    Oddity("two keys of one name", keys=key_set(Key("rsa-1"), SECOND.jwk | {"kid": "rsa-1"})),
    Oddity("21 keys", keys=key_set(*(Key("rsa-1").jwk | {"kid": f"k{n}"} for n in range(20)), Key("rsa-1"))),
    Oddity("another key of the same name", keys=key_set(SECOND.jwk | {"kid": "rsa-1"})),
    Oddity("the private half only", keys=key_set({"kty": "RSA", "kid": "rsa-1", "d": "AQAB"})),
    Oddity("a modulus in padded base64", **only(SECOND, n=SECOND.jwk["n"] + "==")),
    Oddity("no key", keys=lambda set, p: {"keys": []}),
    Oddity("keys null", keys=lambda set, p: {"keys": None}),
    Oddity("keys an object", keys=lambda set, p: {"keys": {"rsa-1": p.key.jwk}}),
    Oddity("keys missing", keys=lambda set, p: {}),
    Oddity("a list of keys alone", keys=lambda set, p: set["keys"]),
    Oddity("a key alone", keys=lambda set, p: p.key.jwk),
    Oddity("no kid with two keys for it", keys=key_set(Key("rsa-1"), SECOND), id_token=header(kid=ABSENT)),
]

GOOD_KEYS = [
    Oddity("no kid with a single key", keys=key_set(Key("rsa-1")), id_token=header(kid=ABSENT)),
    Oddity(
        "no kid with a single key that has none",
        keys=lambda set, p: {"keys": [{name: value for name, value in p.key.jwk.items() if name != "kid"}]},
        id_token=header(kid=ABSENT),
    ),
    Oddity("no kid with a single key of its type", id_token=header(kid=ABSENT)),
    Oddity(
        "no kid beside a key for encryption",
        keys=lambda set, p: {"keys": [SECOND.jwk | {"use": "enc"}, p.key.jwk]},
        id_token=header(kid=ABSENT),
    ),
    Oddity("two RSA keys, the second signs", keys=key_set(Key("rsa-1"), SECOND), id_token=signed_by(SECOND)),
    Oddity("only EC", **only(EC)),
    Oddity(
        "no use and no alg",
        keys=lambda set, p: {"keys": [{n: v for n, v in p.key.jwk.items() if n not in ["use", "alg"]}]},
    ),
    Oddity(
        "certificates beside the key",
        keys=lambda set, p: {"keys": [p.key.jwk | {"x5c": ["MIIB"], "x5t": "x", "x5u": p.sink_url}]},
    ),
    Oddity("key_ops", keys=lambda set, p: {"keys": [p.key.jwk | {"key_ops": ["verify"]}]}),
    Oddity("the same key twice", keys=lambda set, p: {"keys": [p.key.jwk, p.key.jwk]}),
    Oddity(
        "keys of kinds to come",
        keys=lambda set, p: all_of(
            p, {"kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "x"}, {"kty": "OKP", "crv": "Ed25519", "x": "x"}
        ),
    ),
    Oddity("members that are no keys", keys=lambda set, p: all_of(p, None, 5, "key", [], {}, {"kty": 1, "kid": []})),
    Oddity("members beside the keys", keys=lambda set, p: set | {"issuer": p.issuer, "next": [1]}),
    Oddity("a weak key beside", keys=lambda set, p: all_of(p, Key("less-small", bits=1024).jwk)),
    Oddity(
        "the largest set",
        keys=lambda set, p: {"keys": [Key("rsa-1").jwk | {"kid": f"k{n}"} for n in range(19)] + [p.key.jwk]},
    ),
    Oddity("RSA of 4,096 bits", **only(Key("large", bits=4096))),
]
