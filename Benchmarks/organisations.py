"""Many organisations in one database, each connected to an org of its own size, on one server."""

import concurrent.futures
import json

from okta_org import Org, Size
from row import Row

SIZE = Size(users=100, groups=5)
AT_ONCE = 2
LONGEST = 1_800


def organisations(kind, _, options):
    """Figures of the first full round of `timus serve`. One simulator stands for the orgs of all."""
    count = options.organisations
    options.note(f"{kind.name}: {count} organisations, which takes minutes to set up")
    with Org(SIZE) as org, kind.new() as timus:
        groups = set_up(timus, org, count)
        org.forget_requests()
        with timus.serve("--organisation", "org-1", "--sync-every", 10) as server:
            # Seldom, for asking takes the machine's time as well.
            server.wait_until(lambda: synchronized(timus.database) >= count, LONGEST, every=2)
            figures = {
                "organisations": count,
                "groups_each": groups,
                "users": timus.database.query("SELECT count(*) FROM users")[0][0],
                "cpu_seconds": server.cpu_seconds,
                "peak_megabytes": server.peak_megabytes,
                "requests_by_the_simulator": org.requests()["total"],
            } | first_round(timus.database)
    return figures


def set_up(timus, org, count):
    """Connects each organisation and chooses all of its groups; how many those are."""
    names = [f"org-{number + 1}" for number in range(count)]

    def connect(name):
        timus.connect(org, "--organisation", name, "--create-organisation")

    def choose(name):
        timus("okta", "choose", "--group", *groups, "--organisation", name)

    # The first makes the database and the key.
    connect(names[0])
    groups = timus.groups(False, "--organisation", names[0])
    choose(names[0])
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda name: (connect(name), choose(name)), names[1:]))
    return len(groups)


def synchronized(database):
    """How many organisations have synchronized."""
    return database.query("SELECT count(DISTINCT organisation_id) FROM sync_run WHERE state = 'succeeded'")[0][0]


def first_round(database):
    """The seconds from the first start to the end of the last organisation's first run, and what those runs asked."""
    firsts = {}
    runs = "SELECT organisation_id, started_at, finished_at, counts FROM sync_run WHERE state = 'succeeded'"
    for organisation, started, ended, counts in database.query(f"{runs} ORDER BY started_at"):
        firsts.setdefault(organisation, (started, ended, json.loads(counts)["requests"]))
    started, ended, requests = zip(*firsts.values())
    return {"seconds": (max(ended) - min(started)) / 1000, "requests": sum(requests)}


def organisation_rows(name, figures):
    count = figures["organisations"]
    return {
        "organisations": [
            Row(
                f"{name}: {count:,} organisations of {SIZE.users} users, a full round",
                f"{figures['seconds']:.1f} s, {figures['requests']:,} requests, {figures['peak_megabytes']:.0f} MB, "
                f"CPU {figures['cpu_seconds']:.1f} s",
            )
        ]
    }
