"""The layer: Python finds it in /opt/python."""

import os


def to(name):
    return f"{os.environ['GREETING']}, {name}!"
