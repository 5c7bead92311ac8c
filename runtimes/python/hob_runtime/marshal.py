"""JSON between the payload and the handler's values, written as AWS's runtime writes it."""

import json
import os

from .fault import Fault

# Runtimes up to python3.11 escape everything outside ASCII; newer ones write UTF-8.
_ESCAPING = (
    "AWS_Lambda_python3.8",
    "AWS_Lambda_python3.9",
    "AWS_Lambda_python3.10",
    "AWS_Lambda_python3.11",
)


class _Encoder(json.JSONEncoder):
    """Also writes `decimal.Decimal`, digit for digit, which the standard encoder cannot.

    A number that is not a float has no way through the standard encoder, so a Decimal leaves it as a
    string with a mark that no payload can guess, and loses mark and quotes afterwards.
    """

    _mark = None

    def default(self, value):
        if type(value).__name__ != "Decimal" or type(value).__module__ != "decimal":
            return super().default(value)
        if value.is_nan():
            return float("nan")
        if self._mark is None:
            self._mark = os.urandom(16).hex()
        return "%s%s%s" % (self._mark, value, self._mark)

    def encode(self, value):
        text = super().encode(value)
        if self._mark is not None:
            text = text.replace('"' + self._mark, "").replace(self._mark + '"', "")
        return text


def read_environment():
    global _encoder
    _encoder = _Encoder(ensure_ascii=os.environ.get("AWS_EXECUTION_ENV", "") in _ESCAPING)


read_environment()


def to_json(value):
    return _encoder.encode(value).encode()


def event_from(body, content_type):
    if content_type != "application/json":
        return body
    try:
        return json.loads(body)
    except Exception as e:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % e)


def response_from(value):
    """The payload and its content type."""
    if isinstance(value, bytes):
        return value, "application/unknown"
    try:
        return to_json(value), "application/json"
    except Exception as e:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % e)


def from_header(header, name):
    try:
        return json.loads(header)
    except Exception as e:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse %s JSON: %s" % (name, e))
