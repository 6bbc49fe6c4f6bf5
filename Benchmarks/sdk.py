"""Okta's own SDK for Python at the same job, beside ours."""

import pathlib
import sys
import tempfile

from full_sync import synchronize
from programs import run_tool
from row import Row, median, seconds

JOB = pathlib.Path(__file__).with_name("sdk_job.py")
TIMES = 20


def sdk(kind, org, options):
    """Figures of the SDK's job, of which a part is enough where the whole takes too long, and of ours."""
    options.note(f"The same by Okta's SDK for Python, for {options.sdk_seconds} s at most")
    with tempfile.TemporaryDirectory(prefix="timus-bench-sdk-") as folder:
        theirs = run_tool(
            sys.executable, JOB, org["okta"], org["okta_api_token"], pathlib.Path(folder) / "sdk.sqlite",
            options.sdk_seconds, options.everyone,
            # The SDK refuses plain http unless it is told that this is a test.
            OKTA_TESTING_TESTINGDISABLEHTTPSCHECK="true",
        )
    ours = []
    for _ in range(options.runs):
        with kind.new() as timus:
            timus.set_up(org, options.everyone)
            ours.append(synchronize(timus, org)[0])
    counts = ours[0].json["counts"]
    job = theirs.json
    start = theirs.seconds - job["seconds"]
    return {
        "sdk": job | {"cpu_seconds": theirs.cpu_seconds, "peak_megabytes": theirs.peak_megabytes},
        "memberships": counts["memberships"],
        "sdk_start_seconds": start,
        "sdk_whole_seconds": start + job["seconds"] * counts["memberships"] / job["memberships_read"],
        "timus_seconds": [run.seconds for run in ours],
    }


def sdk_rows(name, figures):
    job, whole, ours = figures["sdk"], figures["sdk_whole_seconds"], figures["timus_seconds"]
    words = f"{whole:.1f} s, of which {figures['sdk_start_seconds']:.1f} s load its modules"
    if job["groups_read"] < job["groups"]:
        words += (
            f", extrapolated from {job['seconds']:.0f} s for {job['memberships_read']:,} of "
            f"{figures['memberships']:,} memberships"
        )
    times = whole / median(ours)
    return {
        "sdk": [
            Row("the same job by Okta's SDK for Python, into SQLite", f"{words}, {job['peak_megabytes']:.0f} MB"),
            Row(f"… ÷ full sync, empty database, {name}", f"{times:.1f} × ({seconds(ours)})", f"≥ {TIMES} ×",
                times >= TIMES),
        ]
    }
