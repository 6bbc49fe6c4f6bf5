"""Full synchronizations: of an empty database and of one that is up to date, beside the floor of both."""

import pathlib
import tempfile

from downloads import floor
from okta_org import fewest_requests
from row import Row, median, seconds
from written import Written

FACTOR = 1.25
UNCHANGED_SECONDS = 1
CPU_SECONDS = 3


def full_sync(kind, org, options):
    """Figures of `--runs` rounds on new databases: a download, a first sync, an unchanged one, and a bulk load."""
    rounds = []
    least = floor(org, options.everyone, options.connections)
    with tempfile.TemporaryDirectory(prefix="timus-bench-rows-") as folder:
        # The server of a database that runs as another user reads nothing here: its client does.
        files = pathlib.Path(folder)
        for number in range(options.runs):
            options.note(f"{kind.name}: full synchronization {number + 1} of {options.runs}")
            downloaded = least.download()
            with kind.new() as timus:
                timus.set_up(org, options.everyone)
                timus.database.settle()
                first, asked = synchronize(timus, org)
                check(timus, org, options.everyone)
                if number == 0:
                    timus.database.export(files)
                timus.database.settle()
                with timus.database.writing() as written:
                    again, asked_again = synchronize(timus, org)
            loaded = load(kind, files, org, options.everyone)
            rounds.append(
                {
                    "download_seconds": downloaded.seconds,
                    "download_megabytes": downloaded.megabytes,
                    "load_seconds": loaded.seconds,
                    "first": outcome(first, asked),
                    "unchanged": outcome(again, asked_again),
                    "written": vars(written),
                }
            )
    return {
        "fewest_requests": fewest(org, options.everyone),
        "download_by": downloaded.by,
        "downloads_tried": least.tried,
        "rounds": rounds,
    }


def synchronize(timus, org, *options, **env):
    """A `timus sync`, and the simulator's count of its requests."""
    org.forget_requests()
    command = timus("sync", *options, "--json", **env)
    return command, org.requests()["total"]


def outcome(command, asked):
    return {
        "seconds": command.seconds,
        "cpu_seconds": command.cpu_seconds,
        "peak_megabytes": command.peak_megabytes,
        "requests_by_the_run": command.json["requests"],
        "requests_by_the_simulator": asked,
        "counts": command.json["counts"],
    }


def check(timus, org, everyone):
    """Ends the benchmark where the database does not hold what the org does: speed alone is worth nothing."""
    held = timus.database.query("SELECT count(*) FROM okta_membership")[0][0]
    true = sum(map(len, org.directory().values())) + (everyone_count(org) if everyone else 0)
    if held != true:
        raise SystemExit(f"error: the database holds {held} memberships, and the org {true}")


def everyone_count(org):
    return org.size.users + 1


def fewest(org, everyone):
    return fewest_requests(
        [len(members) for members in org.directory().values()], everyone_count(org) if everyone else None
    )


def load(kind, files, org, everyone):
    """The exported rows, with the database's own loader, into a database that `timus` made."""
    with kind.new() as timus:
        timus("users", "--json")
        timus.database.empty(files)
        timus.database.settle()
        loaded = timus.database.load(files)
        check(timus, org, everyone)
        return loaded


def full_rows(name, figures):
    """The rows `full`, `unchanged` and `requests` of one database."""
    rounds, fewest = figures["rounds"], figures["fewest_requests"]
    downloads = [one["download_seconds"] for one in rounds]
    loads = [one["load_seconds"] for one in rounds]
    first = [one["first"] for one in rounds]
    again = [one["unchanged"] for one in rounds]
    floor = median(downloads) + median(loads)
    goal = FACTOR * floor
    goal_again = FACTOR * median(downloads) + UNCHANGED_SECONDS
    took, took_again = [run["seconds"] for run in first], [run["seconds"] for run in again]
    cpu, cpu_again = [run["cpu_seconds"] for run in first], [run["cpu_seconds"] for run in again]
    written = [Written(**one["written"]) for one in rounds]
    full = [
        Row(
            f"{name}: download of the same pages",
            f"{seconds(downloads)}, {rounds[0]['download_megabytes']:.0f} MB, by {figures['download_by']}",
        ),
        Row(f"{name}: load of the same rows", seconds(loads)),
        Row(
            f"{name}: full sync, empty database",
            f"{seconds(took)}, {median(took) / floor:.2f} × (download + load)",
            f"≤ {FACTOR} × ({median(downloads):.2f} + {median(loads):.2f}) = {goal:.2f} s",
            median(took) <= goal,
        ),
        Row(f"{name}: … CPU", seconds(cpu), f"< {CPU_SECONDS} s", median(cpu) < CPU_SECONDS),
        Row(f"{name}: … peak memory of the command", f"{max(run['peak_megabytes'] for run in first):.0f} MB"),
    ]
    unchanged = [
        Row(
            f"{name}: full sync again, nothing changed",
            f"{seconds(took_again)}, CPU {median(cpu_again):.2f} s",
            f"≤ {FACTOR} × {median(downloads):.2f} + {UNCHANGED_SECONDS} = {goal_again:.2f} s",
            median(took_again) <= goal_again,
        ),
        Row(f"{name}: … written to the log", str(written[-1]), "only the run's own record",
            all(one.is_only_record for one in written)),
    ]
    asked = [run[by] for run in first + again for by in ("requests_by_the_run", "requests_by_the_simulator")]
    requests = [
        Row(f"{name}: requests of a full sync", counts(asked), f"{fewest:,}", all(count == fewest for count in asked))
    ]
    return {"full": full, "unchanged": unchanged, "requests": requests}


def counts(values):
    """One number where all are the same, else the range."""
    return f"{min(values):,}" if min(values) == max(values) else f"{min(values):,}–{max(values):,}"
