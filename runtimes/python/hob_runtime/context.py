"""The second argument of a handler.

Attributes, their types and their `repr` are AWS's:
https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import os
import sys
import time

_W3C_FIELDS = ("traceparent", "tracestate", "baggage")


class _Fields:
    """An object whose attributes are the class's slots, each None if the given dictionary has it not."""

    __slots__ = ()

    def __init__(self, values):
        for field in self.__slots__:
            setattr(self, field, values.get(field))

    def __repr__(self):
        fields = ",".join("%s=%s" % (field, getattr(self, field)) for field in self.__slots__)
        return "%s([%s])" % (type(self).__name__, fields)


class CognitoIdentity(_Fields):
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, identity):
        self.cognito_identity_id = self.cognito_identity_pool_id = None
        if identity is not None:
            self.cognito_identity_id = identity.get("cognitoIdentityId")
            self.cognito_identity_pool_id = identity.get("cognitoIdentityPoolId")


class Client(_Fields):
    __slots__ = (
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    )


class ClientContext(_Fields):
    __slots__ = ("custom", "env", "client")

    def __init__(self, values):
        super().__init__(values)
        if self.client is not None:
            self.client = Client(self.client)


class LambdaContext:
    def __init__(self, request_id, headers, client_context, cognito_identity):
        self.aws_request_id = request_id
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", 0))
        self._w3c = _take_w3c(client_context)
        self.client_context = None if client_context is None else ClientContext(client_context)
        self.identity = CognitoIdentity(cognito_identity)

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def w3c(self):
        """The W3C trace context that came with the invocation."""
        return dict(self._w3c)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        names = (
            "aws_request_id",
            "log_group_name",
            "log_stream_name",
            "function_name",
            "memory_limit_in_mb",
            "function_version",
            "invoked_function_arn",
            "client_context",
            "identity",
            "tenant_id",
        )
        fields = ",".join("%s=%s" % (name, getattr(self, name)) for name in names)
        return "LambdaContext([%s])" % fields


def read_environment():
    """What is the same for every invocation of an environment."""
    LambdaContext.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
    LambdaContext.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
    LambdaContext.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
    LambdaContext.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
    LambdaContext.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")


read_environment()


def _take_w3c(client_context):
    """Removes the trace context, which AWS does not show as part of the client context."""
    if not isinstance(client_context, dict):
        return {}
    fields = client_context.pop("w3c", None)
    if not isinstance(fields, dict):
        return {}
    return {name: fields[name] for name in _W3C_FIELDS if isinstance(fields.get(name), str)}
