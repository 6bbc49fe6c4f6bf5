"""A full synchronization under the limits that Okta gives a Workforce org."""

import math
import time

from full_sync import check, outcome, synchronize
from okta_org import Org
from row import Row

# Okta allows 500 requests of groups and members in a minute. The token may use all of them, Timus half of that.
LIMIT = 500
TOKEN_PERCENT = 100
SHARE_PERCENT = 50
WINDOW = 60
TOLERANCE = 1.05


def rate_limits(kind, _, options):
    """Takes minutes, for that is what is measured."""
    options.note("A full synchronization under Okta's rate limits, which takes minutes")
    with Org(options.size, "--token-capacity", TOKEN_PERCENT, rate_limits="workforce") as org, kind.new() as timus:
        timus.set_up(org, options.everyone)
        # The windows in which the set-up asked are over.
        time.sleep(WINDOW + 1)
        command, _ = synchronize(timus, org, TIMUS_RATE_SHARE=SHARE_PERCENT)
        asked = org.requests()
        check(timus, org, options.everyone)
    per_window = LIMIT * TOKEN_PERCENT * SHARE_PERCENT // 10_000
    requests = asked["buckets"]["/api/v1/groups"]
    return outcome(command, asked["total"]) | {
        "bucket_requests": requests,
        "refused": asked["refused"],
        "per_window": per_window,
        "floor_seconds": (math.ceil(requests / per_window) - 1) * WINDOW,
    }


def rate_limit_rows(name, figures):
    floor, requests = figures["floor_seconds"], figures["bucket_requests"]
    goal = TOLERANCE * floor
    # One window is enough for a small org: then there is nothing to wait for, and no goal.
    is_met = figures["seconds"] <= goal if floor else None
    return {
        "rate-limits": [
            Row(
                f"{name}: full sync under `workforce` limits at {SHARE_PERCENT} % share",
                f"{figures['seconds']:.1f} s, {requests:,} requests, {figures['refused']} refused",
                f"≤ {TOLERANCE} × (⌈{requests:,} / {figures['per_window']}⌉ − 1) × {WINDOW} s = {goal:.0f} s",
                is_met,
            )
        ]
    }
