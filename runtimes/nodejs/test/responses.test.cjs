'use strict';
// What a handler answers in each style, and what the caller gets.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { REQUEST_ID, event, run } = require('./fake-runtime-api.cjs');

async function response(files, events, options) {
  const { posts } = await run(files, events, options);
  return posts[0].body;
}

test('the result of an async handler is posted as JSON for the request', async () => {
  const { posts } = await run('exports.handler = async (event) => ({ got: event })', [event('{"a":[1,2.5,null]}')]);
  assert.equal(posts[0].path, `/invocation/${REQUEST_ID}/response`);
  assert.equal(posts[0].body, '{"got":{"a":[1,2.5,null]}}');
  assert.equal(posts[0].headers['content-type'], 'application/json');
});

test('one environment serves many invocations', async () => {
  const { posts } = await run('let n = 0; exports.handler = async () => ++n', Array(100).fill(event()));
  assert.deepEqual(posts.map((post) => Number(post.body)), Array.from({ length: 100 }, (_, i) => i + 1));
});

test('nothing is null', async () => {
  assert.equal(await response('exports.handler = async () => {}'), 'null');
});

test('megabytes pass both ways', async () => {
  const body = `"${'é'.repeat(2_500_000)}"`;
  assert.equal(await response('exports.handler = async (event) => event', [event(body)]), body);
});

test('after a refused response the next event is served', async () => {
  const { posts } = await run('exports.handler = async (event) => event', [event('1'), event('2')], { answers: [413] });
  assert.deepEqual(posts.map((post) => post.body), ['1', '2']);
});

test('the attempt is echoed', async () => {
  const { posts } = await run('exports.handler = async () => {}', [event('{}', { 'Lambda-Runtime-Invocation-Id': 'a1' })]);
  assert.equal(posts[0].headers['lambda-runtime-invocation-id'], 'a1');
});

test('a callback answers when the event loop is empty', async () => {
  const source = `exports.handler = (event, context, callback) => {
    callback(null, 'called back');
    setTimeout(() => console.log('afterwards'), 20);
  }`;
  const { posts, stdout } = await run(source);
  assert.equal(posts[0].body, '"called back"');
  assert.match(stdout, /afterwards/);
});

test('a callback answers at once if it does not wait for the empty event loop', async () => {
  const source = `exports.handler = (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = false;
    setInterval(() => {}, 1000);
    callback(null, 'at once');
  }`;
  assert.equal(await response(source), '"at once"');
});

test('context.done, succeed and fail answer at once', async () => {
  assert.equal(await response(`exports.handler = (e, context) => context.done(null, 1)`), '1');
  assert.equal(await response(`exports.handler = (e, context) => context.succeed(2)`), '2');
  assert.equal(
    await response(`exports.handler = (e, context) => context.fail('no')`),
    '{"errorType":"string","errorMessage":"no","trace":[]}',
  );
});

test('a handler that does neither answers null when the event loop is empty', async () => {
  assert.equal(await response('exports.handler = () => "ignored"'), 'null');
});

test('from nodejs24.x on the returned value is the answer', async () => {
  const environment = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  assert.equal(await response('exports.handler = () => "returned"', [event()], { environment }), '"returned"');
});

test('a handler is found in each kind of module', async () => {
  const commonJs = 'exports.handler = async () => "cjs"';
  const esModule = 'export const handler = async () => "esm"';
  assert.equal(await response({ 'index.js': commonJs }), '"cjs"');
  assert.equal(await response({ 'index.cjs': commonJs }), '"cjs"');
  assert.equal(await response({ 'index.mjs': esModule }), '"esm"');
  assert.equal(await response({ 'index.js': esModule, 'package.json': '{"type":"module"}' }), '"esm"');
});

test('a handler may be in a folder and its export nested', async () => {
  const files = { 'src/app.js': 'exports.api = { get: async () => "nested" }' };
  assert.equal(await response(files, [event()], { handler: 'src/app.api.get' }), '"nested"');
});

test('a streaming handler is answered with the whole stream', async () => {
  const source = `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
    stream.setContentType('text/plain');
    stream.write('one ');
    await new Promise((done) => setTimeout(done, 5));
    stream.write('two');
    stream.end();
  })`;
  const { posts } = await run(source);
  assert.equal(posts[0].body, 'one two');
  assert.equal(posts[0].headers['content-type'], 'text/plain');
});

test('a streaming handler for HTTP puts its prelude first', async () => {
  const source = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
    await require('stream/promises').pipeline(require('stream').Readable.from(['hi']), stream);
  })`;
  const { posts } = await run(source);
  assert.equal(posts[0].body, `{"statusCode":201}${'\0'.repeat(8)}hi`);
  assert.equal(posts[0].headers['content-type'], 'application/vnd.awslambda.http-integration-response');
});
