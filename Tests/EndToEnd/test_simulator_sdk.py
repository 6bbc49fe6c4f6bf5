"""Okta's own SDK for Python, unmodified, cannot tell the simulator from Okta."""

import pytest

from okta_sdk import client, cursor, finished
from programs import Running

pytestmark = pytest.mark.usefixtures("plain_http")


@pytest.fixture(scope="module")
def org():
    with Running("okta-simulator", "serve", "--port", 0, "--users", 450, "--groups", 30, "--seed", 3, "--json") as it:
        yield it


def identifier(item):
    return item["id"] if isinstance(item, dict) else item.id


def test_reads_all_users_through_their_pages(org):
    async def read():
        users, after, count = [], None, 0
        async with client(org) as okta:
            while True:
                more = {"after": after} if after else {}
                page, response, error = await okta.list_users(limit=200, **more)
                assert error is None, error
                users += page
                count += 1
                after = cursor(response)
                if after is None:
                    return users, count

    users, count = finished(read())

    assert len({user.id for user in users}) == len(users)
    assert count == 3
    # The plain list hides deactivated users, as Okta's does.
    assert 400 <= len(users) <= 451
    assert all(str(user.status.value if hasattr(user.status, "value") else user.status) != "DEPROVISIONED" for user in users)


def test_reads_groups_and_their_members(org):
    async def read():
        async with client(org) as okta:
            groups, _, error = await okta.list_groups(limit=200)
            assert error is None, error
            everyone = next(group for group in groups if group.type == "BUILT_IN" or str(group.type).endswith("BUILT_IN"))
            members, after = [], None
            while True:
                more = {"after": after} if after else {}
                page, response, error = await okta.list_group_users(everyone.id, limit=200, **more)
                assert error is None, error
                members += page
                after = cursor(response)
                if after is None:
                    return groups, members

    groups, members = finished(read())

    assert len(groups) == 31
    assert len({identifier(member) for member in members}) >= 450


def test_is_told_of_a_wrong_token_in_okta_words(org):
    async def read():
        async with client(org, token="00wrong") as okta:
            return await okta.list_users(limit=1)

    _, _, error = finished(read())

    assert error is not None
    assert "E0000011" in str(error) or "Invalid token provided" in str(error)
