"""What Python functions do, and in how many invocations."""

from starts.starter import Scenario

LOOK = r'''
import ctypes, gc, locale, os, resource, signal, socket, stat, subprocess, sys, threading, time
variables = dict(os.environ)
OWN = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "_X_AMZN_TRACE_ID", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_FUNCTION_NAME")

def common(variables):
    return {name: value if name not in OWN else "…" for name, value in variables.items()}

def status(*names):
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return {name: lines[name].strip() for name in names}

def mode(descriptor):
    return stat.S_IFMT(os.fstat(descriptor).st_mode)

def handler(event, context):
    native = dict(line.split("=", 1) for line in subprocess.run(["env"], capture_output=True, text=True).stdout.splitlines())
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    return {
        "variables at import": common(variables),
        "variables of a child": common(native),
        "variables in C": getenv(b"COLOR").decode(),
        "cwd": os.getcwd(), "argv": sys.argv, "path": sys.path, "flags": str(sys.flags), "executable": sys.executable,
        "umask": oct(os.umask(0o022)), "ids": [os.getresuid(), os.getresgid(), os.getgroups()],
        "rights": status("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"),
        "signals": status("SigBlk", "SigIgn", "SigCgt", "ShdPnd"),
        "threads": [status("Threads"), threading.active_count()],
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT")},
        "descriptors": sorted(int(entry) for entry in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + entry)),
        "kinds": [mode(descriptor) for descriptor in range(3)], "stdin": sys.stdin.read(),
        "output": [sys.stdout.encoding, sys.stdout.line_buffering, sys.stderr.line_buffering, sys.stdout.errors],
        "zone": [time.tzname, time.timezone], "locale": [locale.setlocale(locale.LC_ALL), locale.getpreferredencoding(), sys.getfilesystemencoding()],
        "handlers": {number.name: str(signal.getsignal(number)) for number in signal.Signals}, "wakeup": signal.set_wakeup_fd(-1),
        "session": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()], "terminal": os.path.exists("/dev/tty"),
        "nice": os.nice(0), "oom": open("/proc/self/oom_score_adj").read(), "name": open("/proc/self/comm").read(),
        "command line": open("/proc/self/cmdline").read(), "host": socket.gethostname(), "affinity": sorted(os.sched_getaffinity(0)),
        "garbage collection": [gc.isenabled(), gc.get_threshold(), gc.get_debug()], "recursion": sys.getrecursionlimit(),
        "main": sorted(name for name in vars(sys.modules["__main__"]) if not name.startswith("__")),
        "tmp": os.listdir("/tmp"), "root": sorted(os.listdir("/")), "task": sorted(os.listdir("/var/task")), "opt": os.listdir("/opt"),
        "groups": len(set(open("/proc/self/cgroup").read().splitlines())),
        "interfaces": socket.if_nameindex() and sorted(name for _, name in socket.if_nameindex())[:1],
        "context": [context.memory_limit_in_mb, context.function_version, context.invoked_function_arn.split(":")[:6]],
        "numbers": os.getpid(), "hooks": [str(sys.excepthook), str(sys.displayhook), str(threading.excepthook)],
    }
'''

CRASHES = """
import os, sys
def handler(event, context):
    with open('/tmp/seen', 'a') as seen:
        seen.write(event)
    if event == 'crash':
        os._exit(3)
    return [event, open('/tmp/seen').read(), os.getcwd(), os.environ['COLOR']]
"""

LOGS = """
import logging
print('at import')
logging.getLogger().setLevel('INFO')
def handler(event, context):
    print('printed')
    logging.info('info')
    logging.warning('warning\\nof two lines')
    logging.getLogger('mine').error('mine')
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception('caught')
"""

STATE = """
import decimal, json, logging, os, random, re, socket, sys, warnings
first = {
    'decimal': str(decimal.getcontext()), 'logging': [str(handler).split(' ')[0] for handler in logging.getLogger().handlers],
    'level': logging.getLogger().level, 'filters': len(warnings.filters), 'timeout': socket.getdefaulttimeout(),
    'hooks': [str(hook).split(' ')[0] for hook in sys.path_hooks],
    'app': __name__, 'file': __file__, 'cached': __cached__ and os.path.basename(__cached__), 'writes': sys.dont_write_bytecode,
}
count = 0
def handler(event, context):
    global count
    count += 1
    return [first, count]
"""

SCENARIOS = {
    "looks around": Scenario({"app.py": LOOK}, "app.handler", {"Environment": {"Variables": {"COLOR": "red"}}}, [None]),
    "has variables that libraries read": Scenario({"app.py": LOOK}, "app.handler", {"Environment": {"Variables": {"COLOR": "ü 世界", "TZ": "Asia/Tokyo", "EMPTY": "", "HTTPS_PROXY": "http://none.invalid"}}}, [None]),
    "has 4 KB of variables": Scenario({"app.py": LOOK}, "app.handler", {"Environment": {"Variables": {"COLOR": "x" * 3900}}}, [None]),
    "has more memory": Scenario({"app.py": LOOK}, "app.handler", {"MemorySize": 1769, "Environment": {"Variables": {"COLOR": "red"}}}, [None]),
    "finds state that nobody touched": Scenario({"app.py": STATE}, "app.handler", {}, [None, None]),
    "logs": Scenario({"app.py": LOGS}, "app.handler", {}, [None, None]),
    "complains": Scenario({"app.py": "import sys, warnings\nsys.stderr.write('at import\\n')\ndef handler(event, context):\n    print('to stderr', file=sys.stderr)\n    warnings.warn('careful')\n"}, "app.handler", {}, [None, None]),
    "cannot be imported": Scenario({"app.py": "import nothing_like_this\n"}, "app.handler", {}, [None, None]),
    "is not there": Scenario({"other.py": ""}, "app.handler", {}, [None]),
    "has no handler": Scenario({"app.py": ""}, "app.handler", {}, [None]),
    "has a handler name without a dot": Scenario({"app.py": ""}, "app", {}, [None]),
    "has an error of syntax": Scenario({"app.py": "def handler(:\n"}, "app.handler", {}, [None]),
    "raises at import": Scenario({"app.py": "raise KeyError('missing')\n"}, "app.handler", {}, [None]),
    "exits at import": Scenario({"app.py": "import sys\nsys.exit(7)\n"}, "app.handler", {}, [None, None]),
    "dies at import": Scenario({"app.py": "import os\nos.kill(os.getpid(), 9)\n"}, "app.handler", {}, [None]),
    "raises": Scenario({"app.py": "def handler(event, context):\n    raise ValueError('no good')\n"}, "app.handler", {}, [None, None]),
    "returns what is no JSON": Scenario({"app.py": "def handler(event, context):\n    return {1, 2}\n"}, "app.handler", {}, [None]),
    "crashes and starts again": Scenario({"app.py": CRASHES}, "app.handler", {"Environment": {"Variables": {"COLOR": "red"}}}, ["fine", "crash", "fine", "crash", "fine"]),
    "times out and starts again": Scenario({"app.py": "import time\ndef handler(event, context):\n    time.sleep(event)\n    return 'slept'\n"}, "app.handler", {"Timeout": 1}, [0, 30, 0]),
    "uses too much memory": Scenario({"app.py": "def handler(event, context):\n    return len(b'x' * (event << 20))\n"}, "app.handler", {"MemorySize": 128}, [1, 400, 1]),
    "forks": Scenario({"app.py": "import multiprocessing, os\ndef child(pipe):\n    pipe.send(os.getcwd())\ndef handler(event, context):\n    mine, others = multiprocessing.Pipe()\n    process = multiprocessing.Process(target=child, args=(others,))\n    process.start()\n    process.join()\n    return [mine.recv(), process.exitcode]\n"}, "app.handler", {"MemorySize": 512}, [None]),
    "has a package of modules": Scenario({"pkg/__init__.py": "", "pkg/app.py": "from . import other\ndef handler(event, context):\n    return other.MINE\n", "pkg/other.py": "MINE = 'mine'\n"}, "pkg/app.handler", {}, [None]),
    "reads the end of its input": Scenario({"app.py": "import sys\ndef handler(event, context):\n    return [input.__name__, sys.stdin.read()]\n"}, "app.handler", {}, [None]),
}

# Those that cannot have been started before they were known, and how it shows.
OF_THEIR_OWN = {
    "its own boto3": ({"app.py": "import boto3\ndef handler(event, context):\n    return boto3.MINE\n", "boto3.py": "MINE = 'mine'\n"}, {}, "mine"),
    "its own html": ({"app.py": "import html\ndef handler(event, context):\n    return html.MINE\n", "html.py": "MINE = 'mine'\n"}, {}, "mine"),
    "its own decimal": ({"app.py": "import decimal\ndef handler(event, context):\n    return decimal.MINE\n", "decimal.py": "MINE = 'mine'\n"}, {}, "mine"),
    "optimisation": ({"app.py": "import sys\ndef handler(event, context):\n    return sys.flags.optimize\n"}, {"PYTHONOPTIMIZE": "2"}, 2),
    "a hash seed": ({"app.py": "def handler(event, context):\n    return hash('x') == hash('x') and __import__('sys').flags.hash_randomization\n"}, {"PYTHONHASHSEED": "0"}, 0),
    "a path": ({"app.py": "import sys\ndef handler(event, context):\n    return '/tmp/mine' in sys.path\n"}, {"PYTHONPATH": "/tmp/mine"}, True),
}

RANDOM = """
import os, random, secrets, ssl, tempfile, uuid
drawn = [random.random(), random.SystemRandom().random(), str(uuid.uuid4()), str(uuid.uuid1()), secrets.token_hex(), ssl.RAND_bytes(8).hex(), os.urandom(8).hex(), tempfile.mktemp()]
def handler(event, context):
    return drawn + [random.random(), str(uuid.uuid4())]
"""
