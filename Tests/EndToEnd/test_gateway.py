"""`timus-gateway` on a machine of its own: what it makes, what it refuses, and what it leaves behind."""

import json
import stat
import time

import pytest

from gateways import RANGE, address, enrolled, gateway, internet, key, machine
from programs import PATIENCE, eventually

def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_enrolment_keeps_its_secrets_to_itself(gateway):
    result = gateway.enrol("--json")

    assert result.code == 0 and result.json["gateway"] == "Berlin-1", result
    assert result.json["public_key"] == gateway.server.public_key and result.json["listen_port"] == 51820
    assert mode(gateway.state) == 0o700
    assert {mode(file) for file in gateway.state.iterdir() if file.is_file()} == {0o600}
    private = next(file for file in gateway.state.iterdir() if file.name == "key").read_text()
    derived = gateway.machine.run("wg", "pubkey", input=private).strip()
    assert derived == gateway.server.public_key
    token = next(iter(gateway.server.tokens))
    assert token not in result.out and private.strip() not in result.out


def test_a_wrong_code_is_refused_and_changes_nothing(enrolled):
    before = {file.name: file.read_bytes() for file in enrolled.state.iterdir() if file.name in ("key", "settings.json")}

    result = enrolled.enrol(code="AAAA-BBBB")

    assert result.code == 1 and "There is no such code" in result.err and "hint: " in result.err, result
    assert before == {name: (enrolled.state / name).read_bytes() for name in before}
    assert not (enrolled.state / "key.next").exists()


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["run"], 3),
        (["status"], 3),
        (["down"], 3),
        (["enrol", "--server", "http://203.0.113.9", "--code", "x"], 2),
        (["enrol", "--server", "ftp://203.0.113.9", "--code", "x"], 2),
        (["enrol", "--server", "http://127.0.0.1:9", "--code", "x", "--interface", "a b"], 2),
        (["enrol", "--server", "http://127.0.0.1:9", "--code", "x", "--listen-port", 70_000], 2),
        (["enrol", "--server", "http://127.0.0.1:9", "--code", ""], 2),
        (["enrol", "--server", "http://127.0.0.1:9", "--code", "x"], 1),
        (["nonsense"], 2),
    ],
)
def test_exit_codes(gateway, arguments, code):
    result = gateway.program(*arguments)

    assert result.code == code, result
    assert result.err.startswith("error: ") and result.out == "", result


def test_up_and_down_leave_the_machine_as_it_was(enrolled):
    before = (set(enrolled.machine.interfaces()), enrolled.rules(), enrolled.forwards())
    assert not before[2]

    enrolled.start()
    assert "timus0" in enrolled.machine.interfaces() and enrolled.forwards()
    assert "100.64.0.1/10" in enrolled.machine.ip("address", "show", "dev", "timus0")
    assert "timus-gateway:" in enrolled.machine.ip("-details", "link", "show", "timus0")
    enrolled.stop()
    assert "timus0" in enrolled.machine.interfaces(), "an update must cut nobody off"
    down = enrolled.program("down")

    assert down.code == 0, down
    assert (set(enrolled.machine.interfaces()), enrolled.rules(), enrolled.forwards()) == before
    assert not enrolled.machine.processes("wireguard-go")


def test_an_interface_of_somebody_elses_stays(enrolled):
    enrolled.machine.ip("link", "add", "timus0", "type", "bridge")

    result = enrolled.program("run", "--json", timeout=20)

    assert result.code == 1 and "did not make" in result.err, result
    assert "timus0" in enrolled.machine.interfaces()
    down = enrolled.program("down")
    assert "timus0" in enrolled.machine.interfaces(), down


def test_peers_come_and_go_and_each_word_is_acknowledged(enrolled):
    enrolled.start()
    server = enrolled.server
    server.add(key(1), address(2))
    server.acknowledged(server.revision)
    enrolled.lets_in(key(1))
    assert address(2) in enrolled.rules()
    server.change(removed=[key(1)], added={key(2): address(3)})
    server.acknowledged(server.revision)
    assert key(1) not in enrolled.peers() and address(2) not in enrolled.rules()
    enrolled.lets_in(key(2))
    # The same address for another key, and another address for the same key.
    server.change(removed=[key(2)], added={key(3): address(3)})
    server.acknowledged(server.revision)
    assert key(2) not in enrolled.peers()
    enrolled.lets_in(key(3))
    assert address(3) in enrolled.rules()
    server.add(key(3), address(4))
    server.acknowledged(server.revision)
    assert f"{address(4)}/32" in enrolled.machine.run("wg", "show", "timus0", "allowed-ips")
    assert address(3) not in enrolled.rules() and address(4) in enrolled.rules()
    server.set_state(peers={})
    server.acknowledged(server.revision)
    assert enrolled.peers() == set()


def test_what_was_not_told_the_next_full_state_tells(enrolled):
    enrolled.start()
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)
    enrolled.server.remove_untold(key(1))
    enrolled.server.tell_full()
    enrolled.server.acknowledged(enrolled.server.revision)
    assert enrolled.peers() == set()


@pytest.mark.parametrize(
    "line",
    ["{\n", "null\n", '{"changes":{}}\n', '{"full":{"revision":99,"lease":300,"networks":["0.0.0.0/0; drop"],'
     '"tunnel_range":"100.64.0.0/10","peers":[]}}\n', '{"changes":{"revision":99,"removed":[],"added":[{"public_key":"x\\ny",'
     '"address":"100.64.0.9"}]}}\n', '{"changes":{"revision":99,"removed":[],"added":[{"public_key":"' + key(9)
     + '","address":"10.20.0.1"}]}}\n'],
    ids=["no JSON", "nothing", "empty changes", "a network that is none", "a key that is none", "an address of the site"],
)  # fmt: skip
def test_what_makes_no_sense_lets_nobody_in(enrolled, line):
    """Nor does anything of it reach a command line; what follows it is heard as before."""
    enrolled.start()
    server = enrolled.server
    server.add(key(1), address(2))
    server.acknowledged(server.revision)

    server.tell_text(line)
    time.sleep(1)

    assert enrolled.peers() <= {key(1)}
    rules = enrolled.rules()
    assert "10.20.0.1" not in rules and address(9) not in rules and "0.0.0.0/0" not in rules
    server.wait(lambda: server.streams, timeout=15)
    server.revision = 100
    server.set_state(peers={key(2): address(3)})
    server.acknowledged(server.revision)
    enrolled.lets_in(key(2))


def test_status_says_how_it_does(enrolled):
    assert enrolled.program("status").code == 1
    enrolled.start()
    enrolled.server.add(key(1), address(2))
    enrolled.server.acknowledged(enrolled.server.revision)

    def answers():
        status = enrolled.program("status", "--json")
        return status.code == 0 and status.json["status"]["peer_count"] == 1 and status

    status = eventually(answers, timeout=15).json
    assert status["running"] and status["gateway"] == "Berlin-1" and status["status"]["server_reachable"]
    assert status["status"]["peers"][0]["address"] == address(2)
    assert status["status"]["networks"] == [RANGE] and status["status"]["revision_in_force"] == enrolled.server.revision
    text = enrolled.program("status").out
    assert "Berlin-1, a gateway of Berlin: runs." in text
    assert next(iter(enrolled.server.tokens)) not in text + json.dumps(status)


def test_two_at_a_time_are_one_too_many(enrolled):
    enrolled.start()
    second = enrolled.program("run", timeout=20)
    assert second.code == 1 and "already" in second.err, second


def test_ten_thousand_peers_are_no_trouble(enrolled):
    enrolled.start()
    peers = {key(number): address(number + 10) for number in range(1, 10_001)}
    server = enrolled.server
    server.set_state(peers=peers)
    start = time.monotonic()
    eventually(lambda: len(enrolled.peers()) == 10_000, timeout=30)
    all_of_them = time.monotonic() - start
    server.acknowledged(server.revision)

    single = []
    for number in range(5_000, 5_005):
        server.remove(key(number))
        single.append(server.acknowledged(server.revision))
    one = sorted(single)[2]
    server.tell_full()
    server.change(removed=[key(number) for number in range(1, 1_001)])
    thousand = server.acknowledged(server.revision)
    print(f"\n10,000 peers in {all_of_them:.2f} s, one cut in {one:.3f} s, a thousand in {thousand:.2f} s")
    assert len(enrolled.peers()) == 8_995
    assert all_of_them < 10 * PATIENCE and one < 0.5 * PATIENCE and thousand < 3 * PATIENCE
