"""The server's memory while its clock synchronizes the whole org, before anybody signs in with a password."""

import time

from row import Row

MEGABYTES = 128
# The shortest that `timus serve` takes.
EVERY = 10
LONGEST = 600


def memory(kind, org, options):
    """The most memory of `timus serve`: when started, after its first full sync, and after the cycles that follow."""
    options.note(f"{kind.name}: the server's memory")
    with kind.new() as timus:
        timus.set_up(org, options.everyone)
        with timus.serve("--sync-every", EVERY) as server:
            figures = {"started": server.peak_megabytes}
            server.wait_until(lambda: first_run(timus.database), LONGEST, every=0.5)
            figures["first"] = server.peak_megabytes
            figures["seconds"] = first_run(timus.database)
            # A cycle that finds nothing need not leave a run in the history.
            time.sleep(2 * EVERY)
            figures["second"] = server.peak_megabytes
            figures["cpu_seconds"] = server.cpu_seconds
    return figures


def first_run(database):
    """The seconds that the first run took; None before its end."""
    runs = database.query(
        "SELECT started_at, finished_at FROM sync_run WHERE state = 'succeeded' ORDER BY started_at LIMIT 1"
    )
    return (runs[0][1] - runs[0][0]) / 1000 if runs else None


def memory_rows(name, figures):
    peak = max(figures["first"], figures["second"])
    return {
        "memory": [
            Row(f"{name}: peak memory of the server", f"{peak:.0f} MB ({figures['started']:.0f} MB when started)",
                f"< {MEGABYTES} MB", peak < MEGABYTES),
            Row(f"{name}: full sync by the server's clock", f"{figures['seconds']:.2f} s"),
        ]
    }
