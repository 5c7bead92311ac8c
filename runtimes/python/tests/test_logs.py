"""What a function's output looks like."""

import json
import re
import unittest

from fake_runtime_api import REQUEST_ID, event, run


def output(source, **environment):
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", "<time>", run(source, [event()], **environment).stdout)


class TextLogs(unittest.TestCase):
    def test_print_is_raw(self):
        self.assertEqual(output("def handler(event, context): print('a\\nb')"), "a\nb\n")

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
        self.assertEqual(output(source), "[ERROR]\t<time>\t%s\ta\rb\n" % REQUEST_ID)

    def test_an_error_is_one_event_with_its_stack_trace(self):
        source = "def handler(event, context):\n    raise ValueError('bad')"
        self.assertEqual(
            output(source),
            "[ERROR] ValueError: bad\rTraceback (most recent call last):\r"
            "\u00a0\u00a0File \"/var/task/app.py\", line 2, in handler\r"
            "\u00a0\u00a0\u00a0\u00a0raise ValueError('bad')\n",
        )

    def test_an_init_error_is_logged(self):
        self.assertEqual(
            run("", handler="app.nope").stdout,
            "[ERROR] Runtime.HandlerNotFound: Handler 'nope' missing on module 'app'\r"
            "Traceback (most recent call last):\n",
        )

    def test_output_is_complete_when_the_process_dies(self):
        source = "import os\ndef handler(event, context):\n    print('last words')\n    os._exit(3)"
        result = run(source, [event()])
        self.assertEqual((result.stdout, result.status), ("last words\n", 3))


class JsonLogs(unittest.TestCase):
    def records(self, source):
        lines = output(source, AWS_LAMBDA_LOG_FORMAT="JSON").splitlines()
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
