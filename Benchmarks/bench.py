"""Measures Timus against an Okta simulator; `bin/bench` runs it. README.md says what each figure is."""

import argparse
import concurrent.futures
import json
import math
import pathlib
import statistics
import sys
import urllib.parse

from databases import ADMINISTRATOR, PASSWORD, PostgreSQL, SQLite
from machine import machine
from manager import RUNS, Manager
from plain_fetch import plain_fetch
from programs import BIN, Server
from table import table

README = pathlib.Path(__file__).with_name("README.md")
MARK = "<!-- what follows is written by bin/bench --save -->\n"


def note(words):
    print(words, file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


def p95(values):
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def command_line(database, okta, runs):
    """First synchronizations, each on a new database with a plain fetch before it; then what an unchanged one takes."""
    first, again, fetches = [], [], []
    for number in range(runs):
        note(f"{database.name}: first synchronization {number + 1} of {runs}")
        with database.new(okta) as timus:
            fetches.append(plain_fetch(okta["okta"], okta["okta_api_token"]))
            first.append(timus("sync", "--json"))
            again.append(timus("sync", "--json"))
            listing = timus("users", "--json")
    counts = first[-1].json["counts"]
    return {
        "plain_fetch": {
            "seconds": median([fetch.seconds for fetch in fetches]),
            "requests": fetches[-1].requests,
            "megabytes": fetches[-1].megabytes,
        },
        "first_sync": synchronizations(first),
        "unchanged_sync": synchronizations(again),
        "ratio_to_plain_fetch": median([sync.seconds / fetch.seconds for sync, fetch in zip(first, fetches)]),
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


def server(database, okta, times):
    """The same synchronizations by *Sync now*, and Manager's pages after them."""
    with database.new(okta) as timus, timus.serve() as serve:
        note(f"{database.name}: the server")
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
        note(f"{database.name}: {times} requests of each page")
        figures["pages"] = {path: page(manager, address, times) for path, address in pages(timus, manager).items()}
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


def measure(options):
    note(f"An Okta simulator with {options.users} users and {options.groups} groups")
    figures = {
        "machine": machine(),
        "command": " ".join(["bin/bench", *sys.argv[1:]]),
        "build": BIN.name,
        "size": {"users": options.users, "groups": options.groups},
        "databases": {},
    }
    with Server(
        "okta-simulator", "serve", "--users", options.users, "--groups", options.groups, "--seed", 1,
        "--rate-limits", "none", "--port", 0, "--json",
    ) as okta:
        with PostgreSQL() as postgresql:
            for database in (SQLite(), postgresql):
                figures["databases"][database.name] = {
                    "command_line": command_line(database, okta, options.runs),
                    "server": server(database, okta, options.requests),
                }
        figures["simulator_peak_mb"] = okta.peak_megabytes
    return figures


def main():
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measures Timus against an Okta simulator.")
    parser.add_argument("--users", type=int, default=10_000, help="people in the org beside its administrator")
    parser.add_argument("--groups", type=int, default=200, help="groups in the org beside Everyone")
    parser.add_argument("--runs", type=int, default=3, help="first synchronizations on each database")
    parser.add_argument("--requests", type=int, default=30, help="requests of each page")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--save", action="store_true", help="put the tables into Benchmarks/README.md")
    options = parser.parse_args()
    figures = measure(options)
    text = table(figures)
    print(json.dumps(figures, indent=2, ensure_ascii=False) if options.json else text)
    if options.save:
        kept = README.read_text().partition(MARK)[0]
        README.write_text(f"{kept}{MARK}\n{text}\n")


main()
