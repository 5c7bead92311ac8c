"""What goes wrong around a function, rather than in it, and what a caller is told of any error."""


class Fault(Exception):
    def __init__(self, error_type, message, stack_trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.stack_trace = list(stack_trace)


def describe(error, request_id=""):
    """The error document, its fields in AWS's order."""
    if isinstance(error, Fault):
        return _document(error.message, error.error_type, request_id, error.stack_trace)
    return _document(str(error) + sdk_hint(error), type(error).__name__, request_id, _stack_trace(error))


def sdk_hint(error):
    """AWS's runtimes bring boto3. Where the server could not fetch it, the error says what to do."""
    missing = (getattr(error, "name", None) or "").split(".")[0]
    if not isinstance(error, ModuleNotFoundError) or missing not in ("boto3", "botocore"):
        return ""
    return (
        "\nHint: this server has not fetched the AWS SDK for Python."
        " Run `hob runtime sdk python` while online, or add %s to the package." % missing
    )


def _document(message, error_type, request_id, stack_trace):
    return {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": stack_trace,
    }


def _stack_trace(error):
    """The frames as text, from the user's first one on."""
    import traceback  # only a failing function pays for it

    frames = [(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(error.__traceback__)]
    ours = __file__.rpartition("/")[0] + "/"
    while frames and frames[0][0].startswith(ours):
        del frames[0]
    return traceback.format_list(frames)
