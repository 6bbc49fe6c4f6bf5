"""The audit trail: who came in, who was refused and why; and that a change of it shows."""

import csv
import io
import json
import re
import shutil
import signal
import sqlite3
import threading

import pytest
import requests

from consoles import Visitor
from programs import PATIENCE, Running, eventually, run


@pytest.fixture(scope="module")
def owned(tmp_path_factory):
    """A database with one owner, made once: a password takes its time."""
    server = Server(tmp_path_factory.mktemp("owned"))
    added = server.timus(
        "administrators", "add", "olga@acme.example", "--role", "owner", "--password-file", "-", input=Server.password + "\n"
    )
    assert added.code == 0, added
    return server


@pytest.fixture
def server(owned, tmp_path):
    """A copy of it, with a server and commands."""
    shutil.copytree(owned.database.parent, tmp_path, dirs_exist_ok=True)
    return Server(tmp_path)


class Server:
    password = "the owner's own words"

    def __init__(self, folder):
        self.database = folder / "timus.sqlite"

    def timus(self, *arguments, **more):
        return run("timus", *arguments, TIMUS_DATABASE=self.database, **more)

    def serve(self, *arguments):
        return Running("timus", "serve", "--port", 0, "--json", *arguments, TIMUS_DATABASE=self.database)

    def events(self):
        return self.timus("audit", "export", "--format", "json").json

    def sql(self, statement, *values):
        database = sqlite3.connect(self.database)
        with database:
            rows = database.execute(statement, values).fetchall()
        database.close()
        return rows


def test_a_sign_in_and_a_refusal_say_step_reason_address_and_device(server):
    with server.serve() as running:
        origin = running["manager"].rstrip("/")
        refused = requests.post(
            f"{origin}/sign-in/password",
            data={"email": "olga@acme.example", "password": "not these words"},
            headers={"Origin": origin, "User-Agent": "Tests/1.0"},
            timeout=30 * PATIENCE,
        )
        assert refused.status_code == 401
        Visitor(running["manager"], "olga@acme.example", server.password)
        requests.get(f"{origin}/user/external?code=0123456789&state={'A' * 43}", allow_redirects=False, timeout=30 * PATIENCE)

    events = server.events()
    wrong, opened, other = [event for event in events if event["action"] in ("sign-in.refused", "session.opened")]
    assert (wrong["action"], wrong["subject"], wrong["step"]) == ("sign-in.refused", "olga@acme.example", "session")
    assert wrong["reason"].startswith("The password was wrong") and wrong["device"] == "Tests/1.0"
    assert (opened["action"], opened["actor"], opened["step"]) == ("session.opened", "olga@acme.example", "session")
    assert (other["action"], other["subject"], other["step"]) == ("sign-in.refused", "unknown", "session")
    assert "not started in this browser" in other["reason"]
    assert {event["address"] for event in (wrong, opened, other)} == {"127.0.0.1"}
    assert "0123456789" not in json.dumps(events) and "not these words" not in json.dumps(events)
    assert server.timus("audit", "verify").code == 0


def test_a_stranger_cannot_fill_the_events(server):
    with server.serve() as running:
        before = len(server.events())
        for number in range(150):
            requests.get(f"{running['manager']}user/external?code=x&state={number:043}", allow_redirects=False, timeout=30 * PATIENCE)
        assert len(server.events()) == before + 1
        assert server.sql("SELECT repeats FROM refusal_count") == [(149,)]


def test_the_chain_is_verified_and_its_head_printed(server):
    whole = server.timus("audit", "verify", "--json")
    head = server.timus("audit", "head", "--json").json

    assert whole.code == 0 and whole.json == {"first_broken": None, "verified_to": head["id"], "whole": True}
    assert head["head"] == f"{head['id']}:{head['hash']}" == server.timus("audit", "head").out.strip()
    assert server.timus("audit", "verify", "--head", head["head"]).out == f"Whole to event {head['id']}.\n"


@pytest.mark.parametrize(
    "damage, first",
    [
        ("UPDATE audit_event SET new_value = 'x' WHERE event_id = 3", 3),
        ("UPDATE audit_event SET address = '192.0.2.1' WHERE event_id = 3", 3),
        ("DELETE FROM audit_event WHERE event_id = 3", 3),
        (
            "UPDATE audit_event SET event_id = CASE event_id WHEN -2 THEN 3 WHEN -3 THEN 2 ELSE event_id END",
            2,
        ),
        (
            "INSERT INTO audit_event SELECT organisation_id, 6, at, actor, action, subject, old_value, new_value,"
            " previous_hash, hash, address, device, step, reason FROM audit_event WHERE event_id = 5",
            6,
        ),
    ],
    ids=["edited", "moved elsewhere", "deleted", "reordered", "duplicated"],
)
def test_damage_is_found_by_its_number(server, damage, first):
    for number in range(4):
        assert server.timus("sites", "add", f"Site {number}", f"10.{number}.0.0/16").code == 0
    assert server.timus("audit", "head").out.startswith("5:")
    if first == 2:
        server.sql("UPDATE audit_event SET event_id = -event_id WHERE event_id IN (2, 3)")

    server.sql(damage)

    result = server.timus("audit", "verify", "--json")
    assert result.code == 1, result
    assert result.json == {"first_broken": first, "verified_to": first - 1, "whole": False}
    assert server.timus("audit", "verify").out.startswith(f"Event {first} is not as it was written")


def test_a_tail_cut_off_shows_beside_a_head_kept_elsewhere(server):
    head = server.timus("audit", "head").out.strip()
    assert server.timus("sites", "add", "Berlin", "10.20.0.0/16").code == 0
    later = server.timus("audit", "head").out.strip()

    server.sql("DELETE FROM audit_event WHERE event_id = 2")
    server.sql("UPDATE audit_head SET event_id = 1, hash = ?", head.partition(":")[2])

    assert server.timus("audit", "verify").code == 0, "the chain itself is whole"
    assert server.timus("audit", "verify", "--head", head).code == 0
    cut = server.timus("audit", "verify", "--json", "--head", later)
    assert cut.code == 1 and cut.json["first_broken"] == 2


@pytest.mark.parametrize("head", ["", "x", "1", "1:", "1:xyz", "0:" + "a" * 64])
def test_a_head_that_is_none_is_wrong_use(server, head):
    result = server.timus("audit", "verify", "--head", head)

    assert result.code == 2 and result.err.startswith("error: "), result


def test_the_export_is_csv_that_no_spreadsheet_runs(server):
    nasty = ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(1)", 'a "b", c']
    for number, name in enumerate(nasty):
        added = server.timus("sites", "add", "--", name, f"10.{number}.0.0/16")
        assert added.code == 0, added

    text = server.timus("audit", "export", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))

    subjects = [row["subject"] for row in rows if row["action"] == "site.added"]
    assert subjects == ["'" + name if name[0] in "=+-@" else name for name in nasty]
    assert len(rows) == len(server.events())
    assert list(rows[0]) == "id at actor action subject old new address device step reason hash".split()


def test_the_export_of_a_span_of_time(server):
    events = server.events()
    assert server.timus("audit", "export", "--format", "json", "--since", "2999-01-01").json == []
    assert server.timus("audit", "export", "--format", "json", "--until", "2999-01-01").json == events
    assert server.timus("audit", "export", "--format", "json", "--since", events[0]["at"]).json == events
    wrong = server.timus("audit", "export", "--format", "json", "--since", "yesterday")
    assert wrong.code == 2 and "error: " in wrong.err


def test_a_server_that_is_killed_while_it_writes_leaves_a_whole_chain(server):
    for _ in range(3):
        with server.serve() as running:
            stop = threading.Event()

            def knock(number):
                while not stop.is_set():
                    number += 7
                    try:
                        requests.get(
                            f"{running['manager']}user/external?error=access_denied&state={number:043}",
                            headers={"User-Agent": f"Knock/{number}"},
                            allow_redirects=False,
                            timeout=5,
                        )
                    except requests.RequestException:
                        return

            threads = [threading.Thread(target=knock, args=(start,)) for start in range(4)]
            for thread in threads:
                thread.start()
            eventually(lambda: server.sql("SELECT COALESCE(SUM(repeats), 0) FROM refusal_count")[0][0] > 50)
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
            stop.set()
            for thread in threads:
                thread.join()
        result = server.timus("audit", "verify")
        assert result.code == 0, result


def test_manager_shows_the_events_and_hands_them_out(server):
    with server.serve() as running:
        olga = Visitor(running["manager"], "olga@acme.example", server.password)
        requests.get(running["manager"] + f"user/external?code=x&state={'B' * 43}", allow_redirects=False, timeout=30 * PATIENCE)

        page = olga.get("/events?show=refused").text
        assert "sign-in.refused" in page and "site.added" not in page and "administrator.added" not in page
        assert "127.0.0.1" in page and "not started in this browser" in page
        assert "session.opened" in olga.get("/events?show=sign-ins").text
        done = olga.post("/events/verification", {"csrf": olga.csrf})
        assert done.status_code == 303
        assert re.search(r"Chain verified to event \d+\.", olga.get("/events").text)

        for kind, type in [("csv", "text/csv; charset=utf-8"), ("json", "application/json")]:
            file = olga.get(f"/events.{kind}")
            assert file.status_code == 200 and file.headers["Content-Type"] == type
            assert file.headers["Cache-Control"] == "no-store"
            assert file.headers["Content-Disposition"] == f'attachment; filename="timus-events.{kind}"'
        assert [event["id"] for event in olga.get("/events.json").json()] == [event["id"] for event in server.events()]

        added = server.timus(
            "administrators", "add", "vera@acme.example", "--role", "viewer", "--password-file", "-", input="vera looks only\n"
        )
        assert added.code == 0
        vera = Visitor(running["manager"], "vera@acme.example", "vera looks only")
        assert vera.get("/events.csv").status_code == 200
        assert "Verify the chain" not in vera.get("/events").text
        assert vera.post("/events/verification", {"csrf": vera.csrf}).status_code == 403
        assert requests.get(running["manager"] + "events.csv", allow_redirects=False, timeout=30 * PATIENCE).status_code == 303

        server.sql("UPDATE audit_event SET subject = 'x' WHERE event_id = 1")
        olga.post("/events/verification", {"csrf": olga.csrf})
        assert "Event 1 is not as it was written, or is missing." in olga.get("/events").text
