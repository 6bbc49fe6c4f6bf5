"""`bin/bench sign-in`: sign-ins, session checks and Connect's first screen, beside Apache with mod_auth_openidc."""

import concurrent.futures
import socket
import urllib.parse

from apache import Apache, expect, session_of
from browsers import Browser, together
from machine import machine
from markdown import rows, verdict
from okta_org import Org, Size
from postgresql import PostgreSQL
from programs import BIN
from row import median
from sqlite import SQLite
from timus import NO_CLOCK
from wrk import load

SIZE = Size(users=100_000, groups=20)
# Issue 4.
SIGN_INS = 150
SIGN_IN_MS = 300
CHECKS = 5_000
CHECK_MS = 15
LOOKUPS = 500


def add_options(parser):
    parser.add_argument("--seconds", type=int, default=10, help="how long each figure is taken")
    parser.add_argument("--runs", type=int, default=3, help="how often Timus and Apache take turns")
    parser.add_argument("--browsers", type=int, default=16, help="people who sign in at a time")
    parser.add_argument("--connections", type=int, default=32, help="connections that ask for a session check")


def measure(options):
    port = free_port()
    figures = {
        "machine": machine(), "command": options.command, "build": BIN.name,
        "browsers": options.browsers, "connections": options.connections, "timus": {}, "apache": None,
    }
    redirect = f"http://127.0.0.1:{port}/user/external"
    with Org(SIZE, "--redirect-uri", redirect) as org:
        browsers = [Browser() for _ in range(options.browsers)]
        people = org["users"][: options.browsers]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda pair: pair[0].sign_in_at_okta(org, pair[1]), zip(browsers, people)))
        client = {"client_id": org["okta_client_id"], "client_secret": org["okta_client_secret"]}
        runs = {"SQLite": [], "PostgreSQL": [], "Apache": []}
        with SQLite() as sqlite, PostgreSQL() as postgresql, sqlite.new() as on_sqlite, postgresql.new() as on_postgres:
            databases = {"SQLite": on_sqlite, "PostgreSQL": on_postgres}
            for name, timus in databases.items():
                options.note(f"{name}: synchronizing {SIZE}")
                timus.set_up(org)
                timus("sync", "--json")
            for number in range(options.runs):
                for name, timus in databases.items():
                    options.note(f"Timus on {name}, {number + 1} of {options.runs}")
                    runs[name].append(timus_once(timus, org, browsers, port, options))
                options.note(f"Apache, {number + 1} of {options.runs}")
                runs["Apache"].append(apache_once(org, client, browsers, port, options))
    figures["runs"] = runs
    return figures


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def timus_once(timus, org, browsers, port, options):
    serve = timus.serve(*NO_CLOCK, "--trusted-proxy", "127.0.0.1/32", "--port", port)
    origin = f"http://127.0.0.1:{port}"

    def sign_in(browser):
        browser.forget(origin)
        form = {"next": "/account"}
        status, address, _ = browser.request("POST", origin + "/sign-in/okta", form)
        expect(status == 303 and address.startswith(org.origin), f"Timus answered {status} {address}")
        status, address, _ = browser.request("GET", address)
        expect(status == 302, f"the simulator answered {status}")
        status, address, _ = browser.request("GET", address)
        expect(status == 303 and address == origin + "/account", f"Timus answered {status} {address}")
        expect(token_of(browser, origin) is not None, "Timus gave no session")

    with serve:
        at_rest(serve)
        for browser in browsers:
            sign_in(browser)
        cpu = serve.cpu_seconds
        taken, seconds = together(browsers, sign_in, options.seconds)
        figures = {"sign_in": sign_ins(taken, seconds, serve.cpu_seconds - cpu)}
        cookie = f"timus-account={token_of(browsers[0], origin)}"
        cpu = serve.cpu_seconds
        figures["check"] = load(
            origin + "/account/session", timus.folder, connections=options.connections, seconds=options.seconds,
            headers={"Cookie": cookie},
        )
        figures["check"]["cpu_ms"] = (serve.cpu_seconds - cpu) * 1000 / figures["check"]["requests"]
        figures["lookup"] = load(
            origin + "/connect/v1/networks", timus.folder, script=LOOKUP % lua_list(org), connections=128,
            seconds=options.seconds,
        )
        figures["peak_mb"] = serve.peak_megabytes
        for browser in browsers:
            browser.close()
            browser.connections.clear()
        return figures


def at_rest(serve):
    """Waits until the server has done what it begins with: the synchronization that the settings asked for."""
    cpu = [-1.0]

    def has_done_nothing():
        cpu.append(serve.cpu_seconds)
        return cpu[-1] - cpu[-2] < 0.02

    serve.wait_until(has_done_nothing, longest=120, every=1)


def apache_once(org, client, browsers, port, options):
    with Apache(org, client, port) as apache:
        for browser in browsers:
            apache.sign_in(browser)
        taken, seconds = together(browsers, apache.sign_in, options.seconds)
        figures = {"sign_in": sign_ins(taken, seconds)}
        session = session_of(browsers[0], apache.origin)
        figures["check"] = load(
            apache.origin + apache.file, apache.folder.name, connections=options.connections, seconds=options.seconds,
            headers={"Cookie": f"mod_auth_openidc_session={session}"},
        )
        for browser in browsers:
            browser.close()
            browser.connections.clear()
        return figures


def sign_ins(taken, seconds, cpu=None):
    return {
        "count": len(taken), "per_second": len(taken) / seconds, "p50_ms": taken[len(taken) // 2],
        "p99_ms": taken[int(len(taken) * 0.99)], "slowest_ms": taken[-1],
        "cpu_ms": None if cpu is None else cpu * 1000 / len(taken),
    }


def token_of(browser, origin):
    return browser.cookies[urllib.parse.urlsplit(origin).netloc].get("timus-account")


# Each asks for somebody else, from an address of their own: the limits are for one source and one address.
LOOKUP = """
local people = {%s}
local number = 0
request = function()
    number = number + 1
    local source = string.format("10.%%d.%%d.%%d", number / 65536 %% 256, number / 256 %% 256, number %% 256)
    local body = string.format('{"email": "%%s"}', people[number %% #people + 1])
    return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["X-Forwarded-For"] = source}, body)
end
"""


def lua_list(org):
    return ", ".join(f'"{user["email"]}"' for user in org["users"])


def save(figures):
    return table(figures)


def table(figures):
    machine, runs = figures["machine"], figures["runs"]
    lines = []
    for name in ("SQLite", "PostgreSQL"):
        lines += timus_lines(name, runs[name], runs["Apache"])
    apache = runs["Apache"]
    head = (
        f"{machine['date']}, `{figures['command']}`: {SIZE}, {figures['browsers']} browsers, {figures['connections']} "
        f"connections, medians of {len(apache)} runs in turns, {figures['build']} build, {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}, load {machine['load_before']} before "
        "the run. Servers, simulator, database and the load share the machine."
    )
    return head + "\n\n" + rows(["", "Timus", "goal", "", "Apache, mod_auth_openidc", "ratio"], lines)


def timus_lines(name, ours, theirs):
    def of(runs, what, figure):
        return median([run[what][figure] for run in runs])

    def line(words, what, figure, unit, goal, is_more_better, compared=True):
        mine = of(ours, what, figure)
        text = f"{mine:,.0f}{unit}" if mine >= 100 else f"{mine:.1f}{unit}"
        goal_words = f"{'≥' if is_more_better else '<'} {goal:,}{unit}"
        met = mine >= goal if is_more_better else mine < goal
        if not compared:
            return [words, text, goal_words, verdict(met), "", ""]
        peer = of(theirs, what, figure)
        peer_text = f"{peer:,.0f}{unit}" if peer >= 100 else f"{peer:.1f}{unit}"
        return [words, text, goal_words, verdict(met), peer_text, f"{mine / peer:.2f}"]

    return [
        line(f"{name}: sign-ins", "sign_in", "per_second", " /s", SIGN_INS, True),
        [f"{name}: sign-in, p50", f"{of(ours, 'sign_in', 'p50_ms'):.0f} ms", "", "",
         f"{of(theirs, 'sign_in', 'p50_ms'):.0f} ms", ""],
        line(f"{name}: sign-in, p99", "sign_in", "p99_ms", " ms", SIGN_IN_MS, False),
        line(f"{name}: session checks", "check", "per_second", " /s", CHECKS, True),
        line(f"{name}: session check, p99", "check", "p99_ms", " ms", CHECK_MS, False),
        line(f"{name}: which networks", "lookup", "per_second", " /s", LOOKUPS, True, compared=False),
        [f"{name}: which networks, p99", f"{of(ours, 'lookup', 'p99_ms'):.0f} ms", "", "", "", ""],
        [f"{name}: server's CPU", f"{of(ours, 'sign_in', 'cpu_ms'):.2f} ms a sign-in, "
         f"{of(ours, 'check', 'cpu_ms'):.3f} ms a check", "", "", "", ""],
        [f"{name}: server's memory, peak", f"{max(run['peak_mb'] for run in ours):.0f} MB", "", "", "", ""],
    ]
