"""`bin/bench sync`: how fast and how large a synchronization is, each figure beside its goal."""

import argparse
import contextlib
import dataclasses
import json
import pathlib
from collections.abc import Callable

from cycles import cycle_rows, cycles
from full_sync import full_rows, full_sync
from machine import machine
from memory import memory, memory_rows
from okta_org import Org, Size
from organisations import organisation_rows, organisations
from postgresql import PostgreSQL
from programs import BIN
from rate_limits import rate_limit_rows, rate_limits
from sdk import sdk, sdk_rows
from sqlite import SQLite
from sync_table import table

# In the order of the table.
ROWS = ["full", "unchanged", "requests", "memory", "incremental", "idle", "rate-limits", "sdk", "organisations"]
# What takes minutes.
SLOW = ["rate-limits", "sdk", "organisations"]
# The options that say how much is measured.
SIZES = ["users", "groups", "memberships", "everyone", "connections", "runs", "organisations"]
# The figures of the last run of each row, from which the table in README.md is made.
LAST = pathlib.Path(__file__).with_name("sync.json")


@dataclasses.dataclass
class Job:
    """What is measured together, for each kind of database.

    - rows: the names of the table's rows that come of it.
    - measure: the figures of one database, from the org that the jobs share; None is handed to a job with its own.
    - lines: the rows by their names, from the database's name and the figures.
    """

    rows: list
    measure: Callable
    lines: Callable
    kinds: tuple = (SQLite, PostgreSQL)
    has_own_org: bool = False


JOBS = [
    Job(["full", "unchanged", "requests"], full_sync, full_rows),
    Job(["memory"], memory, memory_rows),
    Job(["sdk"], sdk, sdk_rows, kinds=(SQLite,)),
    # Changes the org, so that it comes after the others.
    Job(["incremental", "idle"], cycles, cycle_rows),
    Job(["rate-limits"], rate_limits, rate_limit_rows, kinds=(SQLite,), has_own_org=True),
    Job(["organisations"], organisations, organisation_rows, has_own_org=True),
]


def add_options(parser):
    parser.add_argument("--users", type=int, default=100_000, help="people in the org beside its administrator")
    parser.add_argument("--groups", type=int, default=2_000, help="groups in the org beside Everyone")
    parser.add_argument("--memberships", type=int, default=150_000, help="memberships in those groups")
    parser.add_argument("--everyone", action="store_true", help="choose Everyone too, which holds everybody once more")
    parser.add_argument("--connections", type=int, default=6, help="as many as Timus uses at once")
    parser.add_argument("--runs", type=int, default=3, help="rounds of which the median counts")
    parser.add_argument("--organisations", type=int, default=1_000, help="organisations on one server")
    parser.add_argument("--sdk-seconds", type=float, default=600, help="after which Okta's SDK is stopped")
    parser.add_argument("--only", type=names_of_rows, default=ROWS, metavar="ROW,…", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help=f"leave out what takes minutes: {', '.join(SLOW)}")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one; both are measured else")


def names_of_rows(text):
    names = text.split(",")
    if unknown := [name for name in names if name not in ROWS]:
        raise argparse.ArgumentTypeError(f"there is no row called {unknown[0]}; there are {', '.join(ROWS)}")
    return names


def measure(options):
    """The rows that were asked for with the figures behind them, by the row's name."""
    options.size = Size(options.users, options.groups, options.memberships)
    wanted = {name for name in options.only if not (options.quick and name in SLOW)}
    jobs = [job for job in JOBS if wanted & set(job.rows)]
    run = {
        "machine": machine(),
        "command": options.command,
        "build": BIN.name,
        "size": {name: getattr(options, name) for name in SIZES},
    }
    results = {}
    with contextlib.ExitStack() as shared:
        org = None
        for job in jobs:
            if not job.has_own_org and not org:
                options.note(f"An Okta simulator with {options.size}")
                org = shared.enter_context(Org(options.size))
            elif job.has_own_org and org:
                shared.close()
                org = None
            for kind in job.kinds:
                if options.database not in (None, kind.name.lower()):
                    continue
                with kind() as database:
                    figures = job.measure(database, org, options)
                    rows = job.lines(database.name, figures)
                for name in wanted & set(job.rows):
                    kept = results.setdefault(name, {"rows": [], "figures": []} | run)
                    kept["rows"] += [vars(row) for row in rows[name]]
                    kept["figures"].append(figures)
    return in_order(results)


def save(results):
    """Puts the rows in the place of those of their last run, and returns the whole table."""
    before = json.loads(LAST.read_text()) if LAST.exists() else {}
    results = in_order(before | results)
    LAST.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    return table(results)


def in_order(results):
    return {name: results[name] for name in ROWS if name in results}
