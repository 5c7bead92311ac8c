"""An endpoint of HTTP on the machine itself, as a subscriber of topics."""

from __future__ import annotations

import contextlib
import http.server
import json
import queue
import threading
import urllib.request


class Endpoint:
    """Notes what it is sent. `answers`: the statuses of the next answers, then 200."""

    def __init__(self):
        self.received: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()
        self.answers: list[int] = []
        self.url = ""

    def next(self) -> tuple[dict[str, str], bytes]:
        return self.received.get(timeout=30)

    def next_document(self) -> dict:
        return json.loads(self.next()[1])

    def confirm(self, sns, topic: str, **attributes) -> str:
        """Subscribes and follows the URL that it is sent."""
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=self.url, Attributes=attributes)
        asked = self.next_document()
        assert asked["Type"] == "SubscriptionConfirmation"
        with urllib.request.urlopen(asked["SubscribeURL"]) as answer:
            assert answer.status == 200
        return sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"][0]["SubscriptionArn"]


@contextlib.contextmanager
def listening():
    endpoint = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            status = endpoint.answers.pop(0) if endpoint.answers else 200
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()
            endpoint.received.put(({name.lower(): value for name, value in self.headers.items()}, body))

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
