"""What a function's output looks like."""

import json
import re
import unittest

from fake_runtime_api import REQUEST_ID, event, run


def events(source, **environment):
    time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
    return [time.sub("<time>", message) for message in run(source, [event()], **environment).events]


def output(source, **environment):
    return "".join(events(source, **environment))


class TextLogs(unittest.TestCase):
    def test_print_is_raw(self):
        self.assertEqual(events("def handler(event, context): print('a\\nb')"), ["a\n", "b\n"])

    def test_a_record_has_level_time_and_request(self):
        source = "import logging\ndef handler(event, context): logging.warning('%s!', 'hot')"
        self.assertEqual(output(source), "[WARNING]\t<time>\t%s\thot!\n" % REQUEST_ID)

    def test_a_record_during_initialization_has_no_request(self):
        source = "import logging\nlogging.error('early')\ndef handler(event, context): pass"
        self.assertEqual(output(source), "[ERROR]\t<time>\t\tearly\n")

    def test_info_is_hidden_until_the_level_is_set(self):
        source = "import logging\n%s\ndef handler(event, context): logging.info('x')"
        self.assertEqual(output(source % ""), "")
        info = "[INFO]\t<time>\t%s\tx\n" % REQUEST_ID
        self.assertEqual(output(source % "logging.getLogger().setLevel(logging.INFO)"), info)
        self.assertEqual(output(source % "", AWS_LAMBDA_LOG_LEVEL="INFO"), info)

    def test_the_root_logger_has_its_handler_before_the_function_sees_it(self):
        source = "import logging\nlogging.basicConfig(format='mine')\ndef handler(event, context): logging.error('x')"
        self.assertEqual(output(source), "[ERROR]\t<time>\t%s\tx\n" % REQUEST_ID)

    def test_a_record_of_several_lines_is_one_event(self):
        source = "import logging\ndef handler(event, context): logging.error('a\\nb')"
        self.assertEqual(events(source), ["[ERROR]\t<time>\t%s\ta\nb\n" % REQUEST_ID])

    def test_records_and_prints_keep_their_order(self):
        source = (
            "import logging\ndef handler(event, context):\n    print('before', end='')\n"
            "    logging.error('%s' % ('x' * 10_000))\n    print('after')"
        )
        record = "[ERROR]\t<time>\t%s\t%s\n" % (REQUEST_ID, "x" * 10_000)
        self.assertEqual(events(source), ["before", record, "after\n"])

    def test_a_record_reaches_the_log_while_the_function_has_replaced_stdout(self):
        source = (
            "import contextlib, io, logging\ndef handler(event, context):\n"
            "    with contextlib.redirect_stdout(io.StringIO()): logging.error('\\udc80')"
        )
        self.assertEqual(events(source), ["[ERROR]\t<time>\t%s\t\\udc80\n" % REQUEST_ID])

    def test_an_error_is_one_event_with_its_stack_trace(self):
        source = "def handler(event, context):\n    raise ValueError('bad')"
        error = (
            "[ERROR] ValueError: bad\nTraceback (most recent call last):\n"
            "\u00a0\u00a0File \"/var/task/app.py\", line 2, in handler\n"
            "\u00a0\u00a0\u00a0\u00a0raise ValueError('bad')\n"
        )
        self.assertEqual(events(source), [error])

    def test_an_init_error_is_logged(self):
        error = (
            "[ERROR] Runtime.HandlerNotFound: Handler 'nope' missing on module 'app'\n"
            "Traceback (most recent call last):\n"
        )
        self.assertEqual(run("", handler="app.nope").events, [error])

    def test_output_is_complete_when_the_process_dies(self):
        source = "import os\ndef handler(event, context):\n    print('last words')\n    os._exit(3)"
        result = run(source, [event()])
        self.assertEqual((result.stdout, result.status), ("last words\n", 3))


class JsonLogs(unittest.TestCase):
    def records(self, source, **environment):
        lines = output(source, AWS_LAMBDA_LOG_FORMAT="JSON", **environment).splitlines()
        return [json.loads(line) for line in lines]

    def test_a_record_is_an_object(self):
        source = "import logging\ndef handler(event, context): logging.warning('%s!', 'hot', extra={'k': 1})"
        expected = {
            "timestamp": "<time>",
            "level": "WARNING",
            "message": "hot!",
            "logger": "root",
            "requestId": REQUEST_ID,
            "k": 1,
        }
        self.assertEqual(self.records(source), [expected])

    def test_levels_below_the_configured_one_are_not_written(self):
        source = (
            "import logging\ndef handler(event, context):\n"
            "    for level in ('debug', 'info', 'warning', 'error', 'critical'): getattr(logging, level)('x')"
        )
        for level, first in [("TRACE", 0), ("DEBUG", 0), ("INFO", 1), ("WARN", 2), ("ERROR", 3), ("FATAL", 4)]:
            levels = [record["level"] for record in self.records(source, AWS_LAMBDA_LOG_LEVEL=level)]
            self.assertEqual(levels, ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"][first:], level)

    def test_an_exception_is_structured(self):
        source = (
            "import logging\ndef handler(event, context):\n    try:\n        1 / 0\n"
            "    except ZeroDivisionError:\n        logging.exception('oops')"
        )
        expected = {
            "timestamp": "<time>",
            "level": "ERROR",
            "message": "oops",
            "logger": "root",
            "stackTrace": ['  File "/var/task/app.py", line 4, in handler\n    1 / 0\n'],
            "errorType": "ZeroDivisionError",
            "errorMessage": "division by zero",
            "requestId": REQUEST_ID,
            "location": "/var/task/app.py:handler:6",
        }
        [record] = self.records(source)
        record["stackTrace"] = [re.sub(r"\n +[~^]+\n", "\n", frame) for frame in record["stackTrace"]]
        self.assertEqual(record, expected)

    def test_a_dictionary_is_the_message(self):
        source = "import logging\ndef handler(event, context): logging.error({'a': 1})"
        self.assertEqual(self.records(source)[0]["message"], {"a": 1})

    def test_a_function_error_is_structured(self):
        [record] = self.records("def handler(event, context): raise ValueError('bad')")
        self.assertEqual(
            list(record), ["timestamp", "level", "errorMessage", "errorType", "requestId", "stackTrace"]
        )


if __name__ == "__main__":
    unittest.main()
