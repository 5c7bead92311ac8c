"""Node.js functions: handlers of every style, console, errors, the SDK, HTTPS."""

import json
import re
import shutil

import pytest

from support.functions import create, invoke, package

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
STYLES = {
    "async": ("index.js", "exports.handler = async (event) => ({ got: event });"),
    "promise": ("index.js", "exports.handler = (event) => Promise.resolve({ got: event });"),
    "callback": ("index.js", "exports.handler = (event, context, callback) => callback(null, { got: event });"),
    "esm": ("index.mjs", "export const handler = async (event) => ({ got: event });"),
    "esm with top-level await": ("index.mjs", "const got = await Promise.resolve('got'); export const handler = async (event) => ({ [got]: event });"),
    "cjs": ("index.cjs", "exports.handler = async (event) => ({ got: event });"),
    "nested export": ("index.js", "exports.handler = { of: { events: async (event) => ({ got: event }) } };"),
}


def deploy(aws, files, handler="index.handler", **more):
    return create(aws, "fn", package(files), runtime="nodejs20.x", handler=handler, **more)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_handler_is_called(aws, style):
    name, source = STYLES[style]
    deploy(aws, {name: source}, handler="index.handler.of.events" if style == "nested export" else "index.handler")
    assert invoke(aws, "fn", {"a": [1]}).json == {"got": {"a": [1]}}
    assert invoke(aws, "fn", 2).json == {"got": 2}


def test_a_module_type_package_is_esm(aws):
    deploy(aws, {"package.json": '{"type":"module"}', "index.js": "export const handler = async () => 'esm';"})
    assert invoke(aws, "fn").json == "esm"


def test_console_lines_carry_time_request_id_and_level(aws):
    deploy(aws, {"index.js": "exports.handler = async () => { console.log('one', {a: 1}); console.error('two'); };"})
    answer = invoke(aws, "fn", tail=True)
    request_id = answer.headers["x-amzn-requestid"]
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.search(rf"^{time}\t{request_id}\tINFO\tone \{{ a: 1 \}}$", answer.log, re.M), answer.log
    assert re.search(rf"^{time}\t{request_id}\tERROR\ttwo$", answer.log, re.M)
    assert answer.payload == b"null"


def test_an_error_has_type_message_and_trace(aws):
    deploy(aws, {"index.js": "exports.handler = async () => { throw new TypeError('no good'); };"})
    answer = invoke(aws, "fn")
    assert answer.error == "Unhandled"
    assert list(answer.json) == ["errorType", "errorMessage", "trace"]
    assert (answer.json["errorType"], answer.json["errorMessage"]) == ("TypeError", "no good")
    assert answer.json["trace"][0] == "TypeError: no good" and "/var/task/index.js:1" in answer.json["trace"][1]


FAULTS = [
    ({"index.js": "require('nothing-like-this');"}, "index.handler", "Runtime.ImportModuleError"),
    ({"index.js": "exports.other = 1;"}, "index.handler", "Runtime.HandlerNotFound"),
    ({"index.js": "exports.handler = ("}, "index.handler", "Runtime.UserCodeSyntaxError"),
    ({"index.js": "exports.handler = 1"}, "index", "Runtime.MalformedHandlerName"),
    ({"index.js": "exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')); setTimeout(() => {}, 5000); });"}, "index.handler", "Runtime.UnhandledPromiseRejection"),
]


@pytest.mark.parametrize(("files", "handler", "kind"), FAULTS, ids=[fault[2] for fault in FAULTS])
def test_a_broken_function_says_what_is_wrong(aws, files, handler, kind):
    deploy(aws, files, handler=handler, Timeout=10)
    answer = invoke(aws, "fn")
    assert (answer.error, answer.json["errorType"]) == ("Unhandled", kind)


def test_the_context_is_complete(aws):
    source = (
        "exports.handler = async (event, c) => ({ name: c.functionName, version: c.functionVersion, arn: c.invokedFunctionArn,"
        " memory: c.memoryLimitInMB, group: c.logGroupName, id: c.awsRequestId, left: c.getRemainingTimeInMillis() });"
    )
    deploy(aws, {"index.js": source}, Timeout=60)
    answer = invoke(aws, "fn")
    seen = answer.json
    assert 50_000 < seen.pop("left") <= 60_000
    assert seen == {
        "name": "fn", "version": "$LATEST", "arn": "arn:aws:lambda:us-east-1:000000000000:function:fn", "memory": "128",
        "group": "/aws/lambda/fn", "id": answer.headers["x-amzn-requestid"],
    }


def test_a_streaming_handler_answers_in_its_plain_form(aws):
    deploy(aws, {"index.mjs": "export const handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('a'); stream.write('b'); stream.end(); });"})
    assert invoke(aws, "fn").payload == b"ab"


@pytest.mark.needs_internet
def test_the_sdk_is_there_and_reaches_hob(server_with_sdk):
    aws = server_with_sdk.client("lambda")
    source = "const { LambdaClient, ListFunctionsCommand } = require('@aws-sdk/client-lambda'); require('@aws-sdk/client-s3');\nexports.handler = async () => (await new LambdaClient().send(new ListFunctionsCommand({}))).Functions.map((f) => f.FunctionName);"
    deploy(aws, {"index.js": source}, Timeout=180, MemorySize=1769)
    answer = invoke(aws, "fn")
    if answer.error and "Cannot find module" in json.dumps(answer.json):
        pytest.skip("the SDK pack could not be installed: no registry answers")
    assert answer.json == ["fn"]


def test_the_hosts_certificates_are_there(aws):
    source = "const tls = require('tls'); exports.handler = async () => tls.rootCertificates.length;"
    deploy(aws, {"index.js": source})
    assert invoke(aws, "fn").json > 10
