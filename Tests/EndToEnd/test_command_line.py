"""The commands of the server, typed as an operator types them: answer, sentence, exit code."""

import json

import pytest

from programs import run


def test_help_lists_the_commands():
    result = run("timus", "--help")

    assert result.code == 0
    for command in [
        "serve", "demo", "okta", "sync", "users", "sites", "gateways", "connections", "devices", "explain", "administrators",
        "notifications",
    ]:  # fmt: skip
        assert f"  {command} " in result.out


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["sites", "add"], ["serve", "--port", "99999"], ["users", "--status", "asleep"], ["sites", "add", "Berlin", "10.0.0.0"],
        ["sites", "set-lease", "Berlin", "59"], ["gateways", "add", "Berlin"], ["connections", "--limit", "0"]],
)
def test_wrong_use_is_one_sentence_and_exit_code_2(tmp_path, arguments):
    result = run("timus", *arguments, TIMUS_DATABASE=tmp_path / "timus.sqlite")

    assert result.code == 2, result
    assert result.out == ""
    assert result.err.startswith("error: "), result


def test_sites(installation):
    assert installation.timus("sites", "add", "Berlin", "10.20.0.0/16").code == 0
    overlapping = installation.timus("sites", "add", "Potsdam", "10.20.4.0/24")
    again = installation.timus("sites", "add", "Berlin", "10.30.0.0/16")

    assert overlapping.code == 1 and "Berlin" in overlapping.err, overlapping
    assert again.code == 1 and "hint: " in again.err, again
    assert [site["name"] for site in installation.timus("sites", "--json").json] == ["Berlin"]


def test_gateways(installation):
    installation.timus("sites", "add", "Berlin", "10.20.0.0/16")
    none = installation.timus("gateways")
    first = installation.timus("sites", "add-gateway", "Berlin", "--endpoint", "berlin.acme.example:51820")
    second = installation.timus("gateways", "add", "berlin", "--endpoint", "[2001:db8::1]:51820", "--name", "Berlin-2", "--json")
    wrong = installation.timus("gateways", "add", "Berlin", "--endpoint", "2001:db8::1", "--name", "Berlin-3")
    listed = installation.timus("gateways", "list", "--json").json

    assert none.code == 0 and none.out == "" and "timus gateways add" in none.err, none
    assert first.code == 0 and len(first.out.strip()) == 39, first
    assert set(second.json) == {"id", "name", "endpoint", "code", "code_expires_at"}
    assert wrong.code == 1 and "The endpoint is a host and a port" in wrong.err, wrong
    assert [(it["name"], it["site"], it["status"], it["public_key"]) for it in listed] == [
        ("Berlin", "Berlin", "not_enrolled", None),
        ("Berlin-2", "Berlin", "not_enrolled", None),
    ]
    assert second.json["code"] not in str(listed)

    new = installation.timus("gateways", "new-code", "berlin-2", "--json")
    renamed = installation.timus("gateways", "rename", "Berlin", "Berlin-1")
    removed = installation.timus("gateways", "remove", "Berlin-2")
    unknown = installation.timus("gateways", "remove", "Berlin-2")

    assert new.json["id"] == second.json["id"] and new.json["code"] != second.json["code"]
    assert renamed.code == removed.code == 0
    assert unknown.code == 1 and "Berlin-1" in unknown.err, unknown
    assert "Berlin-1  Berlin  berlin.acme.example:51820  not enrolled" in installation.timus("gateways").out


def test_a_lease(installation):
    installation.timus("sites", "add", "Berlin", "10.20.0.0/16")

    assert installation.timus("sites", "set-lease", "Berlin", "600").code == 0
    assert installation.timus("sites", "--json").json[0]["lease_seconds"] == 600


def test_connections_and_devices_where_there_are_none(installation):
    for noun, verb in [("connections", "drop"), ("devices", "remove")]:
        assert installation.timus(noun, "--json").json == []
        unknown = installation.timus(noun, verb, "nothing")
        assert unknown.code == 1 and f"timus {noun} list" in unknown.err, unknown


def test_administrators(installation):
    added = installation.timus(
        "administrators", "add", "Ana@Acme.example", "--role", "owner", "--password-file", "-", input="correct horse battery\n"
    )
    short = installation.timus("administrators", "add", "ben@acme.example", "--password-file", "-", input="short\n")

    assert added.code == 0, added
    assert short.code == 1 and "12" in short.err, short
    assert installation.timus("administrators", "--json").json == [
        {"email": "ana@acme.example", "name": None, "role": "owner", "second_factor": "off", "through_group": False}
    ]


def test_the_whole_road(connected):
    names = [name for name in connected.group_names() if name != "Everyone"][:2]
    assert connected.timus("sites", "add", "Berlin", "10.20.0.0/16").code == 0
    assert connected.timus("okta", "choose", "--group", names[0], "--group", names[1], "--site", "Berlin").code == 0

    preview = connected.timus("sync", "--dry-run", "--json")
    nothing_yet = connected.timus("users", "--json")
    sync = connected.timus("sync", "--json")
    users = connected.timus("users", "--json").json

    assert preview.code == 0 and preview.json["dry_run"] is True, preview
    assert nothing_yet.json == []
    assert sync.code == 0, sync
    assert sync.json["state"] == "succeeded"
    assert sync.json["requests"] == 3, "one page of groups and one of each chosen group"
    assert preview.json["users_added"] == sync.json["counts"]["users_added"] == len(users)
    for user in users:
        assert set(user) == {"okta_user_id", "name", "email", "login", "status", "okta_status", "groups", "sites"}
        assert user["status"] in {"active", "inactive", "banned"}
        assert set(user["groups"]) <= set(names) and user["groups"]
        assert user["sites"] == (["Berlin"] if user["status"] == "active" else [])
    active = next(user for user in users if user["status"] == "active")
    explained = connected.timus("explain", active["login"], "Berlin")
    assert explained.code == 0 and ": yes. Allowed through " in explained.out, explained
    elsewhere = connected.timus("explain", active["login"], "Atlantis")
    assert elsewhere.code == 1 and "Berlin" in elsewhere.err


def test_a_second_sync_changes_nothing(connected):
    names = [name for name in connected.group_names() if name != "Everyone"][:3]
    connected.timus("okta", "choose", "--group", *names)
    connected.timus("sync")

    again = connected.timus("sync", "--json")

    counts = again.json["counts"]
    assert counts["users_added"] == counts["users_changed"] == counts["users_left"] == 0
    assert counts["memberships_added"] == counts["memberships_removed"] == 0


def test_disable_says_what_is_lost_and_keeps_the_users(connected):
    name = next(name for name in connected.group_names() if name != "Everyone")
    connected.timus("okta", "choose", "--group", name)
    connected.timus("sync")
    before = connected.timus("users", "--json").json

    asked = connected.timus("okta", "disable")
    disabled = connected.timus("okta", "disable", "--yes")
    after = connected.timus("users", "--json").json

    assert asked.code == 1 and "--yes" in asked.err
    assert disabled.code == 0, disabled
    assert {user["okta_user_id"] for user in after} == {user["okta_user_id"] for user in before}
    assert {user["status"] for user in after} == {"inactive"}
    assert connected.timus("sync").code == 1


def test_notifications(installation):
    installation.environment["TIMUS_ALLOW_LOCAL_OKTA"] = 0
    private = installation.timus("notifications", "set", "--webhook-url", "https://10.0.0.7/hook")
    made = installation.timus("notifications", "set", "--webhook-url", "http://127.0.0.1:1/hook", "--allow-local-okta")
    shown = installation.timus("notifications", "--json").json
    tested = installation.timus("notifications", "test", "--allow-local-okta", "--json")

    assert private.code == 1 and "private network" in private.err, private
    assert made.code == 0 and len(made.out.strip()) == 43, made
    assert shown["webhook_url"] == "http://127.0.0.1:1/hook" and shown["mail"] is True and shown["latest"] == []
    assert made.out.strip() not in str(shown)
    assert tested.code == 1, tested
    assert [(line["channel"], line["sent"]) for line in tested.json] == [("mail", False), ("webhook", False)]
