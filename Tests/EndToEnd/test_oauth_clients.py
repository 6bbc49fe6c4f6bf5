"""Other people's OAuth clients sign in as Connect does, knowing nothing of Timus but its address: Authlib and requests-oauthlib."""

import hashlib
import json
import re

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as Authlib
from authlib.integrations.requests_client import OAuthError
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from oauthlib.oauth2 import InvalidGrantError
from playwright.sync_api import expect
from requests_oauthlib import OAuth2Session as RequestsOAuthlib

from consoles import sign_in_at_okta
from loopback import Loopback
from programs import SigningIn, run

ANA = "ana.silva@acme.example"
CLIENT = "timus-connect"
VERIFIER = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture(autouse=True)
def plain_http_on_loopback(monkeypatch):
    """Both libraries refuse plain http unless they are told that this is a test."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def metadata(demo):
    """RFC 8414 §3: all that a client needs, from the issuer alone."""
    answer = requests.get(demo["manager"].rstrip("/") + "/.well-known/oauth-authorization-server", timeout=10)
    assert answer.headers["content-type"] == "application/json"
    found = AuthorizationServerMetadata(answer.json())
    found.validate()
    assert found["issuer"] == demo["manager"].rstrip("/")
    return found


@pytest.fixture
def page(browser, demo):
    """A browser in which ana is signed in to Okta, and to her account."""
    page = browser.new_page()
    page.goto(demo["account"])
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_role("button", name="Continue").click()
    sign_in_at_okta(page, ANA, demo.password_of(ANA))
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    return page


def match_code(url):
    """What Connect shows, made from the request by other hands."""
    challenge = re.search(r"code_challenge=([\w-]+)", url)[1]
    digest = hashlib.sha256(b"timus match code\n" + challenge.encode()).digest()
    return "".join("BCDFGHJKLMNPQRSTVWXZ"[byte % 20] for byte in digest[:4])


def confirm(page, url, button="Continue"):
    """Opens what the client asks for, and answers."""
    page.goto(url)
    expect(page.locator(".match-code")).to_have_text(match_code(url))
    page.get_by_role("button", name=button).click()


def whoami(demo, token):
    return requests.get(
        demo["manager"].rstrip("/") + "/connect/v1/status", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )


def is_ana(demo, token):
    return whoami(demo, token).json()["email"] == ANA


def test_authlib_signs_in_renews_and_signs_out(page, demo, metadata):
    with Loopback() as here:
        client = Authlib(
            CLIENT, redirect_uri=here.redirect_uri, code_challenge_method="S256", token_endpoint_auth_method="none"
        )
        url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=VERIFIER)
        confirm(page, url)
        back = here.answer()

    assert f"state={state}" in back and "iss=" in back
    token = client.fetch_token(metadata["token_endpoint"], authorization_response=back, code_verifier=VERIFIER)
    assert token["token_type"] == "Bearer" and 3590 <= token["expires_in"] <= 3600
    assert is_ana(demo, token["access_token"])

    renewed = client.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
    assert renewed["refresh_token"] != token["refresh_token"]
    assert is_ana(demo, renewed["access_token"])
    assert whoami(demo, token["access_token"]).status_code == 401

    answer = client.revoke_token(metadata["revocation_endpoint"], token=renewed["refresh_token"])
    assert answer.status_code == 200
    assert whoami(demo, renewed["access_token"]).status_code == 401


def test_requests_oauthlib_signs_in_renews_and_is_ended_by_a_replay(page, demo, metadata):
    with Loopback() as here:
        client = RequestsOAuthlib(CLIENT, redirect_uri=here.redirect_uri, pkce="S256")
        url, _ = client.authorization_url(metadata["authorization_endpoint"])
        confirm(page, url)
        back = here.answer()

    # It names itself by Basic with an empty secret, unless it is told not to.
    token = client.fetch_token(metadata["token_endpoint"], authorization_response=back)
    assert is_ana(demo, token["access_token"])
    first = token["refresh_token"]
    renewed = client.refresh_token(metadata["token_endpoint"], refresh_token=first, client_id=CLIENT)
    assert is_ana(demo, renewed["access_token"])

    with pytest.raises(InvalidGrantError, match="used twice"):
        client.refresh_token(metadata["token_endpoint"], refresh_token=first, client_id=CLIENT)
    assert whoami(demo, renewed["access_token"]).status_code == 401
    with pytest.raises(InvalidGrantError):
        client.refresh_token(metadata["token_endpoint"], refresh_token=renewed["refresh_token"], client_id=CLIENT)


def test_a_code_is_good_once_and_its_second_use_signs_out(page, demo, metadata):
    with Loopback() as here:
        client = RequestsOAuthlib(CLIENT, redirect_uri=here.redirect_uri, pkce="S256")
        url, _ = client.authorization_url(metadata["authorization_endpoint"])
        confirm(page, url)
        back = here.answer()

    token = client.fetch_token(metadata["token_endpoint"], authorization_response=back, include_client_id=True)
    with pytest.raises(InvalidGrantError):
        client.fetch_token(metadata["token_endpoint"], authorization_response=back, include_client_id=True)
    assert whoami(demo, token["access_token"]).status_code == 401


def test_another_program_gains_nothing_by_the_code(page, demo, metadata):
    with Loopback() as here:
        client = Authlib(
            CLIENT, redirect_uri=here.redirect_uri, code_challenge_method="S256", token_endpoint_auth_method="none"
        )
        url, _ = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=VERIFIER)
        confirm(page, url)
        back = here.answer()

    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(metadata["token_endpoint"], authorization_response=back, code_verifier="x" * 43)


def test_authlib_signs_in_by_a_device_code(page, demo, metadata):
    begun = requests.post(metadata["device_authorization_endpoint"], data={"client_id": CLIENT}, timeout=10).json()
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", begun["user_code"])
    assert begun["interval"] == 5 and begun["expires_in"] == 600
    client = Authlib(CLIENT, token_endpoint_auth_method="none")
    poll = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"]}
    with pytest.raises(OAuthError, match="authorization_pending"):
        client.fetch_token(metadata["token_endpoint"], **poll)
    with pytest.raises(OAuthError, match="slow_down"):
        client.fetch_token(metadata["token_endpoint"], **poll)

    page.goto(begun["verification_uri"])
    page.get_by_label("Code").fill(begun["user_code"].lower())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()

    token = client.fetch_token(metadata["token_endpoint"], **poll)
    assert is_ana(demo, token["access_token"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        client.fetch_token(metadata["token_endpoint"], **poll)


def test_a_client_is_told_when_the_person_cancels(page, demo, metadata):
    with Loopback() as here:
        client = RequestsOAuthlib(CLIENT, redirect_uri=here.redirect_uri, pkce="S256")
        url, state = client.authorization_url(metadata["authorization_endpoint"])
        confirm(page, url, "Cancel")
        back = here.answer()

    assert "error=access_denied" in back and f"state={state}" in back and "code=" not in back


def test_connect_renews_what_it_kept(page, demo, tmp_path):
    """`timus-connect` itself: its access token is ended on the server, and the next command goes on."""
    with SigningIn(ANA, "--network", "Berlin", server=demo["manager"], home=tmp_path) as command:
        page.goto(command.address)
        expect(page.locator(".match-code")).to_have_text(command.match_code)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
        assert command.result().code == 0
    file = tmp_path / "session.json"
    assert file.stat().st_mode & 0o777 == 0o600
    kept = json.loads(file.read_text())
    kept["access_expires_at"] = "2020-01-01T00:00:00Z"
    file.write_text(json.dumps(kept))

    status = run("timus-connect", "status", "--json", TIMUS_CONNECT_HOME=tmp_path)

    assert status.code == 0 and status.json["email"] == ANA, status
    renewed = json.loads(file.read_text())
    assert renewed["access_token"] != kept["access_token"] and renewed["refresh_token"] != kept["refresh_token"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert whoami(demo, kept["access_token"]).status_code == 401
    out = run("timus-connect", "sign-out", TIMUS_CONNECT_HOME=tmp_path)
    assert out.code == 0, out
    assert not file.exists() and whoami(demo, renewed["access_token"]).status_code == 401
