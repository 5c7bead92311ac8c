"""What the kernel counts per user of the host is shared by all environments, and docs/isolation.md says so."""

import pytest

from support.functions import create, invoke
from support.server import wait_until

SOURCE = """
import ctypes, os, time
held = []

def handler(event, context):
    libc = ctypes.CDLL(None, use_errno=True)
    while len(held) < event:
        descriptor = libc.inotify_init1(0)
        if descriptor == -1:
            return os.strerror(ctypes.get_errno())
        held.append(descriptor)
    return "held"
"""


@pytest.fixture
def user(both_users):
    return both_users


def test_one_functions_inotify_instances_are_missing_elsewhere_until_it_ends(aws):
    create(aws, "greedy", SOURCE)
    create(aws, "modest", SOURCE)
    assert invoke(aws, "greedy", 2000).json == "Too many open files"
    assert invoke(aws, "modest", 1).json in ("Too many open files", "held"), "it goes without, or the kernel counts otherwise"
    aws.delete_function(FunctionName="greedy")
    wait_until(lambda: invoke(aws, "modest", 1).json == "held", what="an instance for the other function")
