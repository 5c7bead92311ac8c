'use strict';
// Start, then one invocation after another until the sandbox ends.

const { RuntimeClient } = require('./client.cjs');
const { current, logError, patchConsole } = require('./console.cjs');
const { contextsFor } = require('./context.cjs');
const { CallbackHandlerDeprecated, NodeJsExit, UnhandledPromiseRejection, describe } = require('./errors.cjs');
const { runWithCallbacks, runWithoutCallbacks } = require('./invocation.cjs');
const { load } = require('./handler.cjs');
const { isParked, waitForFunction } = require('./parking.cjs');
const { awslambda, isStreaming, runStreaming } = require('./streaming.cjs');

// AWS's exit statuses.
const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT_EXCEPTION = 129;

const client = new RuntimeClient(process.env.AWS_LAMBDA_RUNTIME_API);

// Depend on the function, which may be known only later.
let hasCallbacks;
let contextOf;

// How an error that nobody caught is reported: as one of the initialisation, then of the running invocation.
let reportError = (document) => client.postInitError(document);

// What to do when the event loop has nothing left while a handler runs.
let onLoopEmpty;

async function main() {
  if (isParked()) await waitForFunction(client, rehearse);
  readEnvironment();
  patchConsole();
  globalThis.awslambda = awslambda;
  process.on('beforeExit', () => {
    if (onLoopEmpty) setImmediate(onLoopEmpty);
    onLoopEmpty = undefined;
  });
  process.on('uncaughtException', (error) => {
    die('Uncaught Exception', error, EXIT_UNCAUGHT_EXCEPTION);
  });
  process.on('unhandledRejection', (reason) => {
    die('Unhandled Promise Rejection', new UnhandledPromiseRejection(reason), EXIT_UNHANDLED_REJECTION);
  });
  let run;
  try {
    run = runnerOf(await load(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER));
  } catch (error) {
    await die('Uncaught Exception', error, EXIT_UNCAUGHT_EXCEPTION);
  }
  await serve(run).catch((error) => {
    process.stderr.write(`the Runtime API is gone: ${error.message}\n`);
    process.exit(1);
  });
}

function readEnvironment() {
  hasCallbacks = runtimeMajor() < 24;
  contextOf = contextsFor(process.env);
}

/** The life of a function with one invocation, whose Runtime API is another one. */
async function rehearse(client) {
  readEnvironment();
  patchConsole();
  const run = runnerOf(await load(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER));
  await serveOne(client, run, await nextInvocation(client));
}

/** Reports the error and ends the process: what state it is in, nobody knows. */
async function die(label, error, status) {
  logError(label, error);
  try {
    await reportError(describe(error));
  } finally {
    process.exit(status);
  }
}

/** How to run the handler: a function of event and context to body and content type. */
function runnerOf(handler) {
  const whenLoopIsEmpty = (action) => (onLoopEmpty = action);
  if (isStreaming(handler)) return (event, context) => runStreaming(handler, event, context, whenLoopIsEmpty);
  if (!hasCallbacks && handler.length > 2) {
    throw new CallbackHandlerDeprecated(
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    );
  }
  const run = hasCallbacks ? runWithCallbacks : runWithoutCallbacks;
  return async (event, context) => ({ body: toJson(await run(handler, event, context, whenLoopIsEmpty)) });
}

async function serve(run) {
  for (;;) {
    reportError = async () => {}; // nobody waits for anything
    const invocation = await nextInvocation(client);
    reportError = (document) => client.postError(invocation, document);
    await serveOne(client, run, invocation);
  }
}

async function nextInvocation(client) {
  const invocation = await client.next();
  current.requestId = invocation.id;
  current.tenantId = invocation.headers['lambda-runtime-aws-tenant-id'];
  setTrace(invocation.headers['lambda-runtime-trace-id']);
  return invocation;
}

async function serveOne(client, run, invocation) {
  let response;
  try {
    response = await run(JSON.parse(invocation.body), contextOf(invocation));
  } catch (error) {
    if (error instanceof NodeJsExit) await die('Invoke Error', error, 1);
    logError('Invoke Error', error);
    await client.postError(invocation, describe(error));
    return;
  } finally {
    onLoopEmpty = undefined;
  }
  await client.postResponse(invocation, response.body, response.contentType);
}

function toJson(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

function setTrace(traceId) {
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
  else delete process.env._X_AMZN_TRACE_ID;
}

function runtimeMajor() {
  const named = /nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? '')?.[1];
  return Number(named ?? process.versions.node.split('.')[0]);
}

module.exports = { main };
