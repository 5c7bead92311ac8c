"""Fixtures: a server that keeps nothing, and the clients that most tests need."""

import pytest

from support.server import Server, running


@pytest.fixture
def server(hob, directory):
    with running(Server(hob, directory, ("--ephemeral",))) as started:
        yield started


@pytest.fixture
def sqs(server):
    return server.client("sqs")


@pytest.fixture
def sns(server):
    return server.client("sns")


@pytest.fixture
def s3(server):
    return server.client("s3")
