"""Every error document, whole. The shapes are those that AWS's runtime posts."""

import unittest

from fake_runtime_api import REQUEST_ID, event, run


class InvocationErrors(unittest.TestCase):
    def check(self, source, document, body=b"{}", **headers):
        result = run(source, [event(body, **headers)])
        self.assertEqual(result.post()[0], "/invocation/%s/error" % REQUEST_ID)
        self.assertEqual(result.json(), document)
        self.assertEqual(list(result.json()), ["errorMessage", "errorType", "requestId", "stackTrace"])
        self.assertEqual(result.posts[0][1]["Lambda-Runtime-Function-Error-Type"], document["errorType"])

    def test_an_exception_has_the_users_frames_only(self):
        self.check(
            "def inner():\n    raise ValueError('bad')\ndef handler(event, context):\n    inner()",
            {
                "errorMessage": "bad",
                "errorType": "ValueError",
                "requestId": REQUEST_ID,
                "stackTrace": [
                    '  File "/var/task/app.py", line 4, in handler\n    inner()\n',
                    '  File "/var/task/app.py", line 2, in inner\n    raise ValueError(\'bad\')\n',
                ],
            },
        )

    def test_a_response_that_is_not_json(self):
        message = "Unable to marshal response: Object of type set is not JSON serializable"
        self.check("def handler(event, context): return {1}", fault("Runtime.MarshalError", message))

    def test_a_coroutine_is_not_a_response(self):
        message = "Unable to marshal response: Object of type coroutine is not JSON serializable"
        self.check("async def handler(event, context): pass", fault("Runtime.MarshalError", message))

    def test_an_event_that_is_not_json(self):
        message = "Unable to unmarshal input: Expecting value: line 1 column 1 (char 0)"
        self.check("def handler(event, context): pass", fault("Runtime.UnmarshalError", message), b"nope")

    def test_a_client_context_that_is_not_json(self):
        message = "Unable to parse Client Context JSON: Expecting value: line 1 column 1 (char 0)"
        self.check(
            "def handler(event, context): pass",
            fault("Runtime.LambdaContextUnmarshalError", message),
            Lambda_Runtime_Client_Context="nope",
        )

    def test_the_environment_goes_on_after_an_error(self):
        result = run("def handler(event, context): return 1 / event", [event(b"0"), event(b"1")])
        self.assertEqual(result.json(0)["errorType"], "ZeroDivisionError")
        self.assertEqual(result.post(1)[1], b"1.0")


def fault(error_type, message):
    return {"errorMessage": message, "errorType": error_type, "requestId": REQUEST_ID, "stackTrace": []}


class InitErrors(unittest.TestCase):
    def check(self, source, error_type, message, stack_trace=(), **arguments):
        result = run(source, **arguments)
        self.assertEqual(result.post()[0], "/init/error")
        document = {
            "errorMessage": message,
            "errorType": error_type,
            "requestId": "",
            "stackTrace": list(stack_trace),
        }
        self.assertEqual(result.json(), document)
        self.assertEqual(result.posts[0][1]["Lambda-Runtime-Function-Error-Type"], error_type)
        self.assertEqual(result.status, 1)

    def test_a_missing_module(self):
        message = "Unable to import module 'nope': No module named 'nope'"
        self.check("", "Runtime.ImportModuleError", message, handler="nope.handler")

    def test_a_missing_dependency(self):
        message = "Unable to import module 'app': No module named 'requests'"
        self.check("import requests", "Runtime.ImportModuleError", message)

    def test_a_missing_sdk_says_what_to_do(self):
        message = (
            "Unable to import module 'app': No module named 'boto3'\n"
            "Hint: this server has not fetched the AWS SDK for Python."
            " Run `hob runtime sdk python` while online, or add boto3 to the package."
        )
        self.check("import boto3", "Runtime.ImportModuleError", message)

    def test_a_missing_function(self):
        message = "Handler 'handler' missing on module 'app'"
        self.check("", "Runtime.HandlerNotFound", message)

    def test_a_handler_without_a_dot(self):
        message = "Bad handler 'app': not enough values to unpack (expected 2, got 1)"
        self.check("", "Runtime.MalformedHandlerName", message, handler="app")

    def test_a_built_in_module(self):
        message = "Cannot use built-in module sys as a handler module"
        self.check("", "Runtime.BuiltInModuleConflict", message, handler="sys.exit")

    def test_a_syntax_error(self):
        self.check(
            "def handler(event, context):\n    return )",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': unmatched ')' (app.py, line 2)",
            ['  File "/var/task/app.py" Line 2\n        return )'],
        )

    def test_an_exception_at_import_shows_the_users_frame_last(self):
        result = run("raise RuntimeError('no')")
        document = result.json()
        self.assertEqual((document["errorType"], document["errorMessage"]), ("RuntimeError", "no"))
        frames = document["stackTrace"]
        self.assertIn("import_module", frames[0])
        self.assertEqual(
            frames[-1], '  File "/var/task/app.py", line 1, in <module>\n    raise RuntimeError(\'no\')\n'
        )

    def test_an_exit_at_import_is_the_process_s_exit(self):
        result = run("exit(7)")
        self.assertEqual((result.posts, result.status), ([], 7))


if __name__ == "__main__":
    unittest.main()
