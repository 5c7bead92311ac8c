import json


def handler(event, context):
    """Works off orders, wherever they come from: a queue, a topic, a bucket, or somebody who does not wait."""
    for record in event.get("Records", [event]):
        source = record.get("eventSource") or record.get("EventSource") or "nobody"
        print(source, json.dumps(describe(record)))
    return {"batchItemFailures": []}


def describe(record):
    if "Sns" in record:
        return json.loads(record["Sns"]["Message"])
    if "s3" in record:
        return record["s3"]["object"]["key"]
    return json.loads(record["body"]) if "body" in record else record
