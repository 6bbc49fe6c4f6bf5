"""Who comes back from a provider that misbehaves in one way is not signed in; who comes back from one that is only
unusual is."""

import pytest

import odd_answers
import odd_tokens
from odd_provider import CLIENT_ID, PLAIN, Oddity
from relying_party import party_of_odd_provider
from tokens import SIGNED_TOKEN

# Where the fault is the provider's and neither the token's nor the person's.
PROVIDER = ["not-understood", "unreachable", "settings"]


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    with party_of_odd_provider(tmp_path_factory) as it:
        yield it


def each(oddities):
    return pytest.mark.parametrize("oddity", oddities, ids=str)


def each_with_reason(cases):
    return pytest.mark.parametrize("why, oddity", cases, ids=[str(oddity) for _, oddity in cases])


@each(odd_tokens.GOOD)
def test_a_good_token_opens_a_session(party, oddity):
    party.lets_in(oddity)


@each(odd_tokens.BAD)
def test_a_bad_token_does_not(party, oddity):
    # More than 64 kB is no answer of a provider's, whatever is in it.
    reasons = ["settings", "not-understood"] if "5 MB" in oddity.name else ["not-understood"]
    party.keeps_out(oddity, *reasons)


@each(odd_answers.GOOD_ANSWERS)
def test_a_good_answer_with_tokens_opens_a_session(party, oddity):
    party.lets_in(oddity)


@each_with_reason(odd_answers.BAD_ANSWERS)
def test_a_bad_answer_with_tokens_does_not(party, why, oddity):
    party.keeps_out(oddity, why)


@each(odd_answers.named("token answer", "token", odd_answers.BROKEN))
def test_a_broken_connection_does_not_and_the_code_is_sent_once(party, oddity):
    party.keeps_out(oddity, *PROVIDER, seconds=8)


@each(odd_answers.GOOD_RETURNS)
def test_a_good_return_opens_a_session(party, oddity):
    if oddity.metadata:
        party.renew()
    party.lets_in(oddity)
    if oddity.metadata:
        party.renew()


@each_with_reason(odd_answers.BAD_RETURNS)
def test_a_bad_return_never_reaches_the_token_endpoint(party, why, oddity):
    party.keeps_out(oddity, why, tokens=0)


def test_a_return_without_the_promised_iss_never_reaches_the_token_endpoint(party):
    party.renew()
    promising = odd_answers.members(authorization_response_iss_parameter_supported=True)
    party.keeps_out(Oddity("no iss", metadata=promising), "settings", "not-understood", tokens=0)
    party.renew()


@each(odd_answers.GOOD_METADATA)
def test_good_metadata_lead_to_a_session(party, oddity):
    party.renew()
    party.lets_in(oddity)


@each(odd_answers.BAD_METADATA)
def test_bad_metadata_are_refused_when_they_are_entered_and_when_somebody_signs_in(party, oddity):
    if party.knows_metadata:
        party.renew()

    with party.provider.odd(oddity), party.provider.counting() as entered:
        result = party.installation.connect()
    assert result.code == 1 and "error:" in result.err and "hint:" in result.err, result
    assert entered["token"] == entered["sink"] == 0, "the client secret left"
    step = party.keeps_out(oddity, "unreachable" if "500" in oddity.name else "settings", tokens=0)
    assert "code_challenge" not in step.location
    party.knows_metadata = False


@each(odd_answers.named("metadata", "metadata", odd_answers.BROKEN))
def test_metadata_over_a_broken_connection_are_refused(party, oddity):
    if party.knows_metadata:
        party.renew()
    party.keeps_out(oddity, *PROVIDER, tokens=0, seconds=8)
    party.knows_metadata = False


@each(odd_tokens.GOOD_KEYS)
def test_a_good_key_set_opens_a_session(party, oddity):
    party.renew()
    party.lets_in(oddity)


@each(odd_tokens.BAD_KEYS)
def test_a_key_that_must_not_be_used_is_not(party, oddity):
    party.renew()
    party.keeps_out(oddity, *PROVIDER)


@each(odd_answers.GOOD_KEY_ANSWERS)
def test_a_good_answer_with_keys_opens_a_session(party, oddity):
    party.renew()
    party.lets_in(oddity)


@each(odd_answers.BAD_KEY_ANSWERS + odd_answers.named("keys", "keys", odd_answers.BROKEN))
def test_a_bad_answer_with_keys_does_not(party, oddity):
    if party.knows_keys:
        party.renew()
    party.keeps_out(oddity, *PROVIDER, seconds=8)
    party.knows_keys = False


def test_all_this_left_the_server_well_and_its_log_without_a_secret(party):
    party.renew()
    party.lets_in(PLAIN)

    log = party.server.log.read_text()
    secrets = [party.provider.client_secret, *party.provider.access_tokens, *party.provider.codes_given]
    assert log and [secret for secret in secrets if secret in log] == []
    assert not SIGNED_TOKEN.search(log)
    assert CLIENT_ID not in log and "<script>" not in log
