"""The floor: the same pages of Okta's API, fetched by six connections and thrown away."""

import concurrent.futures
import dataclasses
import http.client
import json
import re
import threading
import time
import urllib.parse

CONNECTIONS = 6


@dataclasses.dataclass
class Fetch:
    seconds: float
    requests: int
    megabytes: float


class Reader:
    """Reads lists, with one connection for each thread."""

    def __init__(self, origin, token):
        self.host = urllib.parse.urlsplit(origin).netloc
        self.origin = origin
        self.headers = {"Authorization": f"SSWS {token}", "Accept": "application/json"}
        self.own = threading.local()

    def pages(self, path):
        """The bodies of a list's pages, in their order."""
        bodies = []
        while path:
            if not hasattr(self.own, "connection"):
                self.own.connection = http.client.HTTPConnection(self.host, timeout=60)
            self.own.connection.request("GET", path, headers=self.headers)
            answer = self.own.connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"error: {path} answered {answer.status}")
            bodies.append(body)
            links = ", ".join(answer.headers.get_all("Link") or [])
            following = re.search(r'<([^>]*)>; *rel="next"', links)
            path = following.group(1).removeprefix(self.origin) if following else None
        return bodies


def plain_fetch(origin, token):
    """Fetches the catalogue, then the members of every group."""
    reader = Reader(origin, token)
    start = time.perf_counter()
    bodies = reader.pages("/api/v1/groups?limit=200&expand=stats")
    groups = [group["id"] for body in bodies for group in json.loads(body)]
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
        for pages in pool.map(lambda group: reader.pages(f"/api/v1/groups/{group}/users?limit=1000"), groups):
            bodies += pages
    seconds = time.perf_counter() - start
    return Fetch(seconds, len(bodies), sum(map(len, bodies)) / 1e6)
