"""Every path an event can take through the server: what it is made of, how to send, and what is promised."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path as FilePath

from botocore.config import Config

from chaos.events.verdict import Promise, fails
from support.functions import create
from support.server import Server

APP = FilePath(__file__).with_name("app.py").read_text()
ACCOUNT, REGION = "000000000000", "us-east-1"
GROUPS = 5
BUCKET, TOPIC, LEDGER = "chaos", "chaos", "ledger"
FUNCTION_SECONDS = 12
# Functions that a poller runs for a queue, and those that are invoked asynchronously.
POLLED, INVOKED = ("queue", "fifo"), ("event", "destinations", "topic", "bucket")
# Of each function at once. After each kill all of them start anew, and a small machine has other things to do.
CONCURRENCY = 3
# For what a killed consumer had: not less than the function's timeout, which Lambda demands.
VISIBILITY_SECONDS = 12
OBJECT_BYTES = 16 * 1024

# Queues that nobody consumes but the test, by their names; what is found there, and how to tell it apart.
ENDS = (
    LEDGER,
    "event-dead", "destinations-dead", "destinations-failure", "destinations-success",
    "queue-dead", "topic-queue", "topic-dead", "bucket-queue", "bucket-dead",
)  # fmt: skip
# Where the test itself notes that an object's bytes are right.
BYTES = "bytes"

PROMISES = (
    Promise("event → function", "event", LEDGER, "event-dead"),
    Promise("event → on-success destination", "destinations", "destinations-success", "destinations-failure", failing=False),
    Promise("failing event → on-failure destination", "destinations", None, "destinations-failure", failing=True),
    Promise("failing event → dead-letter queue", "destinations", None, "destinations-dead", failing=True),
    Promise("queue → function", "queue", LEDGER, "queue-dead", failing=False),
    Promise("failing message → dead-letter queue", "queue", None, "queue-dead", failing=True),
    Promise("FIFO queue → function", "fifo", LEDGER, groups=GROUPS),
    Promise("topic → queue", "topic", "topic-queue"),
    Promise("topic → function", "topic", LEDGER, "topic-dead"),
    Promise("bucket → function", "to-function", LEDGER, "bucket-dead"),
    Promise("bucket → queue", "to-queue", "bucket-queue"),
    Promise("object → its bytes (function)", "to-function", BYTES),
    Promise("object → its bytes (queue)", "to-queue", BYTES),
)  # fmt: skip


@dataclass(frozen=True)
class Path:
    name: str
    service: str
    # Returns when the event is acknowledged.
    send: Callable[[object, int], None]
    # One that was not acknowledged is sent again until it is, because what follows it must not overtake it.
    insists: bool = False


def client(server: Server, service: str):
    """Fails soon rather than late, and never tries again by itself."""
    config = Config(
        retries={"max_attempts": 0}, connect_timeout=5, read_timeout=20, s3={"addressing_style": "path"}
    )
    return server.client(service, config=config)


def content(seed: int, path: str, number: int) -> bytes:
    """An object's bytes."""
    chosen = random.Random(f"{seed}/{path}/{number}")
    return chosen.randbytes(chosen.randrange(OBJECT_BYTES))


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def paths(server: Server, seed: int, retries: int) -> list[Path]:
    """Makes everything that the events pass, and says how to send them. `retries`: of an event whose function failed."""
    queues = _queues(client(server, "sqs"))
    _functions(server, queues[LEDGER], retries)
    _mappings(client(server, "lambda"))
    topic = _topic(client(server, "sns"))
    _bucket(client(server, "s3"))

    def event(path: str, number: int) -> str:
        failing = {"fails": True} if path in ("destinations", "queue") and fails(number) else {}
        return json.dumps({"path": path, "number": number, **failing})

    def invoke(path):
        return lambda aws, number: aws.invoke(FunctionName=path, InvocationType="Event", Payload=event(path, number))

    def send(aws, number):
        aws.send_message(QueueUrl=queues["queue"], MessageBody=event("queue", number))

    def send_in_order(aws, number):
        order = {"MessageGroupId": f"group-{number % GROUPS}", "MessageDeduplicationId": str(number)}
        aws.send_message(QueueUrl=queues["fifo.fifo"], MessageBody=event("fifo", number), **order)

    def put(path):
        return lambda aws, number: aws.put_object(Bucket=BUCKET, Key=f"{path}/{number}", Body=content(seed, path, number))

    return [
        Path("event", "lambda", invoke("event")),
        Path("destinations", "lambda", invoke("destinations")),
        Path("queue", "sqs", send),
        Path("fifo", "sqs", send_in_order, insists=True),
        Path("topic", "sns", lambda aws, number: aws.publish(TopicArn=topic, Message=event("topic", number))),
        Path("to-function", "s3", put("to-function")),
        Path("to-queue", "s3", put("to-queue")),
    ]


def _queues(sqs) -> dict[str, str]:
    """Queues' URLs by their names."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}],
    }
    urls = {}
    for name in ENDS:
        urls[name] = sqs.create_queue(QueueName=name, Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    visibility = {"VisibilityTimeout": str(VISIBILITY_SECONDS)}
    # Kills use up receptions, too; a message that has none left is in the dead-letter queue, which is no loss.
    redrive = {"deadLetterTargetArn": queue_arn("queue-dead"), "maxReceiveCount": 3}
    urls["queue"] = sqs.create_queue(QueueName="queue", Attributes={**visibility, "RedrivePolicy": json.dumps(redrive)})["QueueUrl"]
    urls["fifo.fifo"] = sqs.create_queue(QueueName="fifo.fifo", Attributes={**visibility, "FifoQueue": "true"})["QueueUrl"]
    return urls


def _functions(server: Server, ledger: str, retries: int) -> None:
    aws = client(server, "lambda")
    more = {"Timeout": FUNCTION_SECONDS, "Environment": {"Variables": {"LEDGER": ledger}}}
    for name in POLLED:
        create(aws, name, APP, **more)
    for name in INVOKED:
        create(aws, name, APP, **more, DeadLetterConfig={"TargetArn": queue_arn(f"{name}-dead")})
        aws.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=retries)
    aws.put_function_event_invoke_config(
        FunctionName="destinations",
        MaximumRetryAttempts=0,
        DestinationConfig={
            "OnSuccess": {"Destination": queue_arn("destinations-success")},
            "OnFailure": {"Destination": queue_arn("destinations-failure")},
        },
    )
    for name in POLLED + INVOKED:
        aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=CONCURRENCY)
    for function, service in (("topic", "sns"), ("bucket", "s3")):
        aws.add_permission(
            FunctionName=function,
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
        )


def _mappings(aws) -> None:
    mapping = {"BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"]}
    aws.create_event_source_mapping(FunctionName="queue", EventSourceArn=queue_arn("queue"), **mapping)
    aws.create_event_source_mapping(FunctionName="fifo", EventSourceArn=queue_arn("fifo.fifo"), BatchSize=10)


def _topic(sns) -> str:
    topic = sns.create_topic(Name=TOPIC)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn("topic-queue"))
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:topic")
    return topic


def _bucket(s3) -> None:
    def below(prefix: str) -> dict:
        rules = [{"Name": "prefix", "Value": f"{prefix}/"}]
        return {"Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": rules}}}

    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bucket"
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": function, **below("to-function")}],
            "QueueConfigurations": [{"QueueArn": queue_arn("bucket-queue"), **below("to-queue")}],
        },
    )
