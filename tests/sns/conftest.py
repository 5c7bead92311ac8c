import pytest

from support.endpoint import listening


@pytest.fixture
def sns(server):
    return server.client("sns")


@pytest.fixture
def sqs(server):
    return server.client("sqs")


@pytest.fixture
def endpoint():
    with listening() as started:
        yield started
