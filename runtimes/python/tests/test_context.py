"""The context object and the process that a handler finds itself in."""

import unittest

from fake_runtime_api import FUNCTION_ARN, REQUEST_ID, event, run


def value(expression, *prelude, **arguments):
    source = "\n".join([*prelude, "def handler(event, context): return " + expression])
    return run(source, [event(**arguments)]).json()


class Context(unittest.TestCase):
    def test_it_names_the_function_and_the_request(self):
        names = (
            "aws_request_id function_name function_version invoked_function_arn"
            " log_group_name log_stream_name memory_limit_in_mb tenant_id client_context"
        )
        self.assertEqual(
            value("[getattr(context, name) for name in %r.split()]" % names),
            [
                REQUEST_ID,
                "f",
                "$LATEST",
                FUNCTION_ARN,
                "/aws/lambda/f",
                "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef",
                "128",
                None,
                None,
            ],
        )

    def test_the_remaining_time_is_that_to_the_deadline_and_never_negative(self):
        late = {"Lambda_Runtime_Deadline_Ms": "1"}
        self.assertEqual(value("context.get_remaining_time_in_millis()", **late), 0)
        self.assertGreater(value("context.get_remaining_time_in_millis()"), 1_000_000)

    def test_the_client_context_has_attributes(self):
        header = '{"client": {"app_title": "t"}, "custom": {"k": "v"}, "env": {"e": 1}, "w3c": {"traceparent": "00"}}'
        self.assertEqual(
            value(
                "[(c := context.client_context).client.app_title, c.client.installation_id, c.custom, c.env, context.w3c()]",
                Lambda_Runtime_Client_Context=header,
            ),
            ["t", None, {"k": "v"}, {"e": 1}, {"traceparent": "00"}],
        )

    def test_the_identity_is_there_also_without_cognito(self):
        expression = "[context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]"
        self.assertEqual(value(expression), [None, None])
        header = '{"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}'
        self.assertEqual(value(expression, Lambda_Runtime_Cognito_Identity=header), ["i", "p"])

    def test_it_prints_as_on_aws(self):
        self.assertEqual(
            value("repr(context)"),
            "LambdaContext([aws_request_id=%s,log_group_name=/aws/lambda/f,"
            "log_stream_name=2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef,function_name=f,"
            "memory_limit_in_mb=128,function_version=$LATEST,invoked_function_arn=%s,client_context=None,"
            "identity=CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None]),"
            "tenant_id=None])" % (REQUEST_ID, FUNCTION_ARN),
        )

    def test_the_trace_id_is_in_the_environment_during_its_invocation_only(self):
        source = "import os\ndef handler(event, context): return os.environ.get('_X_AMZN_TRACE_ID')"
        traced, untraced = event(), event()
        del untraced[1]["Lambda-Runtime-Trace-Id"]
        result = run(source, [traced, untraced])
        self.assertEqual(result.json(0), "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
        self.assertEqual(result.json(1), None)


class Process(unittest.TestCase):
    def test_the_search_path_has_the_package_then_the_layers_then_the_runtime(self):
        entries, task_root = value("[sys.path, os.environ['LAMBDA_TASK_ROOT']]", "import os, sys")
        # Of the runtime's name, whichever Python this is.
        self.assertEqual(entries[:3], [task_root, "/opt/python/lib/python3.12/site-packages", "/opt/python"])
        self.assertTrue(entries[3].endswith("/runtimes/python/python"))
        self.assertTrue(entries[4].endswith("/runtimes/python"))

    def test_the_hosts_packages_are_not_visible(self):
        self.assertEqual(value("[p for p in sys.path if 'site-packages' in p and not p.startswith('/opt')]", "import sys"), [])

    def test_exit_and_quit_exist(self):
        self.assertEqual(value("[callable(exit), callable(quit), callable(help)]"), [True, True, True])


if __name__ == "__main__":
    unittest.main()
