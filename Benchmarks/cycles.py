"""Incremental synchronizations: with nothing to do, and after a hundred changes."""

from full_sync import check, counts, outcome, synchronize
from row import Row, median, seconds

# A hundred people: most of what happens in an org in a minute, in unlike parts.
CHANGES = {"touch": 40, "suspend": 20, "move": 20, "remove-from-group": 20}
# Longer than any overlap with which two incremental synchronizations look back.
MINUTES = 5
SECONDS = 1


def cycles(kind, org, options):
    """Figures of `--runs` idle cycles and as many after changes, on one database."""
    idle, changed = [], []
    with kind.new() as timus:
        options.note(f"{kind.name}: incremental synchronizations")
        timus.set_up(org, options.everyone)
        synchronize(timus, org)
        for number in range(options.runs):
            # What was changed before is seen once more, by the cycle that is not counted, and then no longer.
            org.move_clock(MINUTES * 60)
            synchronize(timus, org, "--mode", "incremental")
            org.move_clock(MINUTES * 60)
            idle.append(outcome(*synchronize(timus, org, "--mode", "incremental")))
            groups = change(org, seed=number + 1)
            changed.append(outcome(*synchronize(timus, org, "--mode", "incremental")) | {"changed_groups": groups})
            check(timus, org, options.everyone)
    return {"idle": idle, "changed": changed}


def change(org, seed):
    """Changes a hundred people, and returns how many groups have other members than before."""
    before = org.directory()
    largest = max(before, key=lambda group: len(before[group]))
    for action, count in CHANGES.items():
        where = {"group": largest} if action == "remove-from-group" else {}
        if len(org.change(action, count=count, seed=seed, **where)) != count:
            raise SystemExit(f"error: the simulator could not {action} {count} people")
    after = org.directory()
    return sum(before.get(group) != after.get(group) for group in before.keys() | after.keys())


def cycle_rows(name, figures):
    """The rows `incremental` and `idle` of one database."""
    changed, idle = figures["changed"], figures["idle"]
    took = [run["seconds"] for run in changed]
    asked = [requests(run) for run in changed]
    most = [2 + run["changed_groups"] for run in changed]
    incremental = [
        Row(f"{name}: incremental sync after {sum(CHANGES.values())} changes", seconds(took), f"< {SECONDS} s",
            median(took) < SECONDS),
        Row(f"{name}: … requests", counts(asked), f"≤ 2 + changed groups = {counts(most)}",
            all(count <= limit for count, limit in zip(asked, most))),
    ]
    nothing = [
        Row(f"{name}: idle cycle, requests", counts([requests(run) for run in idle]), "2",
            all(requests(run) == 2 for run in idle)),
        Row(f"{name}: idle cycle, the whole command", seconds([run["seconds"] for run in idle])),
    ]
    return {"incremental": incremental, "idle": nothing}


def requests(run):
    return max(run["requests_by_the_run"], run["requests_by_the_simulator"])
