'use strict';
// Every error document. The shapes are those that AWS's runtime posts; of a trace, the first lines are the
// user's and compared, the rest are the runtime's own.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { REQUEST_ID, event, run } = require('./fake-runtime-api.cjs');

async function failure(files, options, traceLines = 2) {
  const result = await run(files, [event()], options);
  const { path, body, headers } = result.posts[0];
  const document = JSON.parse(body);
  assert.deepEqual(Object.keys(document), ['errorType', 'errorMessage', 'trace']);
  assert.equal(headers['lambda-runtime-function-error-type'], document.errorType);
  return { path, ...document, trace: document.trace.slice(0, traceLines), status: result.status };
}

const invocationError = `/invocation/${REQUEST_ID}/error`;

test('an exception', async () => {
  assert.deepEqual(await failure('exports.handler = async () => { throw new TypeError("bad") }'), {
    path: invocationError,
    errorType: 'TypeError',
    errorMessage: 'bad',
    trace: ['TypeError: bad', '    at exports.handler (/var/task/index.js:1:39)'],
    status: 1,
  });
});

test('an error given to the callback', async () => {
  const { errorType, errorMessage } = await failure('exports.handler = (e, c, callback) => callback(new Error("bad"))');
  assert.deepEqual([errorType, errorMessage], ['Error', 'bad']);
});

test('something thrown that is no error', async () => {
  const { errorType, errorMessage, trace } = await failure('exports.handler = async () => { throw "bad" }');
  assert.deepEqual([errorType, errorMessage, trace], ['string', 'bad', []]);
});

test('a result that is not JSON', async () => {
  const { errorType, errorMessage } = await failure('exports.handler = async () => 1n');
  assert.deepEqual([errorType, errorMessage], ['Error', 'Unable to stringify response body']);
});

test('a client context that is not JSON', async () => {
  const headers = { 'Lambda-Runtime-Client-Context': 'nope' };
  const { posts } = await run('exports.handler = async () => {}', [event('{}', headers)]);
  assert.match(JSON.parse(posts[0].body).errorMessage, /^Cannot parse ClientContext as json: SyntaxError: /);
});

test('the environment goes on after an error', async () => {
  const { posts } = await run('exports.handler = async (n) => { if (n) return n; throw 1 }', [event('0'), event('1')]);
  assert.deepEqual(posts.map(({ path }) => path.split('/').at(-1)), ['error', 'response']);
});

test('an exception that nobody catches ends the process', async () => {
  const source = 'exports.handler = () => { setTimeout(() => { throw new Error("late") }, 1) }';
  assert.deepEqual(await failure(source, {}, 1), {
    path: invocationError,
    errorType: 'Error',
    errorMessage: 'late',
    trace: ['Error: late'],
    status: 129,
  });
});

test('a rejection that nobody handles ends the process', async () => {
  const source = 'exports.handler = () => { Promise.reject(new Error("lost")) }';
  assert.deepEqual(await failure(source, {}, 1), {
    path: invocationError,
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'Error: lost',
    trace: ['Runtime.UnhandledPromiseRejection: Error: lost'],
    status: 128,
  });
});

test('a promise that is never settled, from nodejs24.x on', async () => {
  const environment = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  const { errorType, status } = await failure('exports.handler = () => new Promise(() => {})', { environment });
  assert.deepEqual([errorType, status], ['Runtime.NodeJsExit', 1]);
});

test('a stream that is not ended', async () => {
  const source = 'exports.handler = awslambda.streamifyResponse(async (event, stream) => { stream.write("x") })';
  const { errorType, errorMessage } = await failure(source);
  assert.deepEqual([errorType, errorMessage], ['string', 'Response stream is not finished.']);
});

function testInit(name, files, options, expected) {
  test(name, async () => {
    assert.deepEqual(await failure(files, options, 1), { path: '/init/error', status: 129, ...expected });
  });
}

testInit('a missing module', {}, {}, {
  errorType: 'Runtime.ImportModuleError',
  errorMessage: `Error: Cannot find module 'index'\nRequire stack:\n- ${require('node:path').join(__dirname, '../index.mjs')}`,
  trace: ["Runtime.ImportModuleError: Error: Cannot find module 'index'"],
});

test('a missing dependency names who requires it', async () => {
  const { errorType, errorMessage } = await failure('require("nope")');
  assert.equal(errorType, 'Runtime.ImportModuleError');
  assert.match(errorMessage, /^Error: Cannot find module 'nope'\nRequire stack:\n- \/var\/task\/index\.js\n- .*\/index\.mjs$/);
});

test('a missing SDK client says what to do', async () => {
  const hint =
    "\nHint: this server's AWS SDK for JavaScript has no @aws-sdk/client-s3. Run `hob runtime sdk nodejs` while online, or add it to the package.";
  for (const files of [
    { 'index.js': 'require("@aws-sdk/client-s3")' },
    { 'index.mjs': 'import "@aws-sdk/client-s3"; export const handler = 1' },
  ]) {
    const { errorMessage } = await failure(files);
    assert.ok(errorMessage.endsWith(hint), errorMessage);
  }
});

testInit('a missing export', '', {}, {
  errorType: 'Runtime.HandlerNotFound',
  errorMessage: 'index.handler is undefined or not exported',
  trace: ['Runtime.HandlerNotFound: index.handler is undefined or not exported'],
});

testInit('an export that is no function', 'exports.handler = 1', {}, {
  errorType: 'Runtime.HandlerNotFound',
  errorMessage: 'index.handler is not a function',
  trace: ['Runtime.HandlerNotFound: index.handler is not a function'],
});

testInit('a handler without a dot', '', { handler: 'index' }, {
  errorType: 'Runtime.MalformedHandlerName',
  errorMessage: 'Bad handler',
  trace: ['Runtime.MalformedHandlerName: Bad handler'],
});

testInit('a handler outside the package', '', { handler: '../index.handler' }, {
  errorType: 'Runtime.MalformedHandlerName',
  errorMessage: "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
  trace: [
    "Runtime.MalformedHandlerName: '../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
  ],
});

testInit('a syntax error', 'exports.handler = )', {}, {
  errorType: 'Runtime.UserCodeSyntaxError',
  errorMessage: "SyntaxError: Unexpected token ')'",
  trace: ["Runtime.UserCodeSyntaxError: SyntaxError: Unexpected token ')'"],
});

testInit('an exception while the module is loaded', 'throw new RangeError("no")', {}, {
  errorType: 'RangeError',
  errorMessage: 'no',
  trace: ['RangeError: no'],
});

testInit(
  'a callback handler, from nodejs24.x on',
  'exports.handler = (event, context, callback) => callback(null, 1)',
  { environment: { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' } },
  {
    errorType: 'Runtime.CallbackHandlerDeprecated',
    errorMessage:
      'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    trace: [
      'Runtime.CallbackHandlerDeprecated: ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.',
    ],
  },
);
