"""What a handler returns, and what the caller gets."""

import unittest

from fake_runtime_api import REQUEST_ID, event, run


def response(source, body=b"{}", **environment):
    return run(source, [event(body)], **environment).post()[1]


class Responses(unittest.TestCase):
    def test_the_value_is_posted_as_json_for_the_request(self):
        result = run("def handler(event, context): return {'got': event}", [event(b'{"a": [1, 2.5, null]}')])
        path, body = result.post()
        self.assertEqual(path, "/invocation/%s/response" % REQUEST_ID)
        self.assertEqual(body, b'{"got": {"a": [1, 2.5, null]}}')
        self.assertEqual(result.posts[0][1]["Content-Type"], "application/json")

    def test_one_environment_serves_many_invocations(self):
        source = "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n    return n"
        result = run(source, [event()] * 100)
        self.assertEqual([body for _, _, body in result.posts], [b"%d" % n for n in range(1, 101)])

    def test_bytes_are_posted_as_they_are(self):
        result = run("def handler(event, context): return b'\\x00\\xff'", [event()])
        self.assertEqual(result.post()[1], b"\x00\xff")
        self.assertEqual(result.posts[0][1]["Content-Type"], "application/unknown")

    def test_text_is_utf8_from_python312_and_escaped_before(self):
        source = "def handler(event, context): return event"
        self.assertEqual(response(source, '"é"'.encode()), '"é"'.encode())
        escaped = response(source, '"é"'.encode(), AWS_EXECUTION_ENV="AWS_Lambda_python3.11")
        self.assertEqual(escaped, b'"\\u00e9"')

    def test_a_decimal_keeps_its_digits(self):
        source = "from decimal import Decimal\ndef handler(event, context): return [Decimal('1.10'), Decimal('NaN'), 'x']"
        self.assertEqual(response(source), b'[1.10, NaN, "x"]')

    def test_an_event_of_another_content_type_is_given_as_bytes(self):
        result = run("def handler(event, context): return repr(event)", [event(b"abc", Content_Type="text/plain")])
        self.assertEqual(result.post()[1], b"\"b'abc'\"")

    def test_megabytes_pass_both_ways(self):
        body = b'"' + b"x" * 5_000_000 + b'"'
        self.assertEqual(response("def handler(event, context): return event", body), body)

    def test_after_a_refused_response_the_next_event_is_served(self):
        result = run("def handler(event, context): return event", [event(b"1"), event(b"2")], answers=[413])
        self.assertEqual([result.post(0)[1], result.post(1)[1]], [b"1", b"2"])

    def test_the_attempt_is_echoed(self):
        result = run("def handler(event, context): pass", [event(Lambda_Runtime_Invocation_Id="attempt-1")])
        self.assertEqual(result.posts[0][1]["Lambda-Runtime-Invocation-Id"], "attempt-1")

    def test_a_handler_is_found_by_path_or_by_package(self):
        files = {"pkg/__init__.py": "", "pkg/mod.py": "def f(event, context): return 'nested'"}
        for handler in ("pkg/mod.f", "pkg.mod.f"):
            result = run("", [event()], handler=handler, files=files)
            self.assertEqual(result.post()[1], b'"nested"')

    def test_a_package_that_has_a_module_called_like_ours_is_undisturbed(self):
        files = {"bootstrap.py": "value = 1", "client.py": "value = 2", "main.py": "value = 3"}
        source = "import bootstrap, client, main\ndef handler(event, context): return [bootstrap.value, client.value, main.value]"
        self.assertEqual(run(source, [event()], files=files).post()[1], b"[1, 2, 3]")


if __name__ == "__main__":
    unittest.main()
