"""The server's memory while its clock synchronizes the whole org, before anybody signs in with a password."""

import time

from row import Row

MEGABYTES = 128
# The shortest that `timus serve` takes.
EVERY = 10
LONGEST = 600


def memory(kind, org, options):
    """The most memory of `timus serve`: when started, after its first full sync, and after another cycle."""
    options.note(f"{kind.name}: the server's memory")
    with kind.new() as timus:
        timus.set_up(org, options.everyone)
        with timus.serve("--sync-every", EVERY) as server:
            figures = {"started": server.peak_megabytes}
            for runs, name in ((1, "first"), (2, "second")):
                wait_for(lambda: succeeded(timus.database)[0] >= runs)
                figures[name] = server.peak_megabytes
            figures["seconds"] = succeeded(timus.database)[1]
            figures["cpu_seconds"] = server.cpu_seconds
    return figures


def succeeded(database):
    """How many runs have succeeded, and the seconds from the first one's start to its end."""
    runs = database.query(
        "SELECT started_at, finished_at FROM sync_run WHERE state = 'succeeded' ORDER BY started_at"
    )
    return len(runs), (runs[0][1] - runs[0][0]) / 1000 if runs else None


def wait_for(condition, longest=LONGEST):
    end = time.monotonic() + longest
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"error: the server has not synchronized after {longest} s")
        time.sleep(0.2)


def memory_rows(name, figures):
    peak = max(figures["first"], figures["second"])
    return {
        "memory": [
            Row(f"{name}: peak memory of the server", f"{peak:.0f} MB ({figures['started']:.0f} MB when started)",
                f"< {MEGABYTES} MB", peak < MEGABYTES),
            Row(f"{name}: full sync by the server's clock", f"{figures['seconds']:.2f} s"),
        ]
    }
