"""Packages to deploy, and the shortest way to deploy and call one."""

from __future__ import annotations

import base64
import io
import json
import stat
import zipfile
from dataclasses import dataclass

ROLE = "arn:aws:iam::000000000000:role/any"


def package(files: dict[str, str | bytes], executable: tuple[str, ...] = ("bootstrap",)) -> bytes:
    """A zip of `files`; those named in `executable` may be executed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6))
            entry.compress_type = zipfile.ZIP_DEFLATED
            mode = 0o755 if name in executable else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def create(client, name: str, source: str | bytes, runtime: str = "python3.12", handler: str = "app.handler", **more):
    """Creates a function of one Python file (or a whole zip) and waits until it is Active."""
    code = source if isinstance(source, bytes) else package({"app.py": source})
    more.setdefault("Role", ROLE)
    created = client.create_function(FunctionName=name, Runtime=runtime, Handler=handler, Code={"ZipFile": code}, **more)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 1200})
    return created


@dataclass
class Answer:
    status: int
    error: str | None
    payload: bytes
    log: str
    headers: dict[str, str]

    @property
    def json(self):
        return json.loads(self.payload)


def invoke(client, name: str, payload: object = None, tail: bool = False, **more) -> Answer:
    body = b"" if payload is None else payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    if tail:
        more["LogType"] = "Tail"
    answer = client.invoke(FunctionName=name, Payload=body, **more)
    return Answer(
        status=answer["StatusCode"],
        error=answer.get("FunctionError"),
        payload=answer["Payload"].read(),
        log=base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"),
        headers=answer["ResponseMetadata"]["HTTPHeaders"],
    )
