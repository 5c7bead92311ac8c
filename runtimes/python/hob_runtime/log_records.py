"""The handler and formatters that the root logger starts with."""

import json
import logging
import traceback

from . import logs

_TEXT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"

# What a record has of its own; anything else came as `extra` and is logged.
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {
    "asctime",
    "aws_request_id",
    "message",
    "tenant_id",
}


class LambdaLoggerHandler(logging.Handler):
    def __init__(self):
        super().__init__()
        self.setFormatter(logging.Formatter(_TEXT, "%Y-%m-%dT%H:%M:%S"))
        self.addFilter(_add_request)

    def use_json(self):
        self.setFormatter(_JsonFormatter())

    def emit(self, record):
        logs.write_event(self.format(record))


def _add_request(record):
    record.aws_request_id = logs.request_id
    record.tenant_id = logs.tenant_id
    return True


class _JsonFormatter(logging.Formatter):
    def __init__(self):
        super().__init__(datefmt="%Y-%m-%dT%H:%M:%SZ")

    def format(self, record):
        level = min(50, max(0, record.levelno)) // 10 * 10
        fields = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": logging.getLevelName(level),
            "message": _message(record),
            "logger": record.name,
            **_exception(record),
            "requestId": record.aws_request_id,
            "location": _location(record),
            "tenantId": record.tenant_id,
        }
        extra = {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}
        fields = {**extra, **fields}
        present = {name: value for name, value in fields.items() if value is not None}
        return json.dumps(present, ensure_ascii=False, default=str)


def _message(record):
    if isinstance(record.msg, dict) and not record.args:
        return record.msg
    return record.getMessage()


def _exception(record):
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    exception_type, exception, trace = record.exc_info
    return {
        "stackTrace": traceback.format_tb(trace),
        "errorType": exception_type.__name__,
        "errorMessage": str(exception),
    }


def _location(record):
    if not record.exc_info:
        return None
    return "%s:%s:%s" % (record.pathname, record.funcName, record.lineno)
