"""Clients of a lab's users, and what the tests that use them share. A test file has a fixture `lab` and imports those that it uses."""

import pytest


@pytest.fixture
def ana(lab):
    own = lab.users["ana"].own_client()
    yield own
    own.leave()


@pytest.fixture
def ben(lab):
    own = lab.users["ben"].own_client()
    yield own
    own.leave()


def berlin(lab):
    return lab.sites["Berlin"].address
