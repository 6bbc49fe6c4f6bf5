"""`bin/bench pages`: Manager's pages, and the synchronization of a smaller org by command line and by button."""

import concurrent.futures
import math
import statistics
import urllib.parse

from downloads import floor
from machine import machine
from manager import RUNS, Manager
from okta_org import Org, Size
from pages_table import table
from postgresql import PostgreSQL
from programs import BIN
from sqlite import SQLite
from timus import ADMINISTRATOR, NO_CLOCK, PASSWORD

CONNECTIONS = 6


def add_options(parser):
    parser.add_argument("--users", type=int, default=10_000, help="people in the org beside its administrator")
    parser.add_argument("--groups", type=int, default=200, help="groups in the org beside Everyone")
    parser.add_argument("--runs", type=int, default=3, help="first synchronizations on each database")
    parser.add_argument("--requests", type=int, default=30, help="requests of each page")


def measure(options):
    size = Size(options.users, options.groups)
    options.note(f"An Okta simulator with {size}")
    figures = {
        "machine": machine(),
        "command": options.command,
        "build": BIN.name,
        "size": {"users": options.users, "groups": options.groups},
        "databases": {},
    }
    with Org(size) as org:
        least = floor(org, True, CONNECTIONS)
        for kind in (SQLite, PostgreSQL):
            with kind() as database:
                figures["databases"][database.name] = {
                    "command_line": command_line(database, org, least, options),
                    "server": server(database, org, options),
                }
        figures["simulator_peak_mb"] = org.peak_megabytes
    return figures


def save(figures):
    return table(figures)


def median(values):
    return statistics.median(values)


def p95(values):
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def command_line(database, org, least, options):
    """First synchronizations, each on a new database with a download before it; then what an unchanged one takes."""
    first, again, downloads = [], [], []
    for number in range(options.runs):
        options.note(f"{database.name}: first synchronization {number + 1} of {options.runs}")
        with database.new() as timus:
            timus.set_up(org)
            downloads.append(least.download())
            first.append(timus("sync", "--json"))
            again.append(timus("sync", "--json"))
            listing = timus("users", "--json")
    counts = first[-1].json["counts"]
    return {
        "download": {
            "seconds": median([one.seconds for one in downloads]),
            "requests": downloads[-1].requests,
            "megabytes": downloads[-1].megabytes,
            "by": downloads[-1].by,
        },
        "first_sync": synchronizations(first),
        "unchanged_sync": synchronizations(again),
        "ratio_to_download": median([sync.seconds / one.seconds for sync, one in zip(first, downloads)]),
        "read": {name: counts[name] for name in ("groups", "users", "memberships")},
        "users_listed": {"users": len(listing.json), "seconds": listing.seconds, "peak_mb": listing.peak_megabytes},
    }


def synchronizations(runs):
    return {
        "seconds": median([run.seconds for run in runs]),
        "seconds_each": [round(run.seconds, 2) for run in runs],
        "cpu_seconds": median([run.cpu_seconds for run in runs]),
        "peak_mb": max(run.peak_megabytes for run in runs),
        "requests": runs[-1].json["requests"],
    }


def server(database, org, options):
    """The same synchronizations by *Sync now*, and Manager's pages after them."""
    with database.new() as timus, timus.set_up(org).add_administrator().serve(*NO_CLOCK) as serve:
        options.note(f"{database.name}: the server")
        figures = {"peak_mb": {"started": serve.peak_megabytes}}
        manager = Manager(serve["manager"], ADMINISTRATOR, PASSWORD)
        figures["peak_mb"]["sign_in"] = serve.peak_megabytes
        for name in ("first_sync", "unchanged_sync"):
            cpu = serve.cpu_seconds
            seconds, requests, looks = manager.sync()
            figures[name] = {"seconds": seconds, "cpu_seconds": serve.cpu_seconds - cpu, "requests": requests}
            if looks:
                figures[name]["users_page_meanwhile_ms"] = {"median": median(looks), "slowest": max(looks)}
            figures["peak_mb"][name] = serve.peak_megabytes
        options.note(f"{database.name}: {options.requests} requests of each page")
        figures["pages"] = {
            path: page(manager, address, options.requests) for path, address in pages(timus, manager).items()
        }
        figures["peak_mb"]["pages"] = serve.peak_megabytes
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: Manager(serve["manager"], ADMINISTRATOR, PASSWORD), range(2)))
        figures["peak_mb"]["two_sign_ins"] = serve.peak_megabytes
        figures["mb_at_the_end"] = serve.megabytes
        return figures


def page(manager, address, times):
    milliseconds, kilobytes = manager.measure(address, times)
    return {"median_ms": median(milliseconds), "p95_ms": p95(milliseconds), "kb": kilobytes}


def pages(timus, manager):
    """The pages to ask for, by the name that the table gives them."""
    users = timus("users", "--json").json
    groups = timus("okta", "groups", "--json").json
    most = max(users, key=lambda user: len(user["groups"]))
    largest = max(groups, key=lambda group: group["members"] or 0)
    search = urllib.parse.quote(most["name"].split()[0])
    okta = "/settings/integrations/okta"
    return {
        "/users": "/users",
        "/users?search=…": f"/users?search={search}",
        "/users?status=inactive": "/users?status=inactive",
        "/users?group=… (the largest)": f"/users?group={largest['okta_group_id']}",
        "/users?page=… (the last)": f"/users?page={math.ceil(len(users) / 50)}",
        "/users/{id}": f"/users/{most['okta_user_id']}",
        "/sites": "/sites",
        okta: okta,
        f"{okta}/preferences": f"{okta}/preferences",
        f"{okta}/groups/{{id}}": f"{okta}/groups/{largest['okta_group_id']}",
        RUNS: RUNS,
        f"{RUNS}/{{id}}": f"{RUNS}/{manager.runs().pop()}",
        "/events": "/events",
        "/administrators": "/administrators",
    }
