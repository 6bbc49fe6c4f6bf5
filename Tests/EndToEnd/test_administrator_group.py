"""An Okta group is administrators: in through Okta while a member, out with the synchronization that learns of the end."""

import pytest
from playwright.sync_api import expect

from consoles import Manager, sign_in_at_okta
from programs import Demo


@pytest.fixture
def own(tmp_path):
    with Demo(tmp_path) as demo:
        yield demo


def test_a_member_enters_through_okta_and_is_out_after_leaving(chromium, own):
    refused = own.timus("administrators", "group", "add", "Engineering", "--role", "owner")
    assert refused.code == 1 and "not owners" in refused.err
    added = own.timus("administrators", "group", "add", "engineering", "--role", "viewer", "--json")
    assert added.code == 0 and (added.json["name"], added.json["role"], added.json["in_force"]) == ("Engineering", "viewer", True)
    api, group = own.okta_api, own.okta_api.group("Engineering")
    members = [member["profile"]["login"] for member in api.pages(f"groups/{group}/users")[0]]
    user = next(user for user in own["users"] if user["email"] in members)

    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(own["manager"] + "sign-in")
        page.get_by_role("button", name="Sign in with Okta").click()
        sign_in_at_okta(page, user["email"], user["password"])
        manager = Manager(page, own)
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        manager.open("Sites")
        expect(page.get_by_role("link", name="Add a remote site")).to_have_count(0)
        assert manager.goto("/administrators/new").status == 403

        listed = own.timus("administrators", "--json").json
        assert [line["role"] for line in listed if line["through_group"]] == ["viewer"]

        api("DELETE", f"groups/{group}/users/{api.user(user['email'])}")
        own.sync()
        manager.goto("/sites")
        expect(page.get_by_role("heading", name="Sign in to Timus")).to_be_visible()

    assert [line["email"] for line in own.timus("administrators", "--json").json] == [own["administrator"]["email"]]
    assert "makes nobody" in own.timus("administrators", "group", "remove", "Engineering").out
