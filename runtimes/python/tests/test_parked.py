"""A runtime that starts before it knows its function behaves as one that starts with it: all other tests again."""

import unittest

import fake_runtime_api
import test_context
import test_errors
import test_logs
import test_responses
from fake_runtime_api import event, run


def setUpModule():
    fake_runtime_api.parked = True


def tearDownModule():
    fake_runtime_api.parked = False


class Assignment(unittest.TestCase):
    def test_the_environment_is_the_functions_alone_also_for_programs_that_it_starts(self):
        source = """
import os, subprocess
def handler(event, context):
    child = subprocess.run(["/usr/bin/env"], capture_output=True, text=True).stdout.splitlines()
    return [os.environ.get(name) for name in ("OWN", "HOB_PARKED")] + [sorted(child) == sorted(
        "%s=%s" % item for item in os.environ.items())]
"""
        self.assertEqual(run(source, [event()], OWN="a \"b\" \u00fc").json(), ["a \"b\" \u00fc", None, True])

    def test_the_time_zone_is_the_functions(self):
        source = "import time\ndef handler(event, context): return time.strftime('%H', time.localtime(0))"
        self.assertEqual(run(source, [event()], TZ="Asia/Tokyo").json(), "09")

    def test_the_working_directory_and_the_path_are_the_functions(self):
        source = "import os, sys\ndef handler(event, context): return [os.getcwd(), sys.path[0], sys.argv]"
        working_directory, first, arguments = run(source, [event()]).json()
        self.assertEqual((working_directory, first), ("/var/task", "/var/task"))
        self.assertEqual(arguments, [str(fake_runtime_api.RUNTIME / "bootstrap.py")])

    def test_records_count_from_the_assignment(self):
        source = """
import logging
def handler(event, context): return logging.makeLogRecord({}).relativeCreated < 5000
"""
        self.assertIs(run(source, [event()]).json(), True)

    def test_no_key_is_shared_between_processes(self):
        source = """
import multiprocessing, sys
def handler(event, context): return multiprocessing.current_process().authkey.hex()
"""
        self.assertNotEqual(run(source, [event()]).json(), run(source, [event()]).json())


def load_tests(loader, own, _pattern):
    for module in (test_context, test_errors, test_logs, test_responses):
        for case in list(vars(module).values()):
            if isinstance(case, type) and issubclass(case, unittest.TestCase):
                # A class of this module, so that it runs between its set-up and its tear-down.
                again = type("Parked" + case.__name__, (case,), {"__module__": __name__})
                own.addTests(loader.loadTestsFromTestCase(again))
    return own


if __name__ == "__main__":
    unittest.main()
