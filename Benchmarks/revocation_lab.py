"""The lab of `bin/bench revocation`: given its settings as JSON it prints the figures as JSON. See revocation.py."""

import contextlib
import json
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Tests" / "EndToEnd"))

from crowd import connect_crowd  # noqa: E402
from lab import NO_CLOCK, Lab  # noqa: E402
from people import Refused  # noqa: E402
from programs import eventually  # noqa: E402
from throughput_lab import note, throughput  # noqa: E402, F401
from traffic import Flows  # noqa: E402

# So fine is what is known of the last packet.
INTERVAL = 0.002
PORTS = iter(range(30_000, 60_000))
CLOCK_TICKS = 100


def ms(seconds):
    return seconds * 1000


@contextlib.contextmanager
def streaming(user, site):
    """Packets from the user to the host each two milliseconds; gives their port."""
    port = next(PORTS)
    traffic = pathlib.Path(sys.modules["traffic"].__file__)
    process = user.popen(sys.executable, traffic, "stream", site.address, port, INTERVAL)
    try:
        eventually(lambda: any(found == port for _, _, found in site.host.packets()), timeout=20)
        yield port
    finally:
        process.kill()
        process.wait()


def ready(lab, own, site):
    """Signs in where that is needed, and connects."""
    own.leave()
    try:
        connect_in_time(own, site)
    except (Refused, StopIteration, AttributeError):
        eventually(lambda: signed_in(own), timeout=20)
        connect_in_time(own, site)
    # WireGuard asks once more after five seconds where the gateway did not know the peer yet.
    assert own.reaches(site.address, seconds=12)


def connect_in_time(own, site):
    """A user may ask for thirty connections a minute, which is fewer than there are runs."""
    while True:
        try:
            return own.connect(site.name)
        except Refused as refused:
            if refused.status != 429:
                raise
            time.sleep(1)


def signed_in(own):
    try:
        return own.sign_in()
    except AssertionError:
        return None


def cut_once(lab, own, site, at_phase=0.0):
    """Suspends the user in Okta while packets stream: the times of the last packet and of the last acknowledgement."""
    ready(lab, own, site)
    user = lab.user_id(own.browser.email)
    site.host.forget()
    with streaming(own.machine, site) as port:
        time.sleep(0.05 + at_phase)
        start = time.time()
        lab.okta_api("POST", f"users/{user}/lifecycle/suspend")
        cut = lab.cut(own.connection["id"], timeout=60)
        time.sleep(0.1)
        arrived = [at for at, _, found in site.host.packets() if found == port]
    lab.okta_api("POST", f"users/{user}/lifecycle/unsuspend")
    last = max(arrived)
    return {
        "last_packet_ms": ms(last - start), "acknowledged_ms": ms(cut.at - start),
        "after_commit_ms": ms(max(0, last - cut.closed_at)), "late": sum(at > cut.at for at in arrived),
    }  # fmt: skip


def cuts(lab, runs, phase=lambda number: 0.0):
    people = [lab.users[name].own_client() for name in ("ana", "ben", "farah")]
    site = lab.sites["Berlin"]
    found = []
    for number in range(runs):
        own = people[number % len(people)]
        found.append(cut_once(lab, own, site, phase(number)))
        own.leave()
        if number % 20 == 19:
            note(f"  {number + 1} of {runs}, median {statistics.median(one['last_packet_ms'] for one in found):.0f} ms")
    figures = {name: [one[name] for one in found] for name in ("last_packet_ms", "acknowledged_ms", "after_commit_ms")}
    return figures | {"late": sum(one["late"] for one in found)}


def hook(settings):
    note("Suspended in Okta, by event hook")
    with Lab() as lab:
        return cuts(lab, settings["runs"])


def poll(settings):
    every = settings["sync_every"]
    note(f"Suspended in Okta, by a poll each {every} s")
    clock = [*NO_CLOCK]
    clock[clock.index("--sync-every") + 1] = every
    with Lab(clock=clock) as lab:
        lab.control("event-hooks/settings", drop_percent=100)
        return cuts(lab, settings["runs"], lambda number: every * (number % 10) / 10)


def big_lab(people):
    return Lab(okta_options=["--users", people, "--groups", 3], groups=["All Employees"], emails=None)


def crowd(settings):
    count = settings["crowd"]
    note(f"{count:,} users at once")
    took, lost = [], 0
    with big_lab(int(count * 1.4)) as lab:
        site = lab.sites["Berlin"]
        stays = lab.users["ben"].own_client().connect("Berlin")
        assert stays.reaches(site.address)
        keep = {lab.user_id(lab.users[name].email) for name in ("ana", "ben")}
        known = lab.timus("users", "--json").json
        people = [user["okta_user_id"] for user in known if user["okta_status"] == "ACTIVE"]
        people = [user for user in people if user not in keep][:count]
        assert len(people) == count
        for number in range(3):
            opened = connect_crowd(lab.database, "Berlin", people, first=0x64410001 + number * 65_536)
            eventually(lambda: all(peers(gateway) == count + 1 for gateway in site.gateways), timeout=60)
            with Flows(stays.machine, site.address) as his:
                his.wait()
                time.sleep(1)
                start = time.time()
                lab.control("changes", action="suspend", ids=people)
                waiting = "SELECT count(*) FROM connection_cut WHERE acknowledged_at IS NULL"
                still = f"SELECT count(*) FROM connection WHERE closed_at IS NULL AND connection_id <> '{stays.connection['id']}'"
                eventually(lambda: lab.rows(still)[0][0] == 0 and lab.rows(waiting)[0][0] == 0, timeout=60)
                took.append(lab.rows("SELECT max(acknowledged_at) FROM connection_cut")[0][0] / 1000 - start)
                time.sleep(0.5)
                lost += len(his.lost(time.time() - 0.3))
            lab.control("changes", action="unsuspend", ids=people)
            eventually(lambda: active(lab, people) == count, timeout=60)
            assert opened
    return {"seconds": took, "lost": lost}


def active(lab, people):
    wanted = set(people)
    return sum(user["okta_user_id"] in wanted and user["okta_status"] == "ACTIVE" for user in lab.timus("users", "--json").json)


def peers(gateway):
    return len(gateway.machine.run("wg", "show", "timus0", "peers").split())


def idle(settings):
    count = settings["idle"]
    note(f"{count:,} idle connections on one gateway stream")
    with big_lab(1_400) as lab:
        gateway = lab.sites["Lisbon"].gateways[0]
        server, program = lab.process.process.pid, gateway.process.process.pid
        time.sleep(5)
        before = megabytes(server)
        users = [user["okta_user_id"] for user in lab.timus("users", "--json").json if user["okta_status"] == "ACTIVE"]
        start = time.time()
        opened = connect_crowd(lab.database, "Lisbon", [users[number % len(users)] for number in range(count)])
        eventually(lambda: peers(gateway) == count, timeout=300)
        filled = time.time() - start
        time.sleep(35)
        cpu, gateway_cpu, begun = cpu_seconds(server), cpu_seconds(program), time.time()
        time.sleep(60)
        seconds = time.time() - begun
        figures = {
            "server_mb_before": before, "server_mb": megabytes(server), "gateway_mb": megabytes(program),
            "server_cpu": 100 * (cpu_seconds(server) - cpu) / seconds,
            "gateway_cpu": 100 * (cpu_seconds(program) - gateway_cpu) / seconds, "filled_seconds": filled, "cut_ms": [],
        }  # fmt: skip
        for connection in opened[:: max(1, count // 20)]:
            user, site = lab.rows("SELECT okta_user_id, site_id FROM connection WHERE connection_id = ?", connection)[0]
            begun = time.time()
            lab.manage(f"/sites/{site}/connections/{connection}/drop")
            figures["cut_ms"].append(ms(lab.cut(connection).at - begun))
            assert user
    return figures


def megabytes(process):
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def connect(settings):
    note("From connect to the first ping")
    took = []
    with Lab() as lab:
        user, site = lab.users["ana"], lab.sites["Berlin"]
        user.sign_in()
        for _ in range(min(settings["runs"], 30)):
            start = time.time()
            process = user.machine.started("timus-connect", "connect", site.name, TIMUS_CONNECT_HOME=user.home)
            took.append(ms(first_ping(user.machine, site) - start))
            assert process.result().code == 0
            assert user.connect("disconnect").code == 0
    return took


def first_ping(machine, site):
    end = time.time() + 20
    while time.time() < end:
        if "bytes from" in machine.run("ping", "-n", "-c", 1, "-W", 0.1, site.address, check=False):
            return time.time()
        time.sleep(0.005)
    raise AssertionError("no ping came back")


def main():
    settings = json.loads(sys.argv[1])
    only = (settings["only"] or "hook,poll,crowd,idle,connect,throughput").split(",")
    print(json.dumps({name: globals()[name](settings) for name in only}))


main()
