"""Python functions: handlers, logging, imports, the SDK, HTTPS."""

import json
import re

import pytest

from support.functions import create, invoke, package


def test_a_handler_in_a_package_is_found_by_either_spelling(aws):
    zipped = package({"pkg/__init__.py": "", "pkg/sub.py": "def handler(event, context):\n    return 'deep'\n"})
    for name, handler in (("slash", "pkg/sub.handler"), ("dot", "pkg.sub.handler")):
        create(aws, name, zipped, handler=handler)
        assert invoke(aws, name).json == "deep"


def test_the_logger_writes_level_time_and_request_id(aws):
    source = "import logging\nlogging.getLogger().setLevel('INFO')\ndef handler(event, context):\n    logging.info('noted %s', 1)\n"
    create(aws, "fn", source)
    answer = invoke(aws, "fn", tail=True)
    request_id = answer.headers["x-amzn-requestid"]
    assert re.search(rf"^\[INFO\]\t\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z\t{request_id}\tnoted 1$", answer.log, re.M), answer.log


def test_the_trace_header_is_in_the_environment_of_each_invocation(aws):
    create(aws, "fn", "import os\ndef handler(event, context):\n    return os.environ['_X_AMZN_TRACE_ID']\n")
    seen = [invoke(aws, "fn").json for _ in range(2)]
    form = r"^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01];Lineage=[0-9a-f]+:[01]$"
    assert all(re.match(form, header) for header in seen), seen
    assert seen[0] != seen[1]


def test_text_of_any_script_goes_in_and_out(aws):
    create(aws, "fn", "def handler(event, context):\n    print(event)\n    return {'ü': event}\n")
    answer = invoke(aws, "fn", "héllo 世界 \U0001f680", tail=True)
    assert answer.json == {"ü": "héllo 世界 \U0001f680"}
    assert "héllo 世界 \U0001f680" in answer.log


@pytest.mark.needs_internet
def test_boto3_is_there_and_reaches_hob(server_with_sdk):
    aws = server_with_sdk.client("lambda")
    source = "import boto3\ndef handler(event, context):\n    return [f['FunctionName'] for f in boto3.client('lambda').list_functions()['Functions']]\n"
    create(aws, "fn", source, Timeout=120, MemorySize=1024)
    answer = invoke(aws, "fn")
    if answer.error and "Unable to import module" in json.dumps(answer.json):
        pytest.skip("the SDK pack could not be installed: no registry answers")
    assert answer.json == ["fn"]


def test_the_hosts_certificates_are_there(aws):
    source = "import ssl\ndef handler(event, context):\n    return len(ssl.create_default_context().get_ca_certs())\n"
    create(aws, "fn", source)
    answer = invoke(aws, "fn")
    assert answer.error is None and answer.json > 10


def test_code_in_the_package_comes_before_the_runtimes_own(aws):
    zipped = package({"app.py": "import boto3\ndef handler(event, context):\n    return boto3.MINE\n", "boto3.py": "MINE = 'mine'\n"})
    create(aws, "fn", zipped)
    assert invoke(aws, "fn").json == "mine"
