'use strict';
// What a function's output looks like.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { REQUEST_ID, event, run } = require('./fake-runtime-api.cjs');

async function events(source, environment = {}) {
  const { events } = await run(source, [event()], { environment });
  return events.map((message) => message.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>'));
}

async function output(source, environment) {
  return (await events(source, environment)).join('');
}

test('a console line has time, request and level', async () => {
  const source = `exports.handler = async () => {
    console.log('%s!', 'hot');
    console.info({ a: 1 });
    console.debug('d');
    console.warn('w');
    console.error('e');
  }`;
  assert.equal(
    await output(source),
    ['INFO\thot!', 'INFO\t{ a: 1 }', 'DEBUG\td', 'WARN\tw', 'ERROR\te']
      .map((line) => `<time>\t${REQUEST_ID}\t${line}\n`)
      .join(''),
  );
});

test('a line before the first invocation has no request', async () => {
  assert.equal(await output('console.log("early"); exports.handler = async () => {}'), '<time>\tundefined\tINFO\tearly\n');
});

test('a message of several lines is one event', async () => {
  const source = 'exports.handler = async () => console.log("ä\\nb")';
  assert.deepEqual(await events(source), [`<time>\t${REQUEST_ID}\tINFO\tä\nb\n`]);
});

test('process.stdout is raw', async () => {
  const source = 'exports.handler = async () => { process.stdout.write("raw\\nraw\\n") }';
  assert.deepEqual(await events(source), ['raw\n', 'raw\n']);
});

test('console lines and process.stdout keep their order', async () => {
  const source = `exports.handler = async () => {
    process.stdout.write('before');
    console.log('x'.repeat(100_000));
    process.stdout.write('after\\n');
  }`;
  const line = `<time>\t${REQUEST_ID}\tINFO\t${'x'.repeat(100_000)}\n`;
  assert.deepEqual(await events(source), ['before', line, 'after\n']);
});

test('levels below the configured one are not written', async () => {
  const source = 'exports.handler = async () => { console.log("no"); console.warn("yes") }';
  assert.equal(await output(source, { AWS_LAMBDA_LOG_LEVEL: 'WARN' }), `<time>\t${REQUEST_ID}\tWARN\tyes\n`);
});

test('an error that ends an invocation is logged with its stack', async () => {
  const text = await output('exports.handler = async () => { throw new Error("bad") }');
  const [head, json] = text.split('Invoke Error \t');
  assert.equal(head, `<time>\t${REQUEST_ID}\tERROR\t`);
  const { stack, ...error } = JSON.parse(json);
  assert.deepEqual(error, { errorType: 'Error', errorMessage: 'bad' });
  assert.deepEqual(stack.slice(0, 2), ['Error: bad', '    at exports.handler (/var/task/index.js:1:39)']);
});

test('an init error is logged as uncaught', async () => {
  assert.match(await output(''), /^<time>\tundefined\tERROR\tUncaught Exception \t\{"errorType":"Runtime\.HandlerNotFound",/);
});

test('levels below the configured one are not written in JSON either', async () => {
  const source = 'exports.handler = async () => { console.trace("t"); console.debug("d"); console.log("i"); console.warn("w"); console.error("e") }';
  for (const [level, messages] of Object.entries({ TRACE: 'tdiwe', DEBUG: 'diwe', INFO: 'iwe', WARN: 'we', ERROR: 'e', FATAL: '' })) {
    const lines = await events(source, { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: level });
    assert.equal(lines.map((line) => JSON.parse(line).message).join(''), messages, level);
  }
});

test('a JSON record is an object', async () => {
  const environment = { AWS_LAMBDA_LOG_FORMAT: 'JSON' };
  const source = `exports.handler = async () => {
    console.log({ a: 1 });
    console.warn('%s!', 'hot');
    console.error('oops', new RangeError('bad'));
  }`;
  const records = (await output(source, environment)).trim().split('\n').map((line) => JSON.parse(line));
  const common = { timestamp: '<time>', requestId: REQUEST_ID };
  assert.deepEqual(records[0], { ...common, level: 'INFO', message: { a: 1 } });
  assert.deepEqual(records[1], { ...common, level: 'WARN', message: 'hot!' });
  const { message, stackTrace, ...error } = records[2];
  assert.deepEqual(error, { ...common, level: 'ERROR', errorType: 'RangeError', errorMessage: 'bad' });
  assert.equal(stackTrace[0], 'RangeError: bad');
  assert.match(message, /^oops RangeError: bad/);
});
