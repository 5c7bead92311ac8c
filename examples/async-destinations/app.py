"""Runs for an order that somebody has sent and does not wait for."""


def handler(event, context):
    if event["quantity"] < 1:
        raise ValueError(f"order {event['id']} is for nothing")
    print("processing order", event["id"])
    return {"order": event["id"], "total": event["quantity"] * 3}
