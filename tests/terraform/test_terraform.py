"""HashiCorp's AWS provider for Terraform: what it creates it finds again, changes in place, and removes."""

from pathlib import Path

import pytest

from support.functions import invoke, package
from support.terraform import Terraform

MODULE = Path(__file__).resolve().parents[2] / "examples" / "terraform"

# The provider alone takes many seconds to start, for each command.
pytestmark = pytest.mark.timeout(1200)


def packages(folder: Path) -> Path:
    """The zips that the example's README makes."""
    folder.mkdir()
    for name in ("hello", "greeting"):
        source = MODULE / "src" / name
        files = {str(path.relative_to(source)): path.read_bytes() for path in sorted(source.rglob("*.py"))}
        (folder / f"{name}.zip").write_bytes(package(files))
    return folder


@pytest.fixture
def example(server, directory):
    variables = {"endpoint": server.endpoint, "packages": packages(directory / "packages")}
    return Terraform(MODULE, directory / "module", variables)


def leftovers(aws, logs, sqs) -> list[str]:
    found = [function["FunctionName"] for function in aws.list_functions()["Functions"]]
    found += [layer["LayerName"] for layer in aws.list_layers()["Layers"]]
    found += [mapping["UUID"] for mapping in aws.list_event_source_mappings()["EventSourceMappings"]]
    found += sqs.list_queues().get("QueueUrls", [])
    found += [config["CodeSigningConfigId"] for config in aws.list_code_signing_configs()["CodeSigningConfigs"]]
    # A function that is still running when its group is deleted makes it again.
    found += [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"] if "hello" in group]
    return found


def test_the_example_is_applied_changed_in_place_and_destroyed(example, server, aws, logs):
    first = example.apply()
    assert (first["account"], first["version"]) == ("000000000000", "1")
    assert example.difference() == ""
    assert invoke(aws, first["live"], {"name": "you"}).json == {"message": "Hello, you!", "version": "1"}

    second = example.apply(greeting="Welcome", provisioned_concurrency=2)
    assert (second["version"], second["live"], second["url"]) == ("2", first["live"], first["url"])
    assert example.difference() == ""
    assert invoke(aws, second["live"], {}).json == {"message": "Welcome, world!", "version": "2"}
    canary = aws.get_alias(FunctionName="hello", Name="canary")
    assert canary["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.1}}

    example.destroy()
    assert leftovers(aws, logs, server.client("sqs")) == []
