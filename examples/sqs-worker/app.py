import json


def handler(event, context):
    """Works off a batch of orders, and says which of them failed: only those come again."""
    failed = []
    for record in event["Records"]:
        try:
            work(json.loads(record["body"]))
        except (KeyError, ValueError) as error:
            attempt = record["attributes"]["ApproximateReceiveCount"]
            print(f"{record['messageId']} failed at attempt {attempt}: {error!r}")
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def work(order):
    print(f"{order['item']} for {order['customer']}")
