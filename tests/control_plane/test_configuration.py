"""What may be configured of a function, as boto3 sees it: kept, shown, followed, or refused."""

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke

TELLS = "import os\ndef handler(event, context):\n    return os.environ[event]\n"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:failed"
CONFIGURED = {
    "VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]},
    "DeadLetterConfig": {"TargetArn": QUEUE},
    "TracingConfig": {"Mode": "Active"},
    "EphemeralStorage": {"Size": 1024},
    "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "LogGroup": "/mine"},
}


def update(aws, **members) -> dict:
    answer = aws.update_function_configuration(FunctionName="fn", **members)
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    return answer


def configured(answer: dict) -> dict:
    return {member: answer[member] for member in CONFIGURED if member in answer}


def refusal(call, **members) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(FunctionName="fn", **members)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_is_configured_is_kept_and_shown_and_published(aws):
    create(aws, "fn", TELLS)
    answer = update(aws, **CONFIGURED)
    vpc = answer["VpcConfig"].pop("VpcId")
    assert vpc.startswith("vpc-") and len(vpc) == 21
    assert answer["VpcConfig"].pop("Ipv6AllowedForDualStack") is False
    assert answer["LoggingConfig"].pop("SystemLogLevel") == "INFO"
    assert configured(answer) == CONFIGURED
    shown = configured(aws.get_function_configuration(FunctionName="fn"))
    assert shown["VpcConfig"]["VpcId"] == vpc
    assert aws.publish_version(FunctionName="fn")["Version"] == "1"
    update(
        aws,
        VpcConfig={"SubnetIds": [], "SecurityGroupIds": []},
        DeadLetterConfig={"TargetArn": ""},
        TracingConfig={"Mode": "PassThrough"},
        EphemeralStorage={"Size": 512},
        LoggingConfig={"LogFormat": "Text"},
    )
    assert configured(aws.get_function_configuration(FunctionName="fn", Qualifier="1")) == shown
    assert configured(aws.get_function_configuration(FunctionName="fn")) == {
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", "Ipv6AllowedForDualStack": False},
        "TracingConfig": {"Mode": "PassThrough"},
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/fn"},
    }


def test_a_log_in_json_is_written_so(aws):
    create(aws, "fn", TELLS, LoggingConfig={"LogFormat": "JSON"})
    answer = invoke(aws, "fn", "AWS_LAMBDA_LOG_FORMAT", tail=True)
    assert answer.json == "JSON"
    assert '"type":"platform.report"' in answer.log.replace(" ", "")
    update(aws, LoggingConfig={"LogFormat": "Text"})
    answer = invoke(aws, "fn", "AWS_LAMBDA_LOG_FORMAT", tail=True)
    assert answer.json == "Text"
    assert "REPORT RequestId: " in answer.log


def test_a_function_in_a_vpc_runs_like_any_other(aws):
    create(aws, "fn", TELLS, VpcConfig=CONFIGURED["VpcConfig"])
    assert invoke(aws, "fn", "AWS_REGION").json == "us-east-1"


def test_what_cannot_be_honoured_is_refused(aws):
    create(aws, "fn", TELLS)
    invalid = "InvalidParameterValueException"
    configuration = aws.update_function_configuration
    key = "arn:aws:kms:us-east-1:000000000000:key/k"
    code, message = refusal(configuration, KMSKeyArn=key)
    assert code == invalid and message.endswith(f"KMS Exception: NotFoundException KMS Message: Key '{key}' does not exist")
    assert refusal(configuration, VpcConfig={"SubnetIds": ["subnet-1"]}) == (
        invalid,
        "SubnetIds and SecurityIds must coexist or be both empty list.",
    )
    access_point = "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0"
    code, message = refusal(configuration, FileSystemConfigs=[{"Arn": access_point, "LocalMountPath": "/mnt/data"}])
    assert code == invalid and access_point in message
    assert refusal(configuration, Runtime="nodejs24.x", SnapStart={"ApplyOn": "PublishedVersions"}) == (
        invalid,
        "nodejs24.x is not supported for SnapStart enabled functions.",
    )
    assert refusal(aws.update_function_code, S3Bucket="bucket", S3Key="key") == (
        invalid,
        "Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
    )


def test_no_value_of_a_variable_is_in_an_error(aws):
    create(aws, "fn", TELLS)
    variables = {"NAME": "secret" * 700}
    code, message = refusal(aws.update_function_configuration, Environment={"Variables": variables})
    assert code == "InvalidParameterValueException"
    assert message.endswith('exceeded the 4KB limit. String measured: {"NAME":"***"}')
