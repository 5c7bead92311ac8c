"""One invocation: event in, response or error out."""

import os
import sys

from . import logs
from .context import LambdaContext
from .fault import describe
from .marshal import event_from, from_header, response_from, to_json


def run(client, handler, invocation):
    headers = invocation.headers
    logs.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
    _set_trace(headers.get("lambda-runtime-trace-id"))
    try:
        context = _context(invocation)
        event = event_from(invocation.body, headers.get("content-type"))
        body, content_type = response_from(handler(event, context))
    except Exception as e:
        document = describe(e, invocation.request_id)
        logs.log_error(document)
        sys.stdout.flush()
        client.post_error(invocation, to_json(document), document["errorType"])
    else:
        sys.stdout.flush()
        client.post_response(invocation, body, content_type)


def _context(invocation):
    headers = invocation.headers
    client_context = headers.get("lambda-runtime-client-context")
    if client_context is not None:
        client_context = from_header(client_context, "Client Context")
    identity = headers.get("lambda-runtime-cognito-identity")
    if identity is not None:
        identity = from_header(identity, "Cognito Identity")
    return LambdaContext(invocation.request_id, headers, client_context, identity)


def _set_trace(trace_id):
    if trace_id is not None:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
