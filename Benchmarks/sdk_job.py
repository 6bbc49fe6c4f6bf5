"""The same job as somebody would write it with Okta's SDK for Python: every group's members into SQLite.

    python sdk_job.py ORIGIN TOKEN DATABASE SECONDS EVERYONE

One request after the other, as in the SDK's documentation. Stops after SECONDS and prints how far it came as JSON.
"""

import asyncio
import json
import sqlite3
import sys
import time
import urllib.parse

from okta.client import Client

SCHEMA = """
    CREATE TABLE users (id TEXT PRIMARY KEY, status TEXT, login TEXT, email TEXT, first_name TEXT, last_name TEXT);
    CREATE TABLE groups (id TEXT PRIMARY KEY, name TEXT, description TEXT);
    CREATE TABLE memberships (group_id TEXT, user_id TEXT, PRIMARY KEY (group_id, user_id));
"""


async def everything(method, *arguments, **options):
    """All items of a list: pages as large as Okta gives them, until there is no next one."""
    items, after = [], None
    while True:
        page, response, error = await method(*arguments, **options, **({"after": after} if after else {}))
        if error:
            raise SystemExit(f"error: {error}")
        items += page
        after = cursor(response.headers.get("Link") or response.headers.get("link") or "")
        if after is None:
            return items


def cursor(links):
    """The `after` of the next page."""
    for part in links.split(","):
        if 'rel="next"' in part:
            address = part[part.index("<") + 1 : part.index(">")]
            return urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["after"][0]
    return None


async def synchronize(origin, token, database, longest, everyone):
    start = time.perf_counter()
    members, done = 0, 0
    database.executescript(SCHEMA)
    async with Client({"orgUrl": origin, "token": token}) as okta:
        groups = [
            group
            for group in await everything(okta.list_groups, limit=200)
            if everyone or text(group.type) != "BUILT_IN"
        ]
        for group in groups:
            profile = getattr(group.profile, "actual_instance", None) or group.profile
            database.execute(
                "INSERT OR REPLACE INTO groups VALUES (?, ?, ?)",
                (group.id, profile.name, getattr(profile, "description", None)),
            )
            for user in await everything(okta.list_group_users, group.id, limit=1000):
                database.execute(
                    "INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?)",
                    (user.id, text(user.status), user.profile.login, user.profile.email, user.profile.first_name,
                     user.profile.last_name),
                )
                database.execute("INSERT OR REPLACE INTO memberships VALUES (?, ?)", (group.id, user.id))
                members += 1
            done += 1
            if time.perf_counter() - start > longest:
                break
    database.commit()
    return {
        "seconds": time.perf_counter() - start,
        "groups": len(groups),
        "groups_read": done,
        "memberships_read": members,
    }


def text(value):
    """The word of one of the SDK's enums."""
    return getattr(value, "value", value)


if __name__ == "__main__":
    origin, token, path, longest, everyone = sys.argv[1:]
    print(json.dumps(asyncio.run(
        synchronize(origin, token, sqlite3.connect(path), float(longest), everyone == "True")
    )))
