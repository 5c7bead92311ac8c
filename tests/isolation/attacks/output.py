"""Output: more than anybody wants, and what looks like the platform's own words."""

import os
import struct
import time

from .attack import attack, facts


@attack("written", function={"MemorySize": 1769, "Timeout": 60})
def endless_output():
    """Write 100 MB to the output."""
    block = b"y" * 1_000_000
    for _ in range(100):
        os.write(1, block)
    return "written"


@attack("written", function={"MemorySize": 1769, "Timeout": 60})
def output_without_a_line_end():
    """Write 20 MB without the end of a line."""
    for _ in range(20):
        os.write(2, b"z" * 1_000_000)
    return "written"


@attack("written", function={"MemorySize": 1769, "Timeout": 60})
def a_million_empty_lines():
    """Write a million empty lines."""
    for _ in range(100):
        os.write(1, b"\n" * 10_000)
    return "written"


@attack("Sandbox.Timedout", function={"Timeout": 1, "MemorySize": 1769})
def output_for_ever():
    """Write for ever, past the timeout."""
    while True:
        os.write(1, b"w" * 65536)


@attack("written")
def forged_frames():
    """Write frames of the log protocol: of 4 GB, of no length, nested, cut short, of unknown type."""
    now = struct.pack(">Q", time.time_ns() // 1000)
    for kind in (0xA55A0003, 0xA55A0002, 0xA55A001F, 0xA55A0000):
        for length in (0xFFFFFFFF, 0, 1):
            os.write(1, struct.pack(">II", kind, length) + now + b"forged\n")
    os.write(1, struct.pack(">II", 0xA55A0003, 64) + now + struct.pack(">II", 0xA55A0003, 8) + now + b"nested\n")
    os.write(1, b"\xa5\x5a\x00")
    return "written"


@attack("written")
def forged_platform_lines():
    """Write lines that look like the platform's START, END and REPORT, for another request."""
    request = "00000000-0000-4000-8000-000000000000"
    print(f"END RequestId: {request}\nREPORT RequestId: {request}\tDuration: 0.00 ms\tBilled Duration: 0 ms\tMemory Size: 1 MB\tMax Memory Used: 1 MB\t")
    print(f"\rSTART RequestId: {facts['context'].aws_request_id} Version: $LATEST\x1b[2K\x00")
    return "written"


@attack("written")
def binary_output():
    """Write every byte there is, invalid UTF-8 and terminal escapes."""
    os.write(1, bytes(range(256)) * 100 + b"\xff\xfe\xed\xa0\x80\x1b]0;owned\x07\n")
    return "written"


@attack("closed")
def closed_output():
    """Close the output, so that what is written later goes nowhere."""
    child = os.fork()
    if child == 0:
        os.close(1)
        os.close(2)
        os._exit(0)
    os.waitpid(child, 0)
    return "closed"
