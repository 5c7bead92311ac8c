"""How often the API may be called: as often as one likes, unless AWS's quotas are asked for."""

import concurrent.futures

from botocore.exceptions import ClientError

from support.server import Server, running


def refused(server) -> list[dict]:
    """Of a hundred calls that come together."""
    aws = server.client("lambda")
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        calls = [pool.submit(aws.list_functions) for _ in range(100)]
    errors = [call.exception() for call in calls if call.exception()]
    assert all(isinstance(error, ClientError) for error in errors), errors
    return [error.response for error in errors]


def test_a_caller_who_comes_too_often_is_told_to_wait(hob, directory):
    with running(Server(hob, directory, ("--quotas", "aws"))) as server:
        answers = refused(server)
        assert answers
        for answer in answers:
            assert answer["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate exceeded"}
            assert (answer["Reason"], answer["Type"]) == ("CallerRateLimitExceeded", "User")
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
            assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


def test_nobody_has_to_wait_otherwise(server):
    assert refused(server) == []
