"""JSON between the payload and the handler's values, written as AWS's runtime writes it."""

import json
import os
from json.encoder import c_make_encoder, encode_basestring, encode_basestring_ascii

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

    def __init__(self, **options):
        super().__init__(**options)
        self._write = self._writer()

    def _writer(self):
        """What `JSONEncoder.encode` makes anew for each value, which takes longer than to write a short one."""
        return c_make_encoder(
            {},
            self.default,
            encode_basestring_ascii if self.ensure_ascii else encode_basestring,
            None,
            self.key_separator,
            self.item_separator,
            self.sort_keys,
            self.skipkeys,
            self.allow_nan,
        )

    def default(self, value):
        if type(value).__name__ != "Decimal" or type(value).__module__ != "decimal":
            return super().default(value)
        if value.is_nan():
            return float("nan")
        if self._mark is None:
            self._mark = os.urandom(16).hex()
        return "%s%s%s" % (self._mark, value, self._mark)

    def encode(self, value):
        try:
            text = "".join(self._write(value, 0))
        except BaseException:
            # It believes to be still within what it could not write, and would find cycles there.
            self._write = self._writer()
            raise
        if self._mark is not None:
            text = text.replace('"' + self._mark, "").replace(self._mark + '"', "")
        return text


def read_environment():
    global _encoder
    _encoder = _Encoder(ensure_ascii=os.environ.get("AWS_EXECUTION_ENV", "") in _ESCAPING)


read_environment()
_scan = json.JSONDecoder().scan_once


def to_json(value):
    return _encoder.encode(value).encode()


def event_from(body, content_type):
    if content_type != "application/json":
        return body
    try:
        return _parse(body)
    except Exception as e:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % e)


def _parse(body):
    """As `json.loads`, but without what that does for other encodings and for white space, if neither is there."""
    try:
        text = body.decode()
        value, end = _scan(text, 0)
        if end == len(text):
            return value
    except (StopIteration, ValueError):
        pass
    return json.loads(body)


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
