"""A client for the Runtime API that does nothing more than it must.

Plain HTTP/1.1 over one keep-alive connection. A general HTTP library costs more time than everything else
on a warm invocation together, and its import more than the interpreter's own start.
"""

import _socket  # `socket` wraps it in Python classes that nothing here needs, at 10 ms of import

_RUNTIME = "/2018-06-01/runtime"
_RECEIVE_SIZE = 16384


class RuntimeApiError(Exception):
    """The Runtime API refused a request or went away: there is nothing left to run for."""


class Invocation:
    """One event and the headers that came with it. Header names are in lower case."""

    __slots__ = ("request_id", "headers", "body")

    def __init__(self, headers, body):
        self.request_id = headers["lambda-runtime-aws-request-id"]
        self.headers = headers
        self.body = body


class RuntimeClient:
    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))
        self._host = ("Host: %s\r\n" % address).encode()
        self._get_next = b"GET %s/invocation/next HTTP/1.1\r\n%s\r\n" % (_RUNTIME.encode(), self._host)
        self._socket = None
        self._accepted = None

    def ask_for_assignment(self):
        self._connect()
        self._socket.sendall(b"GET /hob/assignment HTTP/1.1\r\n%s\r\n" % self._host)

    def assignment(self):
        """Waits, without a limit, until this process is some function's, and returns that one's variables as JSON."""
        status, _, body = self._receive()
        if status != 200:
            raise RuntimeApiError("assignment: status %d: %r" % (status, body))
        return body

    def announce_snapshot(self):
        """Nothing is answered to this process: its copies go on, with connections of their own."""
        self._socket.sendall(b"GET %s/restore/next HTTP/1.1\r\n%s\r\n" % (_RUNTIME.encode(), self._host))

    def descriptor(self):
        return self._socket.fileno()

    def forget(self):
        """Closes what this process has of the connection, which is not its own."""
        self._socket.close()

    def next(self):
        """Waits, without a limit, for the next invocation."""
        status, headers, body = self._exchange(self._get_next)
        if status != 200:
            raise RuntimeApiError("next: status %d: %r" % (status, body))
        return Invocation(headers, body)

    def post_response(self, invocation, body, content_type):
        self._post_result(invocation, "response", body, "Content-Type: %s\r\n" % content_type)

    def post_error(self, invocation, body, error_type):
        self._post_result(invocation, "error", body, _error_type_header(error_type))

    def post_init_error(self, body, error_type):
        self._post("/init/error", body, _error_type_header(error_type))

    def post_restore_error(self, body, error_type):
        self._post("/restore/error", body, _error_type_header(error_type))

    def _post_result(self, invocation, what, body, header):
        attempt = invocation.headers.get("lambda-runtime-invocation-id")
        if attempt is not None:
            header += "Lambda-Runtime-Invocation-Id: %s\r\n" % attempt
        self._post("/invocation/%s/%s" % (invocation.request_id, what), body, header)

    def _post(self, path, body, header):
        head = "POST %s%s HTTP/1.1\r\n%sContent-Length: %d\r\n" % (_RUNTIME, path, header, len(body))
        status, _, answer = self._exchange(b"%b%b\r\n%b" % (head.encode(), self._host, body))
        # 400 and 413 judge this one result and the platform has dealt with it: go on with the next event.
        if status not in (202, 400, 413):
            raise RuntimeApiError("%s: status %d: %r" % (path, status, answer))

    def _exchange(self, request):
        """Sends in one piece. A kept-alive connection that the other side has closed is opened once more."""
        if self._socket is not None:
            try:
                self._socket.sendall(request)
                return self._receive()
            except (BrokenPipeError, ConnectionResetError):
                self._socket = None
        self._connect()
        self._socket.sendall(request)
        return self._receive()

    def _connect(self):
        self._socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self._socket.connect(self._address)
        self._socket.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)

    def _receive(self):
        received = self._receive_some()
        if received == self._accepted:
            return 202, {}, b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive_some()
        status, headers = _parse_head(received[:end].decode("utf-8", "replace"))
        length = int(headers.get("content-length", 0))
        body = received[end + 4 :]
        if len(body) < length:
            body = self._receive_rest(body, length)
        if headers.get("connection") == "close":
            self._socket = None
        elif status == 202 and len(received) == end + 4 + length:
            # One accepted post is answered like the other: what was understood once needs no parsing again.
            self._accepted = received
        return status, headers, body

    def _receive_rest(self, start, length):
        body = bytearray(length)
        body[: len(start)] = start
        missing = memoryview(body)[len(start) :]
        while missing:
            count = self._socket.recv_into(missing)
            if count == 0:
                raise ConnectionResetError("the Runtime API closed the connection within a body")
            missing = missing[count:]
        return bytes(body)

    def _receive_some(self):
        received = self._socket.recv(_RECEIVE_SIZE)
        if not received:
            raise ConnectionResetError("the Runtime API closed the connection")
        return received


def _parse_head(head):
    status, *lines = head.split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return int(status.split(" ", 2)[1]), headers


def _error_type_header(error_type):
    return (
        "Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: %s\r\n" % error_type
    )
