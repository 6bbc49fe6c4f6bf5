"""ID tokens and key sets made by hand, so that every part of them can be wrong. Nothing here is ours or a library's but
the arithmetic of the signatures."""

import base64
import copy
import functools
import hashlib
import hmac
import json
import re

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# The first two parts of one, in what a program wrote. A random value may hold `eyJ` too, but no dot; in a database what is sealed
# (`v1.`, the key's name, a dot) may follow it at once. No JSON object ends in `v1`: that is no `}` in base64url.
SIGNED_TOKEN = re.compile(r"eyJ[\w-]*(?<!v1)\.[\w-]+\.")

SHA2 = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, length=None):
    """An unsigned number as JWK has them."""
    return base64url(value.to_bytes(length or max(1, (value.bit_length() + 7) // 8), "big"))


@functools.cache
def rsa_private(name, bits):
    """Making a key takes long: the same name is the same key."""
    return rsa.generate_private_key(65537, bits) if bits >= 1024 else SmallRSA(bits)


@functools.cache
def ec_private(name, curve):
    return ec.generate_private_key(curve())


class SmallRSA:
    """A key of so few bits that no library makes one any more."""

    def __init__(self, bits):
        self.n, self.e, self.d = _rsa_numbers(bits, rsa.generate_private_key(65537, 1024).private_numbers())

    def sign(self, text):
        size = (self.n.bit_length() + 7) // 8
        info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(text).digest()
        block = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
        return pow(int.from_bytes(block, "big"), self.d, self.n).to_bytes(size, "big")


def _rsa_numbers(bits, seed):
    """From the beginnings of the primes of 512 bits that a library's key has."""
    p, q = (_prime_near(value >> (512 - bits // 2)) for value in (seed.p, seed.q))
    e = 65537
    return p * q, e, pow(e, -1, (p - 1) * (q - 1))


def _prime_near(value):
    value |= 3 << (value.bit_length() - 2) | 1
    while pow(2, value - 1, value) != 1 or (value - 1) % 65537 == 0:
        value += 2
    return value


class Key:
    """A key of the provider."""

    def __init__(self, kid, kind="RSA", bits=2048, curve=ec.SECP256R1):
        self.kid = kid
        self.kind = kind
        self.private = rsa_private(kid, bits) if kind == "RSA" else ec_private(kid, curve)
        self.algorithm = "RS256" if kind == "RSA" else "ES256"

    @property
    def jwk(self):
        head = {"kty": self.kind, "kid": self.kid, "use": "sig", "alg": self.algorithm}
        if isinstance(self.private, SmallRSA):
            return head | {"n": number(self.private.n), "e": number(self.private.e)}
        public = self.private.public_key().public_numbers()
        if self.kind == "RSA":
            return head | {"n": number(public.n), "e": number(public.e)}
        size = (self.private.key_size + 7) // 8
        name = {256: "P-256", 384: "P-384", 521: "P-521"}[self.private.key_size]
        return head | {"crv": name, "x": number(public.x, size), "y": number(public.y, size)}

    def public(self, form, kind=serialization.PublicFormat.SubjectPublicKeyInfo):
        return self.private.public_key().public_bytes(form, kind)

    @property
    def pem(self):
        return self.public(serialization.Encoding.PEM)

    @property
    def der(self):
        return self.public(serialization.Encoding.DER)

    def sign(self, text, algorithm):
        """A signature by a method of JWA (RFC 7518), whichever the key allows."""
        if isinstance(self.private, SmallRSA):
            return self.private.sign(text)
        sha = SHA2[algorithm[-3:]]
        match algorithm[:2]:
            case "RS":
                return self.private.sign(text, padding.PKCS1v15(), sha)
            case "PS":
                return self.private.sign(text, padding.PSS(padding.MGF1(sha), sha.digest_size), sha)
            case "ES":
                r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(sha)))
                size = (self.private.key_size + 7) // 8
                return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        raise ValueError(algorithm)


class Token:
    """An ID token before it is signed: what an oddity changes."""

    def __init__(self, key, claims, access_token):
        self.key = key
        self.header = {"alg": key.algorithm, "kid": key.kid, "typ": "JWT"}
        self.claims = claims
        self.access_token = access_token
        self.now = claims["iat"]

    @property
    def head(self):
        return base64url(json.dumps(self.header).encode())

    @property
    def body(self):
        return base64url(json.dumps(self.claims).encode())

    def signed(self, head=None, body=None, algorithm=None, key=None):
        """The three parts, each replaced by what is given; a part may be text that is no JSON at all."""
        text = f"{head or self.head}.{body or self.body}"
        key = key or self.key
        return f"{text}.{base64url(key.sign(text.encode(), algorithm or key.algorithm))}"

    def with_secret(self, secret, algorithm="HS256"):
        """Signed as if the secret were shared."""
        text = f"{self.head}.{self.body}"
        digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
        return f"{text}.{base64url(hmac.new(secret, text.encode(), digest).digest())}"

    def copy(self):
        return copy.deepcopy(self)

    def __deepcopy__(self, _):
        other = Token(self.key, copy.deepcopy(self.claims), self.access_token)
        other.header = copy.deepcopy(self.header)
        return other


def half_hash(text, digest=hashlib.sha256):
    """`at_hash` (OpenID Connect Core 1.0 §3.1.3.6)."""
    whole = digest(text.encode()).digest()
    return base64url(whole[: len(whole) // 2])
