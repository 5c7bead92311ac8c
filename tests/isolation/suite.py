"""The areas of the suite, in the order of docs/isolation.md."""

from isolation.attacks import (
    credentials,
    endpoint,
    escape,
    files,
    kernel,
    memory,
    neighbours,
    network,
    objects,
    output,
    processes,
    runtime_api,
)

AREAS = {
    "escape": escape,
    "kernel": kernel,
    "credentials": credentials,
    "processes": processes,
    "files": files,
    "memory": memory,
    "objects": objects,
    "network": network,
    "neighbours": neighbours,
    "runtime_api": runtime_api,
    "endpoint": endpoint,
    "output": output,
}
