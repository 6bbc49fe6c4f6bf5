"""`timus-connect` on real tunnels: from the sign-in to a download, and what a user types."""

import contextlib
import json
import os
import time

import pytest

from connect_lab import ana, berlin, connected, connection_of, interfaces, lab, mode  # noqa: F401
from people import reaches
from programs import PATIENCE, run


def test_from_the_sign_in_to_a_download(lab, berlin):
    """As a person does it: sign in, look, connect, use, disconnect, sign out."""
    ben = lab.users["ben"]
    signed_in = ben.sign_in()
    assert {network["name"] for network in signed_in["networks"]} == {"Berlin", "Lisbon"}

    start = time.monotonic()
    result = ben.connect("connect", "Berlin", "--json")
    assert result.code == 0, result
    assert reaches(ben.machine, berlin)
    assert time.monotonic() - start < 5 * PATIENCE
    answer = result.json
    assert answer["network"] == "Berlin" and answer["address"].startswith("100.64.0."), answer

    file = lab.folder / "download"
    file.write_bytes(os.urandom(5_000_000))
    site = lab.sites["Berlin"]
    server = site.machine.popen("python3", "-m", "http.server", "8080", "--directory", lab.folder, "--bind", berlin)
    try:
        copy = lab.folder / "downloaded"
        words = ["curl", "-fsS", "--retry", 5, "--retry-connrefused", "-o", copy, f"http://{berlin}:8080/download"]
        ben.machine.run(*words)
        assert copy.read_bytes() == file.read_bytes()
    finally:
        server.kill()
        server.wait()

    everybodys = lab.timus("devices", "--json").json
    his = lab.timus("devices", "--user", ben.email, "--json").json
    assert {one["user"] for one in his} == {ben.email}
    assert his == [one for one in everybodys if one["user"] == ben.email]
    assert [ben.email, his[0]["name"]] in [line.split()[:2] for line in lab.timus("devices").out.splitlines()]

    status = ben.status()
    assert status.code == 0 and "Berlin" in json.dumps(status.json), status
    assert mode(ben.home) == 0o700 and {mode(path) for path in ben.home.iterdir() if path.is_file()} == {0o600}
    assert ben.connect("disconnect").code == 0
    assert interfaces(ben) == [] and connection_of(lab, ben.email) is None
    assert not reaches(ben.machine, berlin, seconds=0.5)
    assert ben.connect("sign-out").code == 0
    assert ben.status().code == 3 and not ben.machine.processes("timus-connect") and not ben.machine.processes("wireguard-go")


def test_the_private_key_stays_where_it_was_made(lab, connected):
    keys = connected.machine.run("wg", "show", interfaces(connected)[0], "private-key").strip()
    assert keys not in lab.database.read_bytes().decode("latin-1")
    for process in connected.machine.processes("timus-connect"):
        with contextlib.suppress(OSError):
            told = open(f"/proc/{process}/cmdline").read() + open(f"/proc/{process}/environ").read()
            assert keys not in told


@pytest.mark.parametrize(
    "words, code",
    [(["connect", "Nowhere"], 1), (["connect", "Berlin", "--wait", "x"], 2), (["disconnect"], 0), (["nonsense"], 2)],
)
def test_exit_codes(ana, words, code):
    result = ana.connect(*words)
    assert result.code == code, result


def test_who_is_not_signed_in_is_told_so(lab):
    farah = lab.users["farah"]
    for words in (["connect", "Berlin"], ["networks"], ["status"]):
        result = farah.connect(*words)
        assert result.code == 3, result


def test_without_root_a_file_for_wg_quick(lab, ana):
    """`connect --config FILE`, by a user who may not touch the network."""
    file = lab.folder / "berlin.conf"
    result = ana.connect("connect", "Berlin", "--config", file)
    assert result.code == 0, result
    text = file.read_text()
    assert mode(file) == 0o600 and "[Interface]" in text and "AllowedIPs = 10.20.0.0/16" in text
    assert not any(word in text for word in ("PostUp", "PreUp", "PostDown", "PreDown", "DNS"))
    assert interfaces(ana) == []


@pytest.mark.parametrize("file", ["/nowhere/berlin.conf", "/proc", "/sys/berlin.conf"])
def test_a_file_that_cannot_be_written_opens_nothing(lab, ana, file):
    assert connection_of(lab, ana.email) is None
    result = ana.connect("connect", "Berlin", "--config", file)
    assert result.code == 1 and f"error: {file} cannot be written" in result.err and "hint: " in result.err, result
    assert connection_of(lab, ana.email) is None


def test_doctor_finds_nothing_wrong_here_and_what_is(lab, ana):
    well = ana.connect("doctor", "--json")
    assert well.code == 0, well
    ana.machine.unplug()
    ill = ana.connect("doctor", timeout=60)
    ana.machine.plug()
    assert ill.code == 1 and "fail" in ill.out, ill


def test_completions_are_generated():
    for shell in ("bash", "zsh", "fish"):
        result = run("timus-connect", "completions", shell)
        assert result.code == 0 and "connect" in result.out, result
