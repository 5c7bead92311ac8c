"""What Node.js functions do, and in how many invocations."""

from starts.starter import Scenario

LOOK = r"""
const fs = require('fs'), os = require('os'), path = require('path'), v8 = require('v8'), child = require('child_process');
const OWN = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', '_X_AMZN_TRACE_ID', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_LAMBDA_FUNCTION_NAME'];
const common = (variables) => Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, OWN.includes(name) ? '…' : value]).sort());
const atImport = common(process.env);
const status = () => Object.fromEntries(fs.readFileSync('/proc/self/status', 'utf8').split('\n').filter((line) => /^(Cap|Sig|NoNew|Seccomp|Uid|Gid|Groups)/.test(line)).map((line) => line.split(':\t')));
const tried = (work) => { try { return work(); } catch (error) { return error.code || String(error); } };
exports.handler = async (event, context) => ({
    'variables at import': atImport,
    'variables of a child': common(Object.fromEntries(child.execFileSync('env', { encoding: 'utf8' }).trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))),
    cwd: process.cwd(), argv: process.argv, argv0: process.argv0, execArgv: process.execArgv, execPath: process.execPath, title: process.title,
    umask: process.umask(), status: status(), limits: fs.readFileSync('/proc/self/limits', 'utf8'), versions: process.versions,
    descriptors: fs.readdirSync('/proc/self/fd').filter((entry) => Number(entry) < 3), kinds: [0, 1, 2].map((fd) => fs.fstatSync(fd).mode),
    stdin: fs.readFileSync(0, 'utf8'), terminals: [process.stdin.isTTY, process.stdout.isTTY, process.stderr.isTTY],
    zone: [new Date(0).toString(), Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.DateTimeFormat().resolvedOptions().locale],
    listeners: Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]).sort()),
    priority: os.getPriority(), tmpdir: os.tmpdir(), host: os.hostname(), user: tried(() => os.userInfo().username), comm: fs.readFileSync('/proc/self/comm', 'utf8'),
    heap: v8.getHeapStatistics().heap_size_limit, flags: process.allowedNodeEnvironmentFlags.size, warnings: process.noDeprecation,
    paths: module.paths, parent: module.parent && module.parent.filename, filename: module.filename, main: require.main && require.main.filename,
    cache: Object.keys(require.cache).filter((file) => !file.startsWith('/var/runtime/')), resolve: [tried(() => require.resolve('none')), require.resolve('fs')],
    globals: Object.getOwnPropertyNames(globalThis).sort(), symbols: Object.getOwnPropertySymbols(globalThis).map(String).sort(),
    tmp: fs.readdirSync('/tmp'), root: fs.readdirSync('/'), task: fs.readdirSync('/var/task'), opt: fs.readdirSync('/opt'),
    context: [context.memoryLimitInMB, context.functionVersion, context.callbackWaitsForEmptyEventLoop], pid: process.pid,
});
"""

CRASHES = """
const fs = require('fs');
exports.handler = async (event) => {
    fs.appendFileSync('/tmp/seen', event);
    if (event === 'crash') process.exit(3);
    return [event, fs.readFileSync('/tmp/seen', 'utf8'), process.cwd(), process.env.COLOR];
};
"""

LOGS = """
console.log('at import');
exports.handler = async () => {
    console.log('log', { a: [1] });
    console.info('info');
    console.log('of\\ntwo lines');
    console.warn('warn');
    console.error(new Error('shown'));
    console.debug('debug');
};
"""

COLOR = {"Environment": {"Variables": {"COLOR": "red"}}}

SCENARIOS = {
    "looks around": Scenario({"index.js": LOOK}, "index.handler", COLOR, [None]),
    "has variables that libraries read": Scenario({"index.js": LOOK}, "index.handler", {"Environment": {"Variables": {"COLOR": "ü 世界", "EMPTY": "", "HTTPS_PROXY": "http://none.invalid"}}}, [None]),
    "has 4 KB of variables": Scenario({"index.js": LOOK}, "index.handler", {"Environment": {"Variables": {"COLOR": "x" * 3900}}}, [None]),
    "logs": Scenario({"index.js": LOGS}, "index.handler", {}, [None, None]),
    "is a module": Scenario({"index.mjs": "import { cwd } from 'process';\nconst at = cwd();\nexport const handler = async () => [at, import.meta.url, typeof require];\n"}, "index.handler", {}, [None]),
    "awaits at the top": Scenario({"index.mjs": "const got = await Promise.resolve(process.env.COLOR);\nexport const handler = async () => got;\n"}, "index.handler", COLOR, [None]),
    "requires its own modules": Scenario({"index.js": "const mine = require('mine');\nexports.handler = async () => [mine, require.resolve('mine')];\n", "node_modules/mine/index.js": "module.exports = 'mine';\n"}, "index.handler", {}, [None]),
    "brings its own SDK": Scenario({"index.js": "exports.handler = async () => require('@aws-sdk/client-s3');\n", "node_modules/@aws-sdk/client-s3/index.js": "module.exports = 'mine';\n"}, "index.handler", {}, [None]),
    "calls back": Scenario({"index.js": "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, event), 1); };\n"}, "index.handler", {}, [1, 2]),
    "leaves a timer running": Scenario({"index.js": "let ticks = 0;\nexports.handler = async () => { setTimeout(() => { ticks += 1; }, 10); return typeof ticks; };\n"}, "index.handler", {}, [None, None]),
    "cannot be loaded": Scenario({"index.js": "require('nothing-like-this');\n"}, "index.handler", {}, [None, None]),
    "is not there": Scenario({"other.js": ""}, "index.handler", {}, [None]),
    "has no handler": Scenario({"index.js": ""}, "index.handler", {}, [None]),
    "has an error of syntax": Scenario({"index.js": "exports.handler = async ( => 1;\n"}, "index.handler", {}, [None]),
    "throws as it is loaded": Scenario({"index.js": "throw new TypeError('early');\n"}, "index.handler", {}, [None]),
    "exits as it is loaded": Scenario({"index.js": "process.exit(7);\n"}, "index.handler", {}, [None, None]),
    "throws": Scenario({"index.js": "exports.handler = async () => { throw new RangeError('no good'); };\n"}, "index.handler", {}, [None, None]),
    "rejects behind its back": Scenario({"index.js": "exports.handler = async () => { Promise.reject(new Error('behind')); await new Promise((done) => setTimeout(done, 50)); };\n"}, "index.handler", {}, [None]),
    "throws behind its back": Scenario({"index.js": "exports.handler = async () => { setTimeout(() => { throw new Error('behind'); }, 1); await new Promise((done) => setTimeout(done, 50)); };\n"}, "index.handler", {}, [None]),
    "crashes and starts again": Scenario({"index.js": CRASHES}, "index.handler", COLOR, ["fine", "crash", "fine", "crash", "fine"]),
    "times out and starts again": Scenario({"index.js": "exports.handler = async (event) => { await new Promise((done) => setTimeout(done, event)); return 'slept'; };\n"}, "index.handler", {"Timeout": 1}, [0, 30_000, 0]),
    "uses too much memory": Scenario({"index.js": "exports.handler = async (event) => Buffer.alloc(event << 20, 1).length;\n"}, "index.handler", {"MemorySize": 128}, [1, 400, 1]),
    "starts programs": Scenario({"index.js": "const child = require('child_process');\nexports.handler = async () => [child.execSync('pwd', { encoding: 'utf8' }), child.spawnSync(process.execPath, ['-p', 'process.env.COLOR'], { encoding: 'utf8' }).stdout];\n"}, "index.handler", COLOR, [None]),
}

# Variables that are read as the process starts, and how it shows. The process has been started before only if they can
# have their effect all the same.
READ_AT_START = {
    "an option": ({"NODE_OPTIONS": "--stack-trace-limit=3"}, "Error.stackTraceLimit", 3),
    "a file to load first": ({"NODE_OPTIONS": "--require /var/task/first.js"}, "globalThis.first", "first"),
    "a path": ({"NODE_PATH": "/var/task/elsewhere"}, "require('away')", "away"),
    "a certificate": ({"NODE_EXTRA_CA_CERTS": "/var/task/none.pem"}, "process.env.NODE_EXTRA_CA_CERTS", "/var/task/none.pem"),
}

RANDOM = """
const crypto = require('crypto');
const drawn = [Math.random(), crypto.randomUUID(), crypto.randomBytes(8).toString('hex')];
exports.handler = async () => [...drawn, Math.random(), crypto.randomUUID()];
"""
