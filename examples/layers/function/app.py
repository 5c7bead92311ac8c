"""Imports a module that is not in its package but in the layer."""

from greeting import greet


def handler(event, context):
    return greet(event.get("name", "world"))
