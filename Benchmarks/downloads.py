"""The floor: the same pages of Okta's API, fetched with some connections and thrown away.

Three programs do it, and the fastest counts: `curl --parallel`, Python processes and Python threads. All of them are
told the address of every page beforehand; a real reader has to find the groups, and the next page of each, as it reads.
"""

import concurrent.futures
import contextlib
import dataclasses
import functools
import http.client
import json
import multiprocessing
import re
import shutil
import sys
import tempfile
import threading
import time
import urllib.parse

from programs import run_tool

# The connection of a thread of a pool; the one thread of a process of a pool is a thread too.
own = threading.local()


@dataclasses.dataclass
class Download:
    seconds: float
    requests: int
    megabytes: float
    by: str


class Pages:
    """The addresses of every page of a full synchronization: the catalogue, and the members of the chosen groups."""

    def __init__(self, org, everyone=False):
        self.host = urllib.parse.urlsplit(org.origin).netloc
        self.headers = {"Authorization": org.authorization, "Accept": "application/json"}
        with contextlib.closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            catalogue = list(self._list(connection, "/api/v1/groups?limit=200&expand=stats"))
            groups = [group for _, body in catalogue for group in json.loads(body)]
            self.addresses = [address for address, _ in catalogue]
            for group in groups:
                # Nobody has to be asked for in a group that Okta counts as empty.
                is_empty = group["_embedded"]["stats"]["usersCount"] == 0
                if not is_empty and (everyone or group["profile"]["name"] != "Everyone"):
                    list_of_members = f"/api/v1/groups/{group['id']}/users?limit=1000"
                    self.addresses += [address for address, _ in self._list(connection, list_of_members)]

    def _list(self, connection, address):
        """Each page's address and body."""
        while address:
            body, links = self.get(connection, address)
            yield address, body
            following = re.search(r'<https?://[^/>]*(/[^>]*)>; *rel="next"', ", ".join(links))
            address = following and following.group(1)

    def get(self, connection, address):
        """The body and the Link headers of one page."""
        connection.request("GET", address, headers=self.headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"error: {address} answered {answer.status}")
        return body, answer.headers.get_all("Link") or []


def curl(pages, connections):
    """One process of curl, with `connections` transfers at a time, each on a kept connection."""
    with tempfile.NamedTemporaryFile("w", suffix=".curl") as config:
        lines = ["silent", "show-error", "http1.1", "parallel", "parallel-immediate", f"parallel-max = {connections}"]
        lines += [f'header = "{name}: {value}"' for name, value in pages.headers.items()]
        lines.append(r'write-out = "%{http_code} %{size_download}\n"')
        for address in pages.addresses:
            lines += [f'url = "http://{pages.host}{address}"', 'output = "/dev/null"']
        config.write("\n".join(lines))
        config.flush()
        done = run_tool(shutil.which("curl") or "curl", "--disable", "--config", config.name)
    answers = [line.split() for line in done.answer.splitlines()]
    if len(answers) != len(pages.addresses) or any(status != "200" for status, _ in answers):
        sys.exit("error: curl did not get every page")
    return Download(done.seconds, len(answers), sum(int(size) for _, size in answers) / 1e6, "curl")


def threads(pages, connections):
    """Threads of this Python, each with a connection of its own."""
    start = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(connections) as pool:
        sizes = list(pool.map(lambda share: _sizes(pages, share), _shares(pages, connections)))
    return _download(pages, start, sizes, "Python threads")


def processes(pages, connections):
    """Python processes, each with a connection of its own; they are there before the clock starts."""
    with multiprocessing.get_context("fork").Pool(connections) as pool:
        pool.map(abs, range(connections))
        start = time.perf_counter()
        sizes = pool.starmap(_sizes, [(pages, share) for share in _shares(pages, connections)], chunksize=1)
        return _download(pages, start, sizes, "Python processes")


class Floor:
    """A full synchronization's pages, and the quickest of the three ways to get them.

    `tried` holds the seconds that each way needed: the better of two tries, after one by curl.
    """

    def __init__(self, org, everyone, connections):
        self.pages = Pages(org, everyone)
        self.connections = connections
        curl(self.pages, connections)
        seconds = {
            way: min(way(self.pages, connections).seconds for _ in range(2)) for way in (curl, threads, processes)
        }
        self.way = min(seconds, key=seconds.get)
        self.tried = {way.__name__: round(spent, 3) for way, spent in seconds.items()}

    def download(self):
        return self.way(self.pages, self.connections)


@functools.cache
def floor(org, everyone, connections):
    """The floor of one org, found once."""
    return Floor(org, everyone, connections)


def _shares(pages, connections):
    """Many small shares, so that no connection is idle at the end because its share was the lighter one."""
    count = connections * 16
    return [share for share in (pages.addresses[number::count] for number in range(count)) if share]


def _sizes(pages, share):
    if not hasattr(own, "connection"):
        own.connection = http.client.HTTPConnection(pages.host, timeout=60)
    return sum(len(pages.get(own.connection, address)[0]) for address in share)


def _download(pages, start, sizes, by):
    return Download(time.perf_counter() - start, len(pages.addresses), sum(sizes) / 1e6, by)
