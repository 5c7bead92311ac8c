"""Greets, with what the layer knows of greeting."""

import greeting


def handler(event, context):
    return {"message": greeting.to(event.get("name", "world")), "version": context.function_version}


def outcome(event, context):
    """Told what became of events that nobody waited for."""
    print(event)
