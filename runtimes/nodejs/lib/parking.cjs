'use strict';
// A runtime that starts before its function is known. It loads and compiles what every function needs (`http` and its
// like would be 1.5 MB more for each process), waits for its assignment, and is from then on what a fresh process with
// that function's environment variables would be.

const Module = require('module');
const { current } = require('./console.cjs');
const { REHEARSAL, withRehearsalApi } = require('./rehearsal.cjs');

// V8 compiles on the first call, and learns during the next ones what types it can expect.
const REHEARSALS = 4;

function isParked() {
  return process.env.HOB_PARKED !== undefined;
}

/** Returns when there is a function, and the process is that function's. */
async function waitForFunction(client, live) {
  await rehearse(live);
  become(await client.assignment());
}

async function rehearse(live) {
  const variables = { ...process.env };
  const handlers = ['es-module.handler', 'commonjs.handler'];
  await withRehearsalApi(async (client) => {
    for (let i = 0; i < REHEARSALS; i++) {
      const rehearsed = await client.assignment();
      become({ ...variables, ...rehearsed, _HANDLER: handlers[i % handlers.length] });
      await live(client);
      forget(REHEARSAL);
    }
  });
  become({ ...variables, LAMBDA_TASK_ROOT: '/' });
  current.requestId = undefined;
}

/** Removes what the module loader remembers of a folder. */
function forget(folder) {
  for (const remembered of [require.cache, Module._pathCache]) {
    for (const key of Object.keys(remembered)) if (key.includes(folder)) delete remembered[key];
  }
}

function become(variables) {
  const { NODE_PATH, HOME } = process.env;
  for (const name of Object.keys(process.env)) {
    if (!(name in variables)) delete process.env[name];
  }
  for (const [name, value] of Object.entries(variables)) {
    // To set the time zone, even to what it is, makes V8 forget what it knows about it.
    if (process.env[name] !== value) process.env[name] = value;
  }
  if (NODE_PATH !== process.env.NODE_PATH || HOME !== process.env.HOME) Module._initPaths();
  process.chdir(process.env.LAMBDA_TASK_ROOT);
}

module.exports = { isParked, waitForFunction };
