"""Requests by `wrk`, as many as there are answers to."""

import json
import pathlib
import subprocess
import sys

# What wrk counts, as one line of JSON at its end; times are microseconds there.
REPORT = """
done = function(summary, latency, requests)
    io.stderr:write(string.format(
        '{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "refused": %d, "broken": %d}\\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


def load(address, folder, script="", connections=32, seconds=10, headers={}):
    """The figures of one run; an answer of 400 or more, or none at all, ends the benchmark.

    - script: Lua that says what is asked, where it is not the same each time.
    """
    path = pathlib.Path(folder) / "wrk.lua"
    path.write_text(script + REPORT)
    words = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "10s"]
    for name, value in headers.items():
        words += ["--header", f"{name}: {value}"]
    process = subprocess.run([*words, "--script", path, address], capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(f"error: wrk failed: {process.stderr}{process.stdout}")
    figures = json.loads(process.stderr.strip().splitlines()[-1])
    if figures["refused"] or figures["broken"] or not figures["requests"]:
        sys.exit(f"error: {address} was not answered as it should be: {figures}")
    return figures | {"per_second": figures["requests"] / figures["seconds"]}
