"""HashiCorp's AWS provider, on queues, topics, buckets and what leads from them to a function."""

import json
from pathlib import Path

import pytest

from support.functions import package
from support.queues import receive
from support.server import Server, wait_until
from support.terraform import Terraform

MODULE = Path(__file__).resolve().parents[2] / "examples" / "terraform-events"

# The provider alone takes many seconds to start, for each command.
pytestmark = pytest.mark.timeout(1200)


def write_package(path: Path, more: str = "") -> None:
    path.write_bytes(package({"app.py": (MODULE / "src" / "worker" / "app.py").read_text() + more}))


@pytest.fixture
def zipped(directory):
    path = directory / "worker.zip"
    write_package(path)
    return path


@pytest.fixture
def example(server, directory, zipped):
    return Terraform(MODULE, directory / "module", {"endpoint": server.endpoint, "package": zipped})


def worked_off(server: Server, line: str) -> None:
    """Waits until the function has printed the line."""
    logs = server.client("logs")

    def printed():
        try:
            events = logs.filter_log_events(logGroupName="/aws/lambda/worker")["events"]
        except logs.exceptions.ResourceNotFoundException:
            return False
        return line in [event["message"].rstrip() for event in events]

    wait_until(printed, what=line)


def leftovers(server: Server) -> list[str]:
    aws, sqs, sns, s3 = (server.client(service) for service in ("lambda", "sqs", "sns", "s3"))
    found = [function["FunctionName"] for function in aws.list_functions()["Functions"]]
    found += [mapping["UUID"] for mapping in aws.list_event_source_mappings()["EventSourceMappings"]]
    found += sqs.list_queues().get("QueueUrls", [])
    found += [topic["TopicArn"] for topic in sns.list_topics()["Topics"]]
    found += [subscription["Endpoint"] for subscription in sns.list_subscriptions()["Subscriptions"]]
    return found + [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def order(kind: str) -> str:
    return json.dumps({"kind": kind, "customer": "Ada"})


def test_what_leads_to_a_function_is_applied_used_changed_in_place_and_destroyed(example, server, aws, zipped):
    first = example.apply()
    assert example.difference() == ""
    sqs, sns, s3 = (server.client(service) for service in ("sqs", "sns", "s3"))

    sns.publish(TopicArn=first["topic"], Message=order("book"))
    worked_off(server, f"aws:sns {order('book')}")
    worked_off(server, f"aws:sqs {order('book')}")
    s3.put_object(Bucket=first["bucket"], Key="in/order.json", Body=order("book"))
    worked_off(server, 'aws:s3 "in/order.json"')
    s3.delete_object(Bucket=first["bucket"], Key="in/order.json")
    told = [json.loads(message["Body"]) for message in receive(sqs, first["queues"]["removed"], 2)]
    assert sorted(body.get("Event", "event") for body in told) == ["event", "s3:TestEvent"]
    aws.invoke(FunctionName=first["function"], InvocationType="Event", Payload=order("pen"))
    # What topics and buckets tell a function, nobody waits for either.
    records = [json.loads(message["Body"]) for message in receive(sqs, first["queues"]["done"], 3)]
    assert json.loads(order("pen")) in [record["requestPayload"] for record in records]

    write_package(zipped, "\n# Changed.\n")
    second = example.apply(kind="pen", visibility_timeout=90, retries=1)
    assert second["code_version"] != first["code_version"]
    assert all(second[name] == first[name] for name in ("function", "topic", "queues"))
    assert example.difference() == ""
    sqs.send_message(QueueUrl=second["queues"]["orders"], MessageBody=order("pen"))
    worked_off(server, f"aws:sqs {order('pen')}")

    example.destroy()
    assert leftovers(server) == []
