"""From the configured handler name to the function."""

import importlib
import sys

from .fault import Fault, sdk_hint


def load(name):
    """Imports `package/module.function`. Raises a `Fault`, or whatever the module's own code raises."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        # The text of the ValueError that AWS's runtime gets from unpacking.
        reason = "not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '%s': %s" % (name, reason))
    module = _import(module_name)
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = "Handler '%s' missing on module '%s'" % (function_name, module_name)
        raise Fault("Runtime.HandlerNotFound", message)


def _import(name):
    if name.split(".")[0] in sys.builtin_module_names:
        message = "Cannot use built-in module %s as a handler module" % name
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        return importlib.import_module(name.replace("/", "."))
    except ImportError as e:
        message = "Unable to import module '%s': %s%s" % (name, e, sdk_hint(e))
        raise Fault("Runtime.ImportModuleError", message)
    except SyntaxError as e:
        where = '  File "%s" Line %s\n    %s' % (e.filename, e.lineno, e.text)
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (name, e), [where])
