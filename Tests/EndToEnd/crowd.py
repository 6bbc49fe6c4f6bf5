"""A thousand users with open connections, written to the database as their sign-ins would have left them.

That many sign-ins would take minutes. Nothing of the server's is changed by it but rows; each peer has a key of its own, for which
nobody has the private half unless a test wants it.
"""

import base64
import contextlib
import ipaddress
import secrets
import sqlite3
import time

FIRST = int(ipaddress.IPv4Address("100.65.0.1"))


def connect_crowd(database, site, users, first=FIRST):
    """Opens a connection to the site for each of the users; the ids of the connections.

    - users: their ids in Okta; one that is there twice has two devices.
    """
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        organisation, site_id = connection.execute(
            "SELECT organisation_id, site_id FROM site WHERE name = ?", [site]
        ).fetchone()
        connection.execute("UPDATE site SET revision = revision + 1 WHERE site_id = ?", [site_id])
        (revision,) = connection.execute("SELECT revision FROM site WHERE site_id = ?", [site_id]).fetchone()
        sessions, devices, addresses, connections = [], [], [], []
        for number, user in enumerate(users):
            session, device, opened = (secrets.token_hex(16) for _ in range(3))
            key = base64.b64encode(secrets.token_bytes(32)).decode()
            address = first + number
            sessions.append((organisation, session, secrets.token_hex(32), user, now, now, now + 8 * 3_600_000, now + 3_600_000))
            devices.append((organisation, device, user, "crowd", key, "linux", now, now))
            addresses.append((organisation, device, site_id, address))
            connections.append(
                (organisation, opened, device, user, site_id, str(ipaddress.IPv4Address(address)), now, session, revision)
            )
        for table, columns, rows in (
            ("session", "organisation_id, session_id, token_hash, okta_user_id, created_at, last_seen_at, expires_at, "
             "token_expires_at, kind", [(*row, "connect") for row in sessions]),
            ("device", "organisation_id, device_id, okta_user_id, name, public_key, platform, created_at, last_seen_at", devices),
            ("tunnel_address", "organisation_id, device_id, site_id, number", addresses),
            ("connection", "organisation_id, connection_id, device_id, okta_user_id, site_id, address, opened_at, session_id, "
             "opened_revision", connections),
        ):  # fmt: skip
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
    return [row[1] for row in connections]
