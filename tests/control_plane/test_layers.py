"""Layers: publishing, listing and sharing them, and what functions see of them."""

import base64
import hashlib
import json
import urllib.request
import zipfile
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from support.functions import create, invoke, package

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "layers"
TREE = """
import os

def handler(event, context):
    found = {}
    for folder, _, files in os.walk(os.path.realpath(os.environ.get("OPT", "/opt"))):
        for name in files:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, os.environ.get("OPT", "/opt"))] = open(path).read()
    return found
"""


@pytest.fixture
def user(both_users):
    return both_users


def publish(aws, name: str, files: dict[str, str], **more) -> str:
    return aws.publish_layer_version(LayerName=name, Content={"ZipFile": package(files)}, **more)["LayerVersionArn"]


def update(aws, **change) -> dict:
    updated = aws.update_function_configuration(FunctionName="fn", **change)
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    return updated


def test_layers_lie_below_opt_and_of_two_files_the_later_layers_wins(aws):
    one = publish(aws, "one", {"shared": "of one", "only/one": "1"})
    two = publish(aws, "two", {"shared": "of two", "only/two": "2"})
    create(aws, "fn", TREE, Layers=[one, two])
    assert invoke(aws, "fn").json == {"shared": "of two", "only/one": "1", "only/two": "2"}
    update(aws, Layers=[two, one])
    assert invoke(aws, "fn").json == {"shared": "of one", "only/one": "1", "only/two": "2"}
    assert "Layers" not in update(aws, Layers=[])
    assert invoke(aws, "fn").json == {}


def test_python_finds_modules_of_layers_before_its_own(aws):
    version = "python3.12"
    layer = publish(
        aws,
        "modules",
        {
            "python/plain.py": "WHERE = 'plain'",
            f"python/lib/{version}/site-packages/versioned.py": "WHERE = 'versioned'",
            "python/app_settings.py": "WHERE = 'layer'",
        },
    )
    code = "import plain, versioned, app_settings\ndef handler(event, context):\n    return [m.WHERE for m in (plain, versioned, app_settings)]\n"
    create(aws, "fn", package({"app.py": code, "app_settings.py": "WHERE = 'package'"}), runtime=version, Layers=[layer])
    assert invoke(aws, "fn").json == ["plain", "versioned", "package"]


@pytest.mark.parametrize("load", ["const m = require('shared');", "import m from 'shared';"], ids=["require", "import"])
def test_nodejs_finds_modules_of_layers(aws, load):
    layer = publish(aws, "modules", {"nodejs/node_modules/shared/index.js": "module.exports = 'of the layer'"})
    kind, export = ("cjs", "exports.handler =") if "require" in load else ("mjs", "export const handler =")
    code = f"{load}\n{export} async () => m"
    create(aws, "fn", package({f"index.{kind}": code}), runtime="nodejs22.x", handler="index.handler", Layers=[layer])
    assert invoke(aws, "fn").json == "of the layer"


def test_a_runtime_can_be_a_layer(aws):
    bootstrap = """#!/bin/bash
while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  id=$(grep -i lambda-runtime-aws-request-id "$headers" | tr -d '\\r' | cut -d' ' -f2)
  curl -sS -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "\\"layer got $event\\""
done
"""
    layer = publish(aws, "runtime", {"bootstrap": bootstrap})
    create(aws, "fn", package({"nothing": ""}), runtime="provided.al2023", handler="any", Layers=[layer])
    assert invoke(aws, "fn", 1).json == "layer got 1"


def test_a_deleted_version_stays_with_the_functions_that_have_it(aws, server):
    layer = publish(aws, "shared", {"shared": "still here"})
    create(aws, "fn", TREE, Layers=[layer])
    aws.publish_version(FunctionName="fn")
    aws.delete_layer_version(LayerName="shared", VersionNumber=1)
    assert aws.list_layers()["Layers"] == []
    update(aws, Description="another environment")
    assert invoke(aws, "fn").json == {"shared": "still here"}
    server.stop()
    server.start()
    aws = server.client("lambda")
    assert invoke(aws, "fn").json == invoke(aws, "fn:1").json == {"shared": "still here"}
    assert aws.get_function_configuration(FunctionName="fn")["Layers"][0]["Arn"] == layer
    with pytest.raises(ClientError, match=f"Layer version {layer} does not exist."):
        aws.create_function(
            FunctionName="other", Runtime="python3.12", Handler="app.handler", Role="arn:aws:iam::000000000000:role/any",
            Code={"ZipFile": package({"app.py": TREE})}, Layers=[layer],
        )
    assert publish(aws, "shared", {"shared": "anew"}).endswith(":2")


def test_a_version_can_be_read_fetched_and_listed(aws):
    zipped = package({"file": "content"})
    published = aws.publish_layer_version(
        LayerName="layer",
        Description="of many",
        Content={"ZipFile": zipped},
        CompatibleRuntimes=["python3.12"],
        CompatibleArchitectures=["x86_64"],
        LicenseInfo="MIT",
    )
    assert published["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert published["Content"]["CodeSha256"] == base64.b64encode(hashlib.sha256(zipped).digest()).decode()
    read = aws.get_layer_version(LayerName=published["LayerArn"], VersionNumber=1)
    by_arn = aws.get_layer_version_by_arn(Arn=published["LayerVersionArn"])
    for answer in (published, read, by_arn):
        answer.pop("ResponseMetadata")
        # Each is signed anew, until another second.
        assert urllib.request.urlopen(answer["Content"].pop("Location")).read() == zipped
    assert published == read == by_arn
    [listed] = aws.list_layer_versions(LayerName="layer", CompatibleRuntime="python3.12")["LayerVersions"]
    assert listed == {name: value for name, value in read.items() if name not in ("Content", "LayerArn")}
    assert aws.list_layers(CompatibleArchitecture="arm64")["Layers"] == []


def test_lists_are_read_page_by_page(aws):
    for name in ("a", "b", "b", "b", "c"):
        publish(aws, name, {"file": name})
    layers = aws.get_paginator("list_layers").paginate(PaginationConfig={"PageSize": 1})
    assert [[layer["LayerName"] for layer in page["Layers"]] for page in layers] == [["a"], ["b"], ["c"]]
    versions = aws.get_paginator("list_layer_versions").paginate(LayerName="b", PaginationConfig={"PageSize": 2})
    assert [[version["Version"] for version in page["LayerVersions"]] for page in versions] == [[3, 2], [1]]


def test_a_layer_is_shared_with_another_account(aws, server):
    layer = publish(aws, "shared", {"shared": "with you"})
    other = server.client("lambda", aws_access_key_id="111111111111")
    with pytest.raises(ClientError) as denied:
        other.get_layer_version_by_arn(Arn=layer)
    assert denied.value.response["Error"]["Code"] == "AccessDeniedException"
    version = {"LayerName": "shared", "VersionNumber": 1}
    added = aws.add_layer_version_permission(
        **version, StatementId="you", Action="lambda:GetLayerVersion", Principal="111111111111"
    )
    policy = aws.get_layer_version_policy(**version)
    assert json.loads(policy["Policy"])["Statement"] == [json.loads(added["Statement"])]
    create(other, "fn", TREE, Layers=[layer])
    aws.remove_layer_version_permission(**version, StatementId="you", RevisionId=policy["RevisionId"])
    assert invoke(other, "fn").json == {"shared": "with you"}


def test_the_example_and_the_aws_cli(aws_cli, server, tmp_path):
    layer = tmp_path / "greeting.zip"
    for folder, archive in ((EXAMPLE / "greeting", layer), (EXAMPLE / "function", tmp_path / "function.zip")):
        with zipfile.ZipFile(archive, "w") as zipped:
            for file in sorted(folder.rglob("*.py")):
                zipped.write(file, file.relative_to(folder))
    published = json.loads(
        aws_cli(
            *("lambda", "publish-layer-version", "--layer-name", "greeting", "--zip-file", f"fileb://{layer}"),
            *("--compatible-runtimes", "python3.12"),
        )
    )
    aws = server.client("lambda")
    create(aws, "fn", (tmp_path / "function.zip").read_bytes())
    aws_cli("lambda", "update-function-configuration", "--function-name", "fn", "--layers", published["LayerVersionArn"])
    aws.get_waiter("function_updated_v2").wait(FunctionName="fn", WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    assert invoke(aws, "fn", {"name": "Ada"}).json == "Hello, Ada!"
