"""Fixtures: one bucket on a server of the test's own."""

import pytest

from support.server import Server, running


@pytest.fixture
def server(hob, directory):
    """Most of what S3 does needs nothing kept."""
    with running(Server(hob, directory, ("--ephemeral",))) as started:
        yield started


@pytest.fixture
def s3(server):
    return server.client("s3")


@pytest.fixture
def bucket(s3):
    s3.create_bucket(Bucket="bucket")
    return "bucket"
