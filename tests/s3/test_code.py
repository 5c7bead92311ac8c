"""Functions and layers whose packages come from buckets."""

import pytest
from botocore.exceptions import ClientError

from support.functions import ROLE, invoke, package

V1 = "def handler(event, context):\n    return 1\n"
V2 = "def handler(event, context):\n    return 2\n"


@pytest.fixture
def s3(server):
    client = server.client("s3")
    client.create_bucket(Bucket="packages")
    client.put_bucket_versioning(Bucket="packages", VersioningConfiguration={"Status": "Enabled"})
    return client


def create_from(aws, **code):
    made = {"FunctionName": "fn", "Runtime": "python3.12", "Handler": "app.handler", "Role": ROLE, "Code": code}
    aws.create_function(**made)
    aws.get_waiter("function_active_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})


def test_a_function_is_made_and_updated_from_versions_of_an_object(aws, s3):
    def put(source):
        return s3.put_object(Bucket="packages", Key="app.zip", Body=package({"app.py": source}))["VersionId"]

    first, second = put(V1), put(V2)
    create_from(aws, S3Bucket="packages", S3Key="app.zip", S3ObjectVersion=first)
    assert invoke(aws, "fn").json == 1
    aws.update_function_code(FunctionName="fn", S3Bucket="packages", S3Key="app.zip")
    waiter = aws.get_waiter("function_updated_v2")
    waiter.wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    assert invoke(aws, "fn").json == 2
    s3.delete_object(Bucket="packages", Key="app.zip", VersionId=second)
    assert invoke(aws, "fn").json == 2
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."):
        aws.update_function_code(FunctionName="fn", S3Bucket="packages", S3Key="none.zip")
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchBucket."):
        aws.update_function_code(FunctionName="fn", S3Bucket="no-such-bucket", S3Key="app.zip")


def test_a_layer_is_published_from_an_object(aws, s3):
    s3.put_object(Bucket="packages", Key="layer.zip", Body=package({"python/greeting.py": "TEXT = 'hello'\n"}))
    content = {"S3Bucket": "packages", "S3Key": "layer.zip"}
    layer = aws.publish_layer_version(LayerName="greeting", Content=content)["LayerVersionArn"]
    s3.put_object(Bucket="packages", Key="app.zip", Body=package({"app.py": "import greeting\ndef handler(event, context):\n    return greeting.TEXT\n"}))
    aws.create_function(
        FunctionName="fn", Runtime="python3.12", Handler="app.handler", Role=ROLE, Layers=[layer],
        Code={"S3Bucket": "packages", "S3Key": "app.zip"},
    )  # fmt: skip
    aws.get_waiter("function_active_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    assert invoke(aws, "fn").json == "hello"
