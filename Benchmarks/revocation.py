"""`bin/bench revocation`: from a change in Okta to the last packet through, and what the tunnels cost."""

import json
import os
import pathlib
import statistics
import subprocess
import sys

from machine import machine
from markdown import rows, verdict
from programs import BIN

# Issue 5.
HOOK_P50, HOOK_P99 = 300, 1_000
POLL_MORE = 2_000
AT_ONCE = 5.0
FIRST_PING = 1_000
RATIO = 0.97


def add_options(parser):
    parser.add_argument("--runs", type=int, default=200, help="how often somebody is suspended, by event hook and by poll")
    parser.add_argument("--sync-every", type=int, default=2, help="seconds between two polls")
    parser.add_argument("--crowd", type=int, default=1_000, help="users who are suspended at once")
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections on one gateway stream")
    parser.add_argument("--seconds", type=int, default=3, help="how long each figure of throughput is taken")
    parser.add_argument("--only", help="some of hook, poll, crowd, idle, connect, throughput, with commas")


def measure(options):
    """The lab is that of the end-to-end tests, whose modules have names that ours have too: it runs in a process of its own."""
    if os.geteuid() != 0:
        raise SystemExit("error: network namespaces need root\nhint: sudo bin/bench revocation")
    settings = {name: getattr(options, name) for name in ("runs", "sync_every", "crowd", "idle", "seconds", "only")}
    found = {"machine": machine(), "command": options.command, "build": BIN.name, "settings": settings}
    done = subprocess.run(
        [sys.executable, pathlib.Path(__file__).with_name("revocation_lab.py"), json.dumps(settings)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"TIMUS_BIN": str(BIN.resolve())},
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit("error: the lab failed")
    return found | json.loads(done.stdout)


def save(figures):
    return table(figures)


def table(figures):
    machine = figures["machine"]
    head = (
        f"{machine['date']}, `{figures['command']}`: {figures['build']} build, {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB, {machine['system']}, `wireguard-go`, load {machine['load_before']} before the run. Server, "
        "simulator, gateways, users and hosts are network namespaces that share the machine; the database is SQLite."
    )
    lines = []
    for name in ("hook", "poll", "crowd", "idle", "connect", "throughput"):
        if name in figures:
            lines += LINES[name](figures[name], figures["settings"])
    return head + "\n\n" + rows(["", "measured", "goal", ""], lines)


def at(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def spread(values):
    return f"p50 {at(values, 0.5):,.0f} ms, p99 {at(values, 0.99):,.0f} ms, longest {max(values):,.0f} ms"


def hook_lines(found, _):
    last, known = found["last_packet_ms"], found["acknowledged_ms"]
    return [
        [f"suspended in Okta → last packet, by event hook ({len(last)} runs)", spread(last),
         f"p50 < {HOOK_P50} ms, p99 < {HOOK_P99:,} ms", verdict(at(last, 0.5) < HOOK_P50 and at(last, 0.99) < HOOK_P99)],
        ["… → both gateways' acknowledgement written down", spread(known), "", ""],
        ["… of that, from the commit to the last packet", spread(found["after_commit_ms"]), "", ""],
        ["packets after the acknowledged cut", f"{found['late']}", "0", verdict(found["late"] == 0)],
    ]  # fmt: skip


def poll_lines(found, settings):
    last, limit = found["last_packet_ms"], settings["sync_every"] * 1_000 + POLL_MORE
    return [
        [f"suspended in Okta → last packet, by a poll each {settings['sync_every']} s ({len(last)} runs)", spread(last),
         f"p99 < {limit:,} ms", verdict(at(last, 0.99) < limit)],
        ["packets after the acknowledged cut", f"{found['late']}", "0", verdict(found["late"] == 0)],
    ]  # fmt: skip


def crowd_lines(found, settings):
    took = found["seconds"]
    return [
        [f"{settings['crowd']:,} users suspended at once → the last one's cut on both gateways ({len(took)} runs)",
         f"{', '.join(f'{value:.2f}' for value in took)} s", f"< {AT_ONCE:.0f} s", verdict(max(took) < AT_ONCE)],
        ["packets that another user lost meanwhile", f"{found['lost']}", "0", verdict(found["lost"] == 0)],
    ]  # fmt: skip


def idle_lines(found, settings):
    return [
        [f"{settings['idle']:,} idle connections on one gateway stream: server's memory",
         f"{found['server_mb']:.0f} MB (without any {found['server_mb_before']:.0f} MB)", "", ""],
        ["… server's CPU", f"{found['server_cpu']:.1f} % of a core", "", ""],
        ["… gateway's memory and CPU, without `wireguard-go`",
         f"{found['gateway_mb']:.0f} MB, {found['gateway_cpu']:.1f} % of a core", "", ""],
        [f"… from nothing to {settings['idle']:,} peers in force", f"{found['filled_seconds']:.1f} s", "", ""],
        [f"… one of them dropped → acknowledged ({len(found['cut_ms'])} runs)", spread(found["cut_ms"]), "", ""],
    ]  # fmt: skip


def connect_lines(found, _):
    what = f"`timus-connect connect` → first ping ({len(found)} runs)"
    return [[what, spread(found), f"< {FIRST_PING:,} ms", verdict(at(found, 0.99) < FIRST_PING)]]


def throughput_lines(found, _):
    lines = []
    for way, name in (("up", "user → site"), ("down", "site → user")):
        ours, plain = found["timus"][way], found["plain"][way]
        # Each beside its neighbour in time: what else the machine does changes more slowly than they take turns.
        ratio = statistics.median(one / other for one, other in zip(ours, plain))
        lines.append(
            [f"throughput, {name}: Timus beside `wireguard-go` by hand, {len(ours)} times in turns",
             f"{at(ours, 0.5):,.0f} and {at(plain, 0.5):,.0f} Mbit/s, median ratio {ratio:.3f}", f"≥ {RATIO}", verdict(ratio >= RATIO)]
        )  # fmt: skip
    return lines


LINES = {
    "hook": hook_lines, "poll": poll_lines, "crowd": crowd_lines, "idle": idle_lines, "connect": connect_lines,
    "throughput": throughput_lines,
}  # fmt: skip
