"""A gateway that is there for the server only: it enrols, confirms and reports as a machine's would, and holds no tunnel."""

import re
import subprocess

import requests


def wireguard_key():
    """A public key, made as a machine makes it."""
    private = subprocess.run(["wg", "genkey"], capture_output=True, text=True, check=True).stdout
    return subprocess.run(["wg", "pubkey"], input=private, capture_output=True, text=True, check=True).stdout.strip()


class EnrolledGateway:
    def __init__(self, origin, code):
        self.origin = origin.rstrip("/")
        answer = self.enrol(code)
        assert answer.ok, answer.text
        self.bearer = {"Authorization": "Bearer " + answer.json()["token"]}

    def enrol(self, code):
        body = {"code": code, "public_key": wireguard_key()}
        return requests.post(f"{self.origin}/gateway/v1/enrolment", json=body, timeout=30)

    def report(self, peers=(), version="0.1.0", refused=0):
        """- peers: (public key, time of the last handshake, bytes received, bytes sent)."""
        peers = [dict(zip(["public_key", "last_handshake_at", "received_bytes", "sent_bytes"], peer)) for peer in peers]
        body = {"version": version, "implementation": "kernel", "refused_packets": refused, "peers": peers}
        return requests.post(f"{self.origin}/gateway/v1/reports", json=body, headers=self.bearer, timeout=30)

    def confirm(self):
        """Hears the site's state as it is now, and says that it is in force."""
        stream = requests.get(f"{self.origin}/gateway/v1/peers", headers=self.bearer, stream=True, timeout=30)
        with stream:
            state = next(stream.iter_lines()).decode()
        body = {"revision": int(re.search(r'"revision":(\d+)', state)[1])}
        answer = requests.post(f"{self.origin}/gateway/v1/acknowledgements", json=body, headers=self.bearer, timeout=30)
        assert answer.ok, answer.text
        return state
