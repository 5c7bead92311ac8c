'use strict';
// A bootstrap that was started before its function was known behaves as a fresh one.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { run, startParked } = require('./fake-runtime-api.cjs');

// What a function can see of its process.
const PROBE = `
  const { execFileSync } = require('child_process');
  const children = execFileSync('env').toString().split('\\n').sort();
  exports.handler = async () => ({
    variables: process.env,
    children: children.filter((line) => !/^(AWS_LAMBDA_RUNTIME_API|_X_AMZN_TRACE_ID)=/.test(line)),
    folder: [process.cwd(), execFileSync('pwd').toString()],
    process: [process.argv.length, process.argv[1], process.execArgv, process.title, process.exitCode],
    timeZone: [new Date(0).getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions().timeZone],
    modules: Object.keys(require.cache).filter((file) => !file.includes('/lib/')),
    searched: module.paths.concat(require('module').globalPaths),
    listeners: ['exit', 'SIGTERM', 'uncaughtException'].map((name) => process.listenerCount(name)),
    globals: Object.keys(globalThis),
    dependency: require('in-a-layer'),
  })`;

async function seen(environment, parked) {
  const layer = { 'index.js': PROBE, 'layer/in-a-layer.js': 'module.exports = "found"' };
  const { posts, status } = await run(layer, undefined, { environment, parked });
  const { variables, ...rest } = JSON.parse(posts[0].body);
  delete variables.AWS_LAMBDA_RUNTIME_API;
  return { variables, ...rest, status };
}

for (const [what, environment] of Object.entries({
  'the usual variables': { NODE_PATH: 'layer', TZ: ':UTC' },
  'variables of its own': {
    NODE_PATH: '/nowhere:layer',
    TZ: 'Asia/Tokyo',
    HOME: '/home/of',
    AWS_LAMBDA_LOG_FORMAT: 'JSON',
    AWS_LAMBDA_LOG_LEVEL: 'WARN',
  },
})) {
  test(`a function with ${what} sees the same process`, async () => {
    assert.deepEqual(await seen(environment, true), await seen(environment, false));
  });
}

startParked();
for (const promises of ['context', 'errors', 'logs', 'responses']) require(`./${promises}.test.cjs`);
