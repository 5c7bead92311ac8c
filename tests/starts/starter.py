"""Functions whose first environment starts in one particular way."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import urllib.request
from dataclasses import dataclass

from support.directory import own_directory
from support.functions import Answer, create, invoke, package
from support.server import Server, running, wait_until

# What the server makes ahead so that an environment starts in this way.
AHEAD = {"fresh": "off", "in a sandbox made ahead": "sandboxes", "forked": "zygotes", "parked": "all"}


@dataclass(frozen=True)
class Scenario:
    """A function, and the events of its invocations."""

    files: dict[str, str]
    handler: str
    configuration: dict
    events: list


class Starter:
    """Of one runtime, in one way."""

    def __init__(self, server: Server, runtime: str, how: str):
        self.server = server
        self.aws = server.client("lambda")
        self.runtime = runtime
        self.how = how
        self.names = (f"fn-{number}" for number in itertools.count())

    def deploy(self, files: dict[str, str], handler: str, **configuration) -> str:
        name = next(self.names)
        create(self.aws, name, package(files), runtime=self.runtime, handler=handler, **configuration)
        return name

    def first_call(self, name: str, event: object = None, starts_so: bool | None = True) -> Answer:
        """Asserts that the environment was started in this way, or was not. `None`: it is the server's choice."""
        wait_until(self._is_ready, what=f"what makes environments {self.how}")
        before = self._taken()
        answer = invoke(self.aws, name, event, tail=True)
        if starts_so is not None:
            assert (self._taken() > before) == (starts_so and self.how != "fresh"), self._kinds()
        return answer

    def call(self, name: str, event: object = None) -> Answer:
        """In the same environment: once the runtime waits for it."""
        wait_until(lambda: self._is_at_rest(name), what="the end of the last invocation")
        return invoke(self.aws, name, event, tail=True)

    def _is_at_rest(self, name: str) -> bool:
        functions = [function for function in self._statistics()["Functions"] if function["FunctionName"] == name]
        return all(function["Idle"] == function["Environments"] for function in functions)

    def play(self, scenario: Scenario) -> list[dict]:
        """What the invocations say, in a new environment."""
        name = self.deploy(scenario.files, scenario.handler, **scenario.configuration)
        first, *more = scenario.events
        answers = [self.first_call(name, first)] + [self.call(name, event) for event in more]
        return [told(answer) for answer in answers]

    def _is_ready(self) -> bool:
        kinds = self._kinds()
        match self.how:
            case "fresh":
                return True
            case "forked":
                return any(kind["Zygote"] for kind in kinds)
            case "parked":
                return any(kind["Ready"] for kind in kinds if kind["Kind"] != "Sandbox")
            case _:
                return any(kind["Ready"] for kind in kinds)

    def _taken(self) -> int:
        """How many environments of this server were started in this way."""
        match self.how:
            case "forked":
                return sum(kind["Forks"] for kind in self._kinds())
            case "parked":
                return sum(kind["Hits"] for kind in self._kinds() if kind["Kind"] != "Sandbox")
            case _:
                return sum(kind["Hits"] for kind in self._kinds() if kind["Kind"] == "Sandbox")

    def _kinds(self) -> list[dict]:
        return [kind for kind in self._statistics()["Ahead"] if self.runtime in kind["Runtimes"]]

    def _statistics(self) -> dict:
        with urllib.request.urlopen(self.server.endpoint + "/_hob/statistics") as answer:
            return json.load(answer)


@contextlib.contextmanager
def starter(hob, runtime: str, how: str, trivial: tuple[dict, str], **configuration):
    """`trivial` is a function of this runtime, whose start lets the server expect more of them."""
    with own_directory(None) as directory:
        with running(Server(hob, directory, environment={"HOB_AHEAD": AHEAD[how]})) as server:
            made = Starter(server, runtime, how)
            files, handler = trivial
            invoke(made.aws, made.deploy(files, handler, **configuration))
            yield made


def told(answer: Answer) -> dict:
    """What an invocation says, without what differs from one to the next."""
    payload = json.loads(masked(answer.payload.decode()))
    return {"error": answer.error, "payload": payload, "log": masked(answer.log).splitlines()}


def differences(one, other, where: str = "") -> dict[str, tuple]:
    """By place: what a look at two long documents does not show."""
    if type(one) is type(other) is dict:
        pairs = {name: (one.get(name), other.get(name)) for name in one.keys() | other.keys()}
    elif type(one) is type(other) is list and len(one) == len(other):
        pairs = dict(enumerate(zip(one, other)))
    else:
        return {} if one == other else {where: (one, other)}
    return {place: pair for name, (a, b) in pairs.items() for place, pair in differences(a, b, f"{where}/{name}").items()}


def masked(text: str) -> str:
    # A frame of Node.js's own between those of the runtime, whose event loop has turned once more.
    text = re.sub(r',"    at process.processTicksAndRejections [^"]*"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", "TIME", text)
    text = re.sub(r"(Duration: |Used: |Version ARN: )\S+", r"\1_", text)
    return re.sub(r"fn-\d+", "fn-N", text)
