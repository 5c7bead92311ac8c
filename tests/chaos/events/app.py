"""The function at the end of every path: what it has processed it tells the ledger, a queue; if it cannot, it fails.

That is all that counts as processed, because a queue keeps it whatever is killed. The crash test reads what it finds
in dead-letter queues and destinations with `events_in`, too.
"""

import json
import os
import time
import urllib.parse
import urllib.request
import uuid

# What is left of the function's time when it gives up, in milliseconds.
RESERVE = 1500
REQUEST_SECONDS = 3


def events_in(document):
    """The events inside whatever carried them: as sent, in records of SQS, SNS or S3, a topic's envelope, a destination's."""
    if "number" in document:
        yield document
    elif "Records" in document:
        for record in document["Records"]:
            yield from events_in(record)
    elif "body" in document:
        yield from events_in(json.loads(document["body"]))
    elif "Sns" in document:
        yield from events_in(document["Sns"])
    elif "Message" in document:
        yield from events_in(json.loads(document["Message"]))
    elif "requestPayload" in document:
        yield from events_in(document["requestPayload"])
    elif "s3" in document:
        path, _, number = urllib.parse.unquote_plus(document["s3"]["object"]["key"]).partition("/")
        yield {"path": path, "number": int(number)}
    elif document.get("Event") != "s3:TestEvent":
        raise ValueError(f"no event in {json.dumps(document)}")


def handler(event, context):
    run = str(uuid.uuid4())
    if "body" not in event.get("Records", [{}])[0]:
        for one in events_in(event):
            process(one, run, context)
        return None
    failed = []
    for record in event["Records"]:
        try:
            for one in events_in(record):
                process(one, run, context)
        except Exception:
            # A group goes on in order only if nothing behind the failed one is processed.
            if record["eventSourceARN"].endswith(".fifo"):
                raise
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def process(event, run, context):
    if event.get("fails"):
        raise RuntimeError(f"event {event['number']} is one that fails")
    # The same in each attempt, so that what was told twice is not taken for processed twice.
    record = json.dumps({**event, "run": run, "at": time.time_ns()})
    while not tell(record):
        if context.get_remaining_time_in_millis() < RESERVE:
            raise TimeoutError("the ledger does not answer")
        time.sleep(0.1)


def tell(record) -> bool:
    """Sends it to the ledger. False: it may or may not be there."""
    body = json.dumps({"QueueUrl": os.environ["LEDGER"], "MessageBody": record}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessage"}
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:
            return "MessageId" in json.load(answer)
    except (OSError, ValueError) as error:
        print("the ledger has not answered:", error)
        return False
