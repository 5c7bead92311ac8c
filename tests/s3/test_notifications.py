"""What happens in a bucket reaches functions, whatever is killed meanwhile."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from support.functions import create
from support.server import Server, running, wait_until

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "s3-word-count" / "app.py"
PRINT = "import json\ndef handler(event, context):\n    print('got', json.dumps(event['Records'][0]))\n"


@pytest.fixture
def s3(server):
    return server.client("s3")


def records(server: Server, name: str = "fn") -> list[dict]:
    logs = server.client("logs")
    try:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
        lines = [event["message"].rstrip() for page in pages for event in page["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [json.loads(line.removeprefix("got ")) for line in lines if line.startswith("got ")]


def allow_s3(aws, name: str, bucket: str) -> None:
    aws.add_permission(
        FunctionName=name, StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
    )  # fmt: skip


def notify(s3, bucket: str, arn: str, *events: str, prefix: str = "", **more) -> None:
    rules = [{"Name": "prefix", "Value": prefix}]
    told = {"Id": "told", "LambdaFunctionArn": arn, "Events": list(events), "Filter": {"Key": {"FilterRules": rules}}}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": [told]}, **more
    )


def test_a_function_hears_of_what_is_put_copied_and_deleted(server, aws, s3):
    s3.create_bucket(Bucket="photos")
    arn = create(aws, "fn", PRINT)["FunctionArn"]
    allow_s3(aws, "fn", "photos")
    notify(s3, "photos", arn, "s3:ObjectCreated:*", "s3:ObjectRemoved:*", prefix="in/")
    etag = s3.put_object(Bucket="photos", Key="in/a b@.txt", Body=b"123456789")["ETag"]
    s3.put_object(Bucket="photos", Key="out/a", Body=b"")
    s3.copy_object(Bucket="photos", Key="in/copy", CopySource={"Bucket": "photos", "Key": "out/a"})
    s3.delete_object(Bucket="photos", Key="in/copy")
    wait_until(lambda: len(records(server)) >= 3, what="the events")
    by_name = {record["eventName"]: record for record in records(server)}
    assert sorted(by_name) == ["ObjectCreated:Copy", "ObjectCreated:Put", "ObjectRemoved:Delete"]
    put = by_name["ObjectCreated:Put"]
    assert (put["eventSource"], put["awsRegion"], put["eventVersion"]) == ("aws:s3", "us-east-1", "2.1")
    assert put["s3"]["configurationId"] == "told"
    assert put["s3"]["bucket"]["arn"] == "arn:aws:s3:::photos"
    known = {name: put["s3"]["object"][name] for name in ("key", "size", "eTag")}
    assert known == {"key": "in/a+b%40.txt", "size": 9, "eTag": etag.strip('"')}
    assert set(by_name["ObjectRemoved:Delete"]["s3"]["object"]) == {"key", "sequencer"}


def test_a_queue_hears_of_what_was_put_before_the_server_was_killed(hob, directory):
    """A queue, because what it got stays: a function's last log lines may be lost with the server."""
    with running(Server(hob, directory)) as server:
        sqs, s3 = server.client("sqs"), server.client("s3")
        s3.create_bucket(Bucket="photos")
        sqs.create_queue(QueueName="told")
        queue = {"QueueArn": "arn:aws:sqs:us-east-1:000000000000:told", "Events": ["s3:ObjectCreated:*"]}
        s3.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration={"QueueConfigurations": [queue]}
        )
        for number in range(20):
            s3.put_object(Bucket="photos", Key=f"{number:02}", Body=b"")
        server.kill()
        server.start()
        sqs, told = server.client("sqs"), set()

        def all_told() -> bool:
            for message in sqs.receive_message(QueueUrl="told", MaxNumberOfMessages=10).get("Messages", []):
                told.update(record["s3"]["object"]["key"] for record in json.loads(message["Body"]).get("Records", []))
            return len(told) == 20

        wait_until(all_told, what="all events")


def refusal(call, **arguments) -> dict:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]


def test_a_function_that_does_not_let_s3_in_is_no_destination(server, aws, s3):
    s3.create_bucket(Bucket="photos")
    arn = create(aws, "fn", PRINT)["FunctionArn"]
    with pytest.raises(ClientError) as caught:
        notify(s3, "photos", arn, "s3:ObjectCreated:*")
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidArgument"
    assert error["Message"] == "Unable to validate the following destination configurations"
    assert error["ArgumentName1"] == f"{arn}, null"
    assert error["ArgumentValue1"] == f"Not authorized to invoke function [{arn}]"
    notify(s3, "photos", arn, "s3:ObjectCreated:*", prefix="in/", SkipDestinationValidation=True)
    [kept] = s3.get_bucket_notification_configuration(Bucket="photos")["LambdaFunctionConfigurations"]
    assert kept["Filter"]["Key"]["FilterRules"] == [{"Name": "Prefix", "Value": "in/"}]
    s3.put_bucket_notification_configuration(Bucket="photos", NotificationConfiguration={})
    assert "LambdaFunctionConfigurations" not in s3.get_bucket_notification_configuration(Bucket="photos")


def test_configurations_that_are_refused(s3):
    s3.create_bucket(Bucket="photos")
    put = s3.put_bucket_notification_configuration
    queue = {"QueueArn": "queue", "Events": ["s3:ObjectCreated:*"]}
    error = refusal(put, Bucket="photos", NotificationConfiguration={"QueueConfigurations": [queue]})
    assert (error["Code"], error["Message"]) == ("InvalidArgument", "The ARN could not be parsed")
    assert (error["ArgumentName"], error["ArgumentValue"]) == ("Queue", "queue")
    error = refusal(put, Bucket="photos", NotificationConfiguration={"EventBridgeConfiguration": {}})
    assert error["Code"] == "NotImplemented"


def test_the_example_counts_the_words_of_what_arrives(server_with_sdk):
    aws, s3 = server_with_sdk.client("lambda"), server_with_sdk.client("s3")
    s3.create_bucket(Bucket="texts")
    arn = create(aws, "s3-word-count", EXAMPLE.read_text())["FunctionArn"]
    allow_s3(aws, "s3-word-count", "texts")
    notify(s3, "texts", arn, "s3:ObjectCreated:*", prefix="in/")
    s3.put_object(Bucket="texts", Key="in/a b.txt", Body=b"one two One")

    def counted():
        try:
            return s3.get_object(Bucket="texts", Key="out/a b.txt.json")["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None

    assert json.loads(wait_until(counted, 180, "the count")) == [["one", 2], ["two", 1]]
