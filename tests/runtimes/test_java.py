"""Java functions: handlers of every form, JSON, context, logs, errors, packages, and a JVM started ahead."""

import base64
import io
import json
import shutil
import zipfile

import pytest

from support import java
from support.functions import create, invoke, package
from support.java import classes, compiled, is_carried

pytestmark = pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK is installed")


@pytest.fixture(scope="session", autouse=True)
def runtime(hob):
    if not is_carried(hob):
        pytest.skip("this build of hob has no Java runtime: run `cargo xtask java` and build it again")


@pytest.fixture
def example():
    """The package of the functions alone, as a jar that was uploaded is unpacked."""
    return classes("example/")


def jar(files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def deploy(aws, files, handler, **more):
    more.setdefault("Timeout", 15)
    more.setdefault("MemorySize", 512)
    return create(aws, "fn", package(files), runtime="java17", handler=f"example.Functions{handler}", **more)


FORMS = {
    "::greet": ("you", "Hello you"),
    "::twice": (21, 42),
    "::sorted": ([3, 1, 2], [1, 2, 3]),
    "::any": ({"a": [1, 2.5, "ü\n\u2028", True, {"b": {}}]}, {"a": [1, 2.5, "ü\n\u2028", True, {"b": {}}]}),
    "::nothing": ({"any": "thing"}, None),
    "::stream": ({"a": 1}, {"a": 1}),
    "::sink": ({"a": 1}, None),
    "::overloaded": ("x", "with context"),
    "$Upper": ("abc", "ABC"),
    "$Older": (
        {"firstName": "Ada", "age": 36, "happy": True, "unknown": [1], "children": [{"age": 1}], "scores": {"a": [1, 2.5]}, "kind": "BIG"},
        {"kind": "BIG", "firstName": "Ada", "age": 37, "happy": True, "children": [{"age": 1}], "scores": {"a": [1.0, 2.5]}},
    ),
    "$Inherited": ([{"age": 5}], {"first": {"age": 5}}),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_handler_is_called(aws, example, form):
    event, answer = FORMS[form]
    deploy(aws, example, form)
    assert invoke(aws, "fn", event).json == answer


def test_an_environment_serves_one_invocation_after_another(aws, example):
    deploy(aws, example, "::count")
    assert [invoke(aws, "fn").json for _ in range(3)] == [1, 2, 3]


def test_the_context_names_the_function_and_the_request(aws, example):
    deploy(aws, example, "::context")
    client = {"client": {"app_title": "t"}, "custom": {"k": "v"}, "env": {"e": "f"}}
    answer = invoke(aws, "fn", {}, ClientContext=base64.b64encode(json.dumps(client).encode()).decode())
    seen = answer.json
    assert seen["requestId"] == answer.headers["x-amzn-requestid"]
    assert (seen["functionName"], seen["functionVersion"], seen["memory"]) == ("fn", "$LATEST", 512)
    assert seen["arn"].endswith(":function:fn") and seen["logGroup"] == "/aws/lambda/fn" and "[$LATEST]" in seen["logStream"]
    assert 0 < seen["remaining"] <= 15_000 and seen["identity"] and seen["loader"]
    assert seen["client"] == ["t", {"k": "v"}, {"e": "f"}]


ENVIRONMENT = {"Variables": {"TABLE": "ü", "TZ": "Asia/Tokyo"}}


def test_the_process_is_the_functions(aws, example):
    deploy(aws, example, "::process", Environment=ENVIRONMENT)
    seen = invoke(aws, "fn").json
    assert seen["variable"] == "ü" and "TABLE=ü" in seen["inherited"] and "HOB_PARKED" not in seen["inherited"]
    assert "HOB_PARKED" not in seen["variables"] and "AWS_LAMBDA_FUNCTION_NAME" in seen["variables"]
    assert (seen["folder"], seen["childsFolder"], seen["relative"]) == ("/var/task", "/var/task", True)
    assert seen["zone"] == "Asia/Tokyo" and seen["trace"].startswith("Root=1-") and seen["charset"] == "UTF-8"
    assert 0.75 * 512 < seen["heap"] / 2**20 <= 0.85 * 512


def test_the_users_flags_for_the_jvm_hold(aws, example):
    deploy(aws, example, "::process", Environment={"Variables": {"JAVA_TOOL_OPTIONS": "-Xmx100m"}})
    assert invoke(aws, "fn").json["heap"] / 2**20 <= 100


def test_what_is_printed_and_logged_is_in_the_log(aws, example):
    deploy(aws, example, "::log")
    log = invoke(aws, "fn", {}, tail=True).log
    for line in ["printed ü\n", "two\nlines\n", "[WARN] a warning\n", "[DEBUG] a detail\n", "without a context\n"]:
        assert line in log, log


def test_an_exception_has_message_type_and_trace(aws, example):
    deploy(aws, example, "::fail")
    answer = invoke(aws, "fn", tail=True)
    assert answer.error == "Unhandled" and list(answer.json) == ["errorMessage", "errorType", "stackTrace"]
    assert (answer.json["errorMessage"], answer.json["errorType"]) == ("no good", "java.lang.IllegalStateException")
    assert answer.json["stackTrace"][0].startswith("example.Functions.fail(Functions.java:")
    assert not any("hob" in frame for frame in answer.json["stackTrace"])
    assert "no good: java.lang.IllegalStateException\njava.lang.IllegalStateException: no good\n" in answer.log
    assert "Caused by: java.io.IOException: the cause\n" in answer.log


def error_of(aws):
    document = invoke(aws, "fn", {}).json
    return document["errorMessage"], document.get("errorType")


FAULTS = {
    "$Missing": ("Class not found: example.Functions$Missing", "java.lang.ClassNotFoundException"),
    "::missing": ("No public method named missing with appropriate method signature found on class example.Functions", None),
    "::hidden": ("No public method named hidden with appropriate method signature found on class example.Functions", None),
    "::": ("Invalid handler: `example.Functions::'", None),
    "": ("Class does not implement an appropriate handler interface: example.Functions", None),
    "$BadStatic::handle": ("Error loading class example.Functions$BadStatic", "java.lang.ExceptionInInitializerError"),
    "$BadConstructor::handle": ("not today", "java.lang.IllegalArgumentException"),
    "$NoConstructor::handle": (
        "Class example.Functions$NoConstructor has no public zero-argument constructor",
        "java.lang.Exception",
    ),
    "::failWithoutMessage": ("java.lang.UnsupportedOperationException", "java.lang.UnsupportedOperationException"),
    "::twice": ("An error occurred during JSON parsing", "java.lang.RuntimeException"),
}


@pytest.mark.parametrize("handler", FAULTS)
def test_a_fault_has_awss_text(aws, example, handler):
    deploy(aws, example, handler)
    message, error_type = error_of(aws)
    expected, expected_type = FAULTS[handler]
    assert message.startswith(expected) and error_type == expected_type


def test_a_process_that_exits_is_replaced(aws, example):
    deploy(aws, example, "::exit")
    assert "Runtime exited with error: exit status 3" in error_of(aws)[0]


def test_a_function_that_takes_too_long_is_ended(aws, example):
    deploy(aws, example, "::sleep", Timeout=3)
    assert "Task timed out after 3.00 seconds" in error_of(aws)[0]


def test_a_function_that_needs_too_much_memory_fails(aws, example):
    deploy(aws, example, "::allocate", MemorySize=256)
    assert error_of(aws)[1] in ("java.lang.OutOfMemoryError", "Runtime.ExitError")


def test_an_interrupted_thread_serves_the_next_invocation(aws, example):
    deploy(aws, example, "::interrupted")
    assert [invoke(aws, "fn").json for _ in range(2)] == [None, None]


def test_a_package_may_be_jars(aws, example):
    files = {
        "lib/functions.jar": jar({**example, "data/text.txt": "text"}),
        "lib/library.jar": jar(classes("library/")),
        "lib/lambda-java-core.jar": jar(classes("com/")),
    }
    deploy(aws, files, "::dependency")
    assert invoke(aws, "fn").json == "from the library"
    aws.update_function_configuration(FunctionName="fn", Handler="example.Functions::resource")
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn")
    assert invoke(aws, "fn").json == "text"


def test_a_jar_with_everything_is_a_package(aws):
    code = jar({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n", **compiled()})
    create(aws, "fn", code, runtime="java21", handler="example.Functions::dependency", MemorySize=512, Timeout=15)
    assert invoke(aws, "fn").json == "from the library"


def test_without_the_library_the_error_names_the_class(aws, example):
    deploy(aws, example, "::dependency")
    assert error_of(aws) == ("library/Dependency", "java.lang.NoClassDefFoundError")


def test_the_example_is_deployed_as_it_is(aws):
    create(aws, "hello", package(java.example()), runtime="java17", handler="example.Hello", MemorySize=512)
    assert invoke(aws, "hello", {"name": "Ada"}).json == {"message": "Hello Ada!"}
    assert invoke(aws, "hello", {}).json == {"message": "Hello world!"}
