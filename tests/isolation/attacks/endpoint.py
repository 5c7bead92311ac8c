"""The AWS endpoint that functions have. It knows its callers by the environment that they call from."""

import http.client
import os
import socket

from .attack import attack, facts

held = []


def address():
    host, _, port = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://").rpartition(":")
    return host, int(port)


def identity(headers: dict | None = None) -> str:
    """Who the endpoint says that one is, and "itself" if that is so."""
    connection = http.client.HTTPConnection(*address(), timeout=5)
    body = "Action=GetCallerIdentity&Version=2011-06-15"
    connection.request("POST", "/", body, {"content-type": "application/x-www-form-urlencoded", **(headers or {})})
    answer = connection.getresponse().read().decode()
    expected = f"arn:aws:sts::{facts['account']}:assumed-role/any/{os.environ['AWS_LAMBDA_FUNCTION_NAME']}"
    return "itself" if f"<Arn>{expected}</Arn>" in answer else answer


def authorization(key: str, region: str = "us-east-1", token: str = "") -> dict:
    """The headers of a call that claims to be somebody else's. Nobody without the secret can sign it."""
    scope = f"20260101/{region}/sts/aws4_request"
    signature = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host, Signature={'0' * 64}"
    return {"authorization": signature, "x-amz-date": "20260101T000000Z", "x-amz-security-token": token}


@attack("itself")
def unsigned_call():
    """Call without a signature: who calls is known by the environment that the call comes from, not by its keys."""
    return identity()


@attack("itself")
def another_functions_keys():
    """Call with the key and the session token of another function."""
    return identity(authorization(facts["victim"]["key"], token=facts["victim"]["token"]))


@attack("itself")
def the_operators_key():
    """Call with the operator's key id."""
    return identity(authorization(facts["operators_key"]))


@attack("itself")
def another_accounts_key():
    """Call with a key that claims another account, by a key id that is an account's number."""
    return identity(authorization("999999999999"))


@attack("itself")
def invented_headers():
    """Call with headers that proxies and other servers trust."""
    return identity({"x-forwarded-for": "127.0.0.1", "x-amzn-caller-arn": "arn:aws:iam::999999999999:root", "x-hob-account": "999999999999", "forwarded": "for=127.0.0.1"})


@attack("refused")
def another_account():
    """Read a function of another account by its ARN."""
    connection = http.client.HTTPConnection(*address(), timeout=5)
    connection.request("GET", "/2015-03-31/functions/arn:aws:lambda:us-east-1:999999999999:function:other")
    return "refused" if connection.getresponse().status in (400, 403, 404) else "answered"


@attack("none is let in")
def strange_requests():
    """Send garbage, other protocols, two hosts, two lengths, a length of 2^63, heads of 2 MB."""
    requests = [
        b"\0" * 100_000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 9000,
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9223372036854775807\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 2_000_000 + b"\r\n\r\n",
        b"GET " + b"/" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%00%2e%2e/%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n",
    ]  # fmt: skip
    return "none is let in" if not any(begins_well(request) for request in requests) else "one is let in"


def begins_well(request) -> bool:
    with socket.create_connection(address(), timeout=3) as connection:
        try:
            connection.sendall(request)
            return connection.recv(4096).startswith(b"HTTP/1.1 2")
        except OSError:
            return False


@attack("held", function={"MemorySize": 512, "Timeout": 30})
def slow_requests():
    """Hold 300 connections open with half a request, for as long as the environment lives."""
    for _ in range(300):
        try:
            connection = socket.create_connection(address(), timeout=1)
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Le")
            held.append(connection)
        except OSError:
            break
    return "held"


@attack("room for two", function={"MemorySize": 512, "Timeout": 30})
def unfinished_bodies():
    """Announce packages of 60 MB on four connections and send all but the last byte, to fill the server's memory."""
    taken = 0
    for _ in range(4):
        connection = socket.create_connection(address(), timeout=2)
        held.append(connection)
        connection.sendall(b"POST /2015-03-31/functions HTTP/1.1\r\nHost: x\r\nContent-Length: 60000001\r\n\r\n")
        try:
            for _ in range(60):
                connection.sendall(bytes(1_000_000))
            taken += 1
        except OSError:
            pass
    return "room for two" if taken <= 2 else f"room for {taken}"
