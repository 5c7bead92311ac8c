"""Capacity providers, as boto3 sees them: kept and told, with nothing that runs on them."""

import pytest
from botocore.exceptions import ClientError

from support.functions import ROLE, create

ECHO = "def handler(event, context):\n    return event\n"


def test_a_provider_is_kept_and_no_function_runs_on_it(aws):
    created = aws.create_capacity_provider(
        CapacityProviderName="provider",
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
        PermissionsConfig={"CapacityProviderOperatorRoleArn": ROLE},
        Tags={"team": "blue"},
    )["CapacityProvider"]
    arn = created["CapacityProviderArn"]
    assert created["State"] == "Active"
    assert aws.get_capacity_provider(CapacityProviderName=arn)["CapacityProvider"] == created
    assert aws.list_capacity_providers()["CapacityProviders"] == [created]
    updated = aws.update_capacity_provider(
        CapacityProviderName="provider", CapacityProviderScalingConfig={"MaxVCpuCount": 4}
    )["CapacityProvider"]
    assert updated["CapacityProviderScalingConfig"] == {"MaxVCpuCount": 4}
    assert aws.list_tags(Resource=arn)["Tags"] == {"team": "blue"}
    config = {"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": arn}}
    with pytest.raises(ClientError, match="CapacityProviderConfig is for functions on capacity providers"):
        create(aws, "fn", ECHO, CapacityProviderConfig=config)
    assert aws.list_function_versions_by_capacity_provider(CapacityProviderName="provider")["FunctionVersions"] == []
    deleted = aws.delete_capacity_provider(CapacityProviderName="provider")["CapacityProvider"]
    assert deleted["State"] == "Deleting"
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_capacity_provider(CapacityProviderName="provider")
