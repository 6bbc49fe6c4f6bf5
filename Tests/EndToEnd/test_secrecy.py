"""The search for secrets that closes the suite (`conftest.py`): it finds one wherever a program could leave it."""

import sqlite3

import pytest
import requests

from programs import Running, keep, run
from secrecy import Secrecy, secrecy

SECRET = "kJ8/+mN2 pQ4rS6tU8vW0xY2zA4bC6dE8"


@pytest.fixture
def planted():
    it = Secrecy()
    it.plant(SECRET, "the secret")
    return it


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"2026-01-01 error timus: token={SECRET}\n",
        "Location: /x?code=kJ8%2F%2BmN2%20pQ4rS6tU8vW0xY2zA4bC6dE8&state=1",
        "\0\1" + SECRET + "\xff",
    ],
)
def test_finds_it_in_an_output(planted, tmp_path, text):
    (tmp_path / "server.err").write_text(text)

    assert planted.found(tmp_path) == [("the secret", str(tmp_path / "server.err"))]


def test_finds_it_in_the_rows_of_a_database(planted, tmp_path):
    file = tmp_path / "timus.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE audit_event (new_value TEXT)")
        # So long that the file holds it in pieces, and in words that no other test plants: the suite looks through this too.
        filler = "a long value " * 600
        database.execute("INSERT INTO audit_event VALUES (?)", (f"{filler}{SECRET}{filler}",))
    database.close()

    assert ("the secret", f"{file} (rows)") in planted.found(tmp_path)


def test_finds_nothing_where_nothing_is(planted, tmp_path):
    (tmp_path / "server.err").write_text(SECRET[:-1])
    (tmp_path / "secret").write_text(SECRET)  # a file that is there to hold it

    assert planted.found(tmp_path) == []


def test_notices_what_the_suite_plants(demo):
    noticed = secrecy.secrets

    assert demo["okta_api_token"] in noticed and demo["okta_client_secret"] in noticed
    assert demo["administrator"]["password"] in noticed
    requests.get(demo["okta"], headers={"Authorization": "Bearer a-token-of-the-test"}, timeout=30)
    assert "a-token-of-the-test" in noticed
    run("timus", "administrators", "add", "x", "--password-file", "-", input="typed-at-the-prompt\n", TIMUS_DATABASE="/dev/null/x")
    assert "typed-at-the-prompt" in noticed
