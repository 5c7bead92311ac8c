"""Start, then one invocation after another until the sandbox ends."""

import os
import sys

from . import logs
from .client import RuntimeApiError, RuntimeClient


def main():
    _prepare_interpreter()
    try:
        client = _client()
        _arrange_path()
        logs.configure_lazily()
        handler = _initialize(client)
        _serve(_copied(client), handler)
    except (RuntimeApiError, ConnectionError) as e:
        sys.stderr.write("the Runtime API is gone: %s\n" % e)
        sys.exit(1)


def _prepare_interpreter():
    """Makes the interpreter look as it does on AWS, whatever host it comes from."""
    _add_site_builtins()
    # One write per line: a line is one log event, and a crash loses at most an unfinished one.
    sys.stdout.reconfigure(line_buffering=True)


def _add_site_builtins():
    """`exit`, `quit` and `help` come from the `site` module, whose import is skipped: it would show the
    function the host's own packages, and takes longer than the rest of the start."""
    import _sitebuiltins
    import builtins

    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.help = _sitebuiltins._Helper()


def _client():
    """Returns when the environment variables are those of a function."""
    if "HOB_PARKED" not in os.environ:
        return RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    from . import parked, zygote

    if zygote.is_wanted():
        zygote.serve(parked.prepare)
    elif "HOB_SNAPSHOT" in os.environ:
        from . import pausing, snapshot  # noqa: F401 (what copies need is loaded before)

        parked.prepare()
        pausing.copy_here()
    else:
        parked.prepare()
    return parked.wait()


def _arrange_path():
    """Only now: what the interpreter remembers of a folder, a zygote would remember of another."""
    task_root = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    # Beside it, which is not at the root in every sandbox.
    layers = os.path.normpath(os.path.join(task_root, "../../opt/python"))
    runtime = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    users = [task_root, "%s/lib/%s/site-packages" % (layers, _layers_version()), layers]
    # The SDK pack comes after everything of the user's, so that a package's own boto3 wins.
    ours = [os.path.join(runtime, "python"), runtime]
    sys.path[:] = users + ours + [entry for entry in sys.path if entry not in ours]


def _layers_version():
    """`python3.12`: layers are laid out for the runtime's name, also where another version stands in."""
    own = "python%d.%d" % sys.version_info[:2]
    return os.environ.get("AWS_EXECUTION_ENV", "AWS_Lambda_" + own).partition("AWS_Lambda_")[2]


def _initialize(client):
    """The handler. An error is reported and ends the process, so that a retry starts afresh."""
    try:
        from .handler import load

        return load(os.environ["_HANDLER"])
    except Exception as e:
        from .fault import describe
        from .marshal import to_json

        document = describe(e)
        logs.log_error(document)
        sys.stdout.flush()
        client.post_init_error(to_json(document), document["errorType"])
        sys.exit(1)


def _copied(client):
    """SnapStart: returns in each copy of this process, with the copy's client."""
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return client
    from . import snapshot

    return snapshot.take(client)


def _serve(client, handler):
    from .invocation import run

    while True:
        invocation = client.next()
        logs.request_id = invocation.request_id
        run(client, handler, invocation)
