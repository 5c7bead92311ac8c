"""Loads once what is expensive, and makes anew in each environment what must not be shared."""

import os
import time
import uuid

from snapshot_restore_py import register_after_restore, register_before_snapshot

began = time.time()
# In the snapshot, and so in every environment.
primes = [n for n in range(2, 20_000) if all(n % d for d in range(2, int(n**0.5) + 1))]
loaded = time.time() - began

environment = None


@register_before_snapshot
def close_what_no_copy_can_use():
    print("before the snapshot:", os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"])


@register_after_restore
def make_what_is_this_environments_own():
    global environment
    environment = str(uuid.uuid4())
    print("after the restore:", environment)


def handler(event, context):
    return {
        "primes": len(primes),
        "loadedInMs": round(loaded * 1000, 2),
        # None where the function was not restored from a snapshot, as that of $LATEST is not.
        "environment": environment,
        "initializationType": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
    }
