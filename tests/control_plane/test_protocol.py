"""What the wire itself must bear: malformed, slow, large and half-finished requests."""

import http.client
import json
import socket
import urllib.parse

import pytest

from support.functions import create, invoke

ECHO = "def handler(event, context):\n    return event\n"
INVOKE = "/2015-03-31/functions/fn/invocations"


def address(server) -> tuple[str, int]:
    url = urllib.parse.urlsplit(server.endpoint)
    return url.hostname, url.port


def raw(server, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection(*address(server), timeout=30)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    answer = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return answer


def test_malformed_json_is_a_serialization_error(server):
    status, headers, body = raw(server, "POST", "/2015-03-31/functions", b"{nope", {"Content-Type": "application/json"})
    assert (status, headers["x-amzn-errortype"]) == (400, "SerializationException")
    assert "x-amzn-requestid" in headers
    assert json.loads(body)


def test_an_unknown_path_and_an_unknown_service_are_told_apart_from_success(server):
    assert raw(server, "GET", "/2015-03-31/nonsense")[0] in (403, 404)
    scope = "Credential=test/20260102/us-east-1/nonsense/aws4_request, SignedHeaders=host, Signature=00"
    status, _, body = raw(server, "POST", "/", b"{}", {"Authorization": f"AWS4-HMAC-SHA256 {scope}"})
    assert status >= 400 and b"nonsense" in body


def test_expect_100_continue_is_answered_before_the_body(server, aws):
    create(aws, "fn", ECHO)
    with socket.create_connection(address(server), timeout=30) as peer:
        peer.sendall(
            f"POST {INVOKE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n".encode()
        )
        assert peer.recv(1024).startswith(b"HTTP/1.1 100")
        peer.sendall(b"42")
        assert b"200 OK" in peer.recv(65536)


def test_a_chunked_body_and_pipelined_requests_are_understood(server, aws):
    create(aws, "fn", ECHO)
    head = f"POST {INVOKE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    chunked = head + "Transfer-Encoding: chunked\r\n\r\n2\r\n[1\r\n3\r\n,2]\r\n0\r\n\r\n"
    plain = head + "Content-Length: 3\r\nConnection: close\r\n\r\n777"
    with socket.create_connection(address(server), timeout=30) as peer:
        peer.sendall((chunked + plain).encode())
        received = b""
        while part := peer.recv(65536):
            received += part
    first, second = received.index(b"\r\n\r\n[1, 2]"), received.index(b"\r\n\r\n777")
    assert first < second


def test_a_half_closed_connection_still_gets_its_answer(server, aws):
    create(aws, "fn", ECHO)
    with socket.create_connection(address(server), timeout=30) as peer:
        peer.sendall(f"POST {INVOKE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[]".encode())
        peer.shutdown(socket.SHUT_WR)
        assert b"200 OK" in peer.recv(65536)


def test_a_connection_that_says_nothing_does_not_hinder_others(server, aws):
    idle = [socket.create_connection(address(server)) for _ in range(200)]
    create(aws, "fn", ECHO)
    assert invoke(aws, "fn", 1).json == 1
    for connection in idle:
        connection.close()


@pytest.mark.parametrize("size", [6291456, 6291457])
def test_a_synchronous_payload_may_have_6_mib_and_no_byte_more(server, aws, size):
    create(aws, "fn", "def handler(event, context):\n    return len(event)\n", MemorySize=512, Timeout=30)
    payload = b'"' + b"x" * (size - 2) + b'"'
    status, headers, body = raw(server, "POST", INVOKE, payload, {"Content-Type": "application/json"})
    if size <= 6291456:
        assert (status, json.loads(body)) == (200, size - 2)
    else:
        assert (status, headers["x-amzn-errortype"]) == (413, "RequestEntityTooLargeException")
        assert json.loads(body) == {"Message": "Request must be smaller than 6291456 bytes for the InvokeFunction operation"}


def test_a_package_over_50_mb_is_refused(server):
    status, headers, body = raw(server, "POST", "/2015-03-31/functions", b"x" * 70167212, {"Content-Type": "application/json"})
    assert (status, headers["x-amzn-errortype"]) == (413, "RequestEntityTooLargeException")
    assert b"Request must be smaller than 70167211 bytes for the CreateFunction operation" in body


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999999"])
def test_a_nonsensical_content_length_ends_only_that_connection(server, aws, length):
    with socket.create_connection(address(server), timeout=30) as peer:
        peer.sendall(f"POST {INVOKE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode())
        answer = peer.recv(65536)
    assert answer == b"" or b" 400 " in answer.splitlines()[0] or b" 413 " in answer.splitlines()[0]
    assert aws.list_functions()["Functions"] == []
