"""Creating, reading, changing and deleting functions, as boto3 sees it."""

import base64
import hashlib
import re
import urllib.request

import pytest
from botocore.exceptions import ClientError

from support.functions import ROLE, create, invoke, package

ECHO = "def handler(event, context):\n    return event\n"
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
LAST_MODIFIED = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$")


def plain(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def error(call, **arguments) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return (
        response["Error"]["Code"],
        response["Error"].get("Message") or response.get("message", ""),
        response["ResponseMetadata"]["HTTPStatusCode"],
    )


def test_a_created_function_has_exactly_the_fields_and_defaults_of_aws(aws):
    zipped = package({"app.py": ECHO})
    answer = aws.create_function(
        FunctionName="fn", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": zipped}
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
    answer = plain(answer)
    assert UUID.match(answer.pop("RevisionId"))
    assert LAST_MODIFIED.match(answer.pop("LastModified"))
    version = answer.pop("RuntimeVersionConfig")["RuntimeVersionArn"]
    assert re.match(r"^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$", version)
    assert answer == {
        "Architectures": ["x86_64"],
        "CodeSha256": base64.b64encode(hashlib.sha256(zipped).digest()).decode(),
        "CodeSize": len(zipped),
        "Description": "",
        "EphemeralStorage": {"Size": 512},
        "FunctionArn": "arn:aws:lambda:us-east-1:000000000000:function:fn",
        "FunctionName": "fn",
        "Handler": "app.handler",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/fn"},
        "MemorySize": 128,
        "PackageType": "Zip",
        "Role": ROLE,
        "Runtime": "python3.12",
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
        "Timeout": 3,
        "TracingConfig": {"Mode": "PassThrough"},
        "Version": "$LATEST",
    }


def test_a_function_becomes_active_and_its_revision_changes(aws):
    created = create(aws, "fn", ECHO)
    settled = aws.get_function_configuration(FunctionName="fn")
    assert settled["State"] == "Active"
    assert settled["LastUpdateStatus"] == "Successful"
    assert "StateReason" not in settled
    assert settled["RevisionId"] != created["RevisionId"]


def test_every_waiter_of_the_sdk_is_satisfied(aws):
    create(aws, "fn", ECHO)
    for waiter in ("function_active", "function_active_v2", "function_updated", "function_updated_v2", "function_exists"):
        aws.get_waiter(waiter).wait(FunctionName="fn", WaiterConfig={"Delay": 1, "MaxAttempts": 20})


def test_get_function_gives_a_link_to_the_very_package(aws):
    zipped = package({"app.py": ECHO})
    create(aws, "fn", zipped, Tags={"team": "red"})
    answer = aws.get_function(FunctionName="fn")
    assert answer["Code"]["RepositoryType"] == "S3"
    assert answer["Tags"] == {"team": "red"}
    with urllib.request.urlopen(answer["Code"]["Location"]) as response:
        assert response.read() == zipped


def test_a_changed_link_to_a_package_is_refused(aws):
    create(aws, "fn", ECHO)
    location = aws.get_function(FunctionName="fn")["Code"]["Location"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(location[:-2] + ("00" if location[-2:] != "00" else "11"))
    assert caught.value.code == 403


def test_functions_are_listed_page_by_page_in_order_of_name(aws):
    names = [f"fn-{number:02}" for number in range(7)]
    for name in reversed(names):
        aws.create_function(
            FunctionName=name, Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": package({"app.py": ECHO})}
        )
    pages = list(aws.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 3}))
    assert [len(page["Functions"]) for page in pages] == [3, 3, 1]
    listed = [function for page in pages for function in page["Functions"]]
    assert [function["FunctionName"] for function in listed] == names
    assert not {"State", "LastUpdateStatus", "RuntimeVersionConfig"} & set(listed[0])


def test_new_code_runs_after_the_update_and_old_environments_are_retired(aws):
    create(aws, "fn", "def handler(event, context):\n    return 'old'\n")
    assert invoke(aws, "fn").json == "old"
    updated = aws.update_function_code(
        FunctionName="fn", ZipFile=package({"app.py": "def handler(event, context):\n    return 'new'\n"})
    )
    assert (updated["State"], updated["LastUpdateStatus"]) == ("Active", "InProgress")
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn")
    assert invoke(aws, "fn").json == "new"


def test_new_configuration_is_seen_by_the_function(aws):
    create(aws, "fn", "import os\ndef handler(event, context):\n    return [os.environ.get('COLOR'), context.memory_limit_in_mb]\n")
    assert invoke(aws, "fn").json == [None, "128"]
    updated = aws.update_function_configuration(
        FunctionName="fn", MemorySize=256, Timeout=10, Description="d", Environment={"Variables": {"COLOR": "red"}}
    )
    assert (updated["MemorySize"], updated["Timeout"], updated["Description"]) == (256, 10, "d")
    assert updated["Environment"] == {"Variables": {"COLOR": "red"}}
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn")
    assert invoke(aws, "fn").json == ["red", "256"]


def test_what_an_update_does_not_name_stays(aws):
    create(aws, "fn", ECHO, Timeout=42, Description="kept")
    aws.update_function_configuration(FunctionName="fn", MemorySize=256)
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn")
    configuration = aws.get_function_configuration(FunctionName="fn")
    assert (configuration["Timeout"], configuration["Description"], configuration["MemorySize"]) == (42, "kept", 256)


def test_a_dry_run_of_new_code_changes_nothing(aws):
    create(aws, "fn", ECHO)
    before = aws.get_function_configuration(FunctionName="fn")
    other = package({"app.py": ECHO + "# other\n"})
    dry = aws.update_function_code(FunctionName="fn", ZipFile=other, DryRun=True)
    assert dry["CodeSha256"] == base64.b64encode(hashlib.sha256(other).digest()).decode()
    assert plain(aws.get_function_configuration(FunctionName="fn")) == plain(before)


def test_a_deleted_function_is_gone(aws):
    create(aws, "fn", ECHO)
    assert aws.delete_function(FunctionName="fn")["ResponseMetadata"]["HTTPStatusCode"] == 204
    not_found = ("ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn", 404)
    assert error(aws.get_function, FunctionName="fn") == not_found
    assert error(aws.delete_function, FunctionName="fn") == not_found
    code, message, status = error(aws.invoke, FunctionName="fn")
    assert (code, message, status) == (not_found[0], not_found[1] + ":$LATEST", 404)


def test_a_function_can_be_created_once(aws):
    create(aws, "fn", ECHO)
    code, message, status = error(
        aws.create_function,
        FunctionName="fn", Runtime="python3.12", Handler="app.handler", Role=ROLE, Code={"ZipFile": package({"app.py": ECHO})},
    )
    assert (code, message, status) == ("ResourceConflictException", "Function already exist: fn", 409)


def test_an_update_of_another_revision_is_refused(aws):
    create(aws, "fn", ECHO)
    code, message, status = error(
        aws.update_function_configuration, FunctionName="fn", Timeout=5, RevisionId="00000000-0000-4000-8000-000000000000"
    )
    assert (code, status) == ("PreconditionFailedException", 412)
    assert message == (
        "The Revision Id provided does not match the latest Revision Id. "
        "Call the GetFunction/GetAlias API to retrieve the latest Revision Id"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fn", "fn"),
        ("fn:$LATEST", "fn:$LATEST"),
        ("000000000000:function:fn", "fn"),
        ("arn:aws:lambda:us-east-1:000000000000:function:fn", "fn"),
        ("arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST", "fn:$LATEST"),
    ],
)
def test_a_function_answers_to_every_form_of_its_name(aws, name, expected):
    create(aws, "fn", ECHO)
    arn = aws.get_function_configuration(FunctionName=name)["FunctionArn"]
    assert arn == f"arn:aws:lambda:us-east-1:000000000000:function:{expected}"


def test_accounts_and_regions_do_not_see_each_other(server):
    red = server.client("lambda")
    create(red, "fn", ECHO)
    blue = server.client("lambda", region_name="eu-west-1")
    other = server.client("lambda", aws_access_key_id="123456789012")
    assert blue.list_functions()["Functions"] == [] == other.list_functions()["Functions"]
    arn = create(other, "fn", ECHO)["FunctionArn"]
    assert arn == "arn:aws:lambda:us-east-1:123456789012:function:fn"


INVALID = [
    ({"Timeout": 901}, "ValidationException", "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900"),
    ({"Role": "nonsense"}, "ValidationException", "Value 'nonsense' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: "),
    ({"Runtime": "cobol85"}, "InvalidParameterValueException", "Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: ["),
    ({"Runtime": "nodejs14.x"}, "InvalidParameterValueException", "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions."),
    ({"FunctionName": "x" * 65}, "InvalidParameterValueException", "at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64"),
    ({"Code": {"ZipFile": b"no zip"}}, "InvalidParameterValueException", "Could not unzip uploaded file. Please check your file, then try to upload again."),
    ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "InvalidParameterValueException", "Reserved keys used in this request: AWS_REGION"),
    ({"Environment": {"Variables": {"BIG": "x" * 4096}}}, "InvalidParameterValueException", "exceeded the 4KB limit."),
]


@pytest.mark.parametrize(("change", "code", "text"), INVALID, ids=lambda value: str(value)[:40])
def test_invalid_input_is_refused_with_the_words_of_aws(aws, change, code, text):
    arguments = {"FunctionName": "fn", "Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE, "Code": {"ZipFile": package({"app.py": ECHO})}}
    found, message, status = error(aws.create_function, **{**arguments, **change})
    assert (found, status) == (code, 400)
    assert text in message
    assert aws.list_functions()["Functions"] == []


def test_account_settings_count_what_is_there(aws):
    sizes = [create(aws, name, ECHO)["CodeSize"] for name in ("a", "b")]
    settings = aws.get_account_settings()
    assert settings["AccountUsage"] == {"TotalCodeSize": sum(sizes), "FunctionCount": 2}
    assert settings["AccountLimit"] == {
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 1000,
        "UnreservedConcurrentExecutions": 1000,
    }


def test_the_caller_learns_who_it_is(server):
    identity = plain(server.client("sts").get_caller_identity())
    assert identity == {"Account": "000000000000", "Arn": "arn:aws:iam::000000000000:root", "UserId": "000000000000"}


def test_an_operation_of_a_later_issue_says_so(aws):
    create(aws, "fn", ECHO)
    code, message, _ = error(aws.list_durable_executions_by_function, FunctionName="fn")
    assert "ListDurableExecutionsByFunction" in message and "Hob" in message, (code, message)
