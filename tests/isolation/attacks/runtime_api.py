"""The Runtime API, spoken by the function's own code while the runtime waits for it."""

import os
import socket

from .attack import attack, facts

# Connections that stay open after the attack's own end.
held = []


def connect():
    host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
    connection = socket.create_connection((host, int(port)), timeout=3)
    held.append(connection)
    return connection


def exchange(request: bytes) -> str:
    """The status of the answer, or how the connection ended."""
    with connect() as connection:
        try:
            connection.sendall(request)
            answer = connection.recv(65536)
        except TimeoutError:
            return "no answer"
        except OSError:
            return "closed"
    return answer.split(b" ")[1].decode() if answer.startswith(b"HTTP/1.1 ") else "closed"


def post(path: str, body: bytes, *fields: str) -> str:
    head = [f"POST /2018-06-01/runtime{path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *fields]
    return exchange("\r\n".join(head).encode() + b"\r\n\r\n" + body)


def request_id() -> str:
    return facts["context"].aws_request_id


def all_of(answers) -> str:
    return " ".join(sorted(set(answers)))


@attack("400")
def forged_request_ids():
    """Answer the invocations of others by guessing their request ids."""
    guesses = ["00000000-0000-4000-8000-%012d" % number for number in range(50)] + ["x", "%2e%2e", request_id()[:-1], request_id().upper() + "0"]
    return all_of(post(f"/invocation/{guess}/response", b"stolen") for guess in guesses)


@attack("the first answer counts", alone=True)
def answer_twice():
    """Answer one's own invocation, and let the runtime answer it again."""
    post(f"/invocation/{request_id()}/response", b'"the first answer counts"')
    return "the second answer counts"


@attack("Function.ResponseSizeTooLarge", alone=True)
def too_large_an_answer():
    """Answer with 7 MB."""
    return "x" * 7_000_000


@attack("400")
def too_large_a_post():
    """Post 40 MB to another's request id."""
    return post("/invocation/other/response", bytes(40_000_000))


@attack("400 closed or 400 or closed")
def header_bombs():
    """Send a header field of 3 MB, 100 000 header fields, a request line of 3 MB."""
    bombs = [
        b"GET /2018-06-01/ping HTTP/1.1\r\nX: " + b"y" * 3_000_000 + b"\r\n\r\n",
        b"GET /2018-06-01/ping HTTP/1.1\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
        b"GET /" + b"x" * 3_000_000 + b" HTTP/1.1\r\n\r\n",
    ]
    return all_of(map(exchange, bombs))


@attack("held", function={"MemorySize": 512, "Timeout": 30})
def slow_requests():
    """Open 100 connections, each with half a request, and keep them open for good (slow loris)."""
    for _ in range(100):
        try:
            connect().sendall(b"GET /2018-06-01/ping HTTP/1.1\r\nHost:")
        except OSError:
            break
    return "held"


@attack("held", function={"MemorySize": 512, "Timeout": 30})
def slow_bodies():
    """Announce bodies of 6 MB on 30 connections, send half of each, and keep them open for good."""
    for _ in range(30):
        try:
            connection = connect()
            connection.settimeout(0.2)
            connection.sendall(b"POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\nContent-Length: 6000000\r\n\r\n" + bytes(3_000_000))
        except OSError:
            pass
    return "held"


@attack("each is answered")
def pipelining():
    """Send 500 requests at once without reading."""
    with connect() as connection:
        connection.sendall(b"GET /2018-06-01/ping HTTP/1.1\r\n\r\n" * 500 + b"GET /2018-06-01/ping HTTP/1.1\r\nConnection: close\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    return "each is answered" if answers.count(b"pong") == 501 else str(answers.count(b"pong"))


@attack("400")
def smuggling():
    """Frame a request in two ways at once: two lengths, length and chunks, folded lines, odd spaces and signs."""
    ping = b"0\r\n\r\nGET /2018-06-01/ping HTTP/1.1\r\n\r\n"
    fields = [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"Content-Length: 4\r\nContent-Length: 5", b"Content-Length: 4, 5",
        b"Content-Length : 4", b"Content-Length: +4", b"Content-Length: 0x4", b"Content-Length: -1", b"X: y\r\n Content-Length: 4",
        b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: xchunked", b"Transfer-Encoding:\x0bchunked",
        b"Content-Length: 99999999999999999999", b"X\0: y",
    ]  # fmt: skip
    return all_of(exchange(b"POST /2018-06-01/runtime/init/error HTTP/1.1\r\n" + field + b"\r\n\r\n" + ping) for field in fields)


@attack("400")
def chunk_bombs():
    """Send chunks of 2^64 bytes, of a negative size, with extensions of a megabyte, with endless trailers."""
    head = f"POST /2018-06-01/runtime/invocation/{'0' * 36}/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunks = [
        b"ffffffffffffffff\r\nx", b"fffffffffffffffff\r\nx", b"-1\r\nx", b"0x4\r\nabcd\r\n0\r\n\r\n", b"4;" + b"e" * 1_000_000 + b"\r\nabcd\r\n0\r\n\r\n",
        b"4\nabcd\n0\n\n", b"4\r\nabcdX\r\n0\r\n\r\n", b"0\r\n" + b"T: x\r\n" * 300_000 + b"\r\n",
    ]  # fmt: skip
    return all_of("400" if (answer := exchange(head + chunk)) == "closed" else answer for chunk in chunks)


@attack("404")
def assignment():
    """Ask again for what makes a parked runtime a function's, in the hope of another function's variables."""
    return exchange(b"GET /hob/assignment HTTP/1.1\r\nHost: x\r\n\r\n")


@attack("403")
def error_of_initialisation():
    """Report that the initialisation failed, during an invocation."""
    return post("/init/error", b'{"errorType":"forged"}')


@attack("its own event again")
def the_next_event():
    """Ask for the next event while there is an unanswered one."""
    with connect() as connection:
        connection.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n")
        answer = connection.recv(65536).decode()
    return "its own event again" if f"Lambda-Runtime-Aws-Request-Id: {request_id()}" in answer else answer


@attack("400 404 405 closed or 400 404 405")
def strange_requests():
    """Ask for other paths, with other methods, in other protocols."""
    requests = [
        b"GET / HTTP/1.1\r\n\r\n", b"GET /2018-06-01/../etc/passwd HTTP/1.1\r\n\r\n", b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n",
        b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n", b"TRACE /2018-06-01/ping HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /2018-06-01/ping\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET /2018-06-01/ping HTTP/9.9\r\n\r\n",
        b"POST /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n", b"GET /2020-01-01/extension/event/next HTTP/1.1\r\n\r\n",
        b"PUT /2020-08-15/logs HTTP/1.1\r\n\r\n", b"GET /2018-06-01/runtime/restore/next HTTP/1.1\r\n\r\n", b"\0" * 70_000 + b"\r\n\r\n",
    ]  # fmt: skip
    return all_of(map(exchange, requests))


@attack("Runtime.Unknown", alone=True)
def forged_error_type():
    """Post an error whose type would be a line of its own in the log."""
    forged = "Lambda-Runtime-Function-Error-Type: Runtime.Evil\tStatus: success"
    post(f"/invocation/{request_id()}/error", b'{"errorType":"Runtime.Unknown","errorMessage":"forged"}', forged)


@attack("garbage", alone=True)
def answer_that_is_no_json():
    """Answer with bytes that are no JSON, in the name of the runtime."""
    post(f"/invocation/{request_id()}/response", b'"garbage"\x20\x0a')


@attack("closed or 202", alone=True)
def answer_and_leave():
    """Close the connection before the answer to one's own post is read, a hundred times."""
    for _ in range(100):
        with connect() as connection:
            connection.sendall(b"POST /2018-06-01/runtime/invocation/x/response HTTP/1.1\r\nContent-Length: 1000\r\n\r\nx")
    return "closed"


@attack("400 or 400 closed")
def surplus_connections():
    """Open 500 connections at once and use each."""
    for _ in range(500):
        try:
            connect().sendall(b"GET /2018-06-01/ping HTTP/1.1\r\n")
        except OSError:
            break
    for connection in held:
        connection.close()
    held.clear()
    return post("/invocation/other/response", b"x")
