'use strict';
// A Runtime API that hands out given events and records what comes back.

const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');

const BOOTSTRAP = path.join(__dirname, '../bootstrap.cjs');
const REQUEST_ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
const FRAME_TYPE = Buffer.from('a55a0003', 'hex');
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:f';

let parkedByDefault = false;

/** From now on, a bootstrap starts parked, before it knows its function, unless a run says otherwise. */
function startParked() {
  parkedByDefault = true;
}

/** An event for a runtime to fetch. */
function event(body = '{}', headers = {}) {
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': REQUEST_ID,
      'Lambda-Runtime-Deadline-Ms': '4102444800000',
      'Lambda-Runtime-Invoked-Function-Arn': FUNCTION_ARN,
      'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0',
      ...headers,
    },
  };
}

/**
 * Runs the bootstrap with a package of `files` (a string is `index.js`) until the events are used up.
 * Returns the posts, the output, as a whole and as the log events in it, and the exit status.
 */
async function run(files, events = [event()], options = {}) {
  const { handler = 'index.handler', answers = [], environment = {}, parked = parkedByDefault } = options;
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'nodejs-runtime-')));
  writePackage(root, typeof files === 'string' ? { 'index.js': files } : files);
  const posts = [];
  const variables = variablesOf(root, handler, environment);
  const state = { events: [...events], answers: [...answers], posts, variables };
  const server = http.createServer((request, response) => answer(request, response, state));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  variables.AWS_LAMBDA_RUNTIME_API = `127.0.0.1:${server.address().port}`;
  const finished = await runBootstrap(root, variables, parked);
  server.close();
  fs.rmSync(root, { recursive: true });
  return { ...finished, posts: posts.map((post) => ({ ...post, body: post.body.replaceAll(root, '/var/task') })) };
}

function writePackage(root, files) {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

/** All variables of the function but the Runtime API's address. */
function variablesOf(root, handler, environment) {
  return {
    PATH: process.env.PATH,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
    AWS_LAMBDA_FUNCTION_NAME: 'f',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/f',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef',
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
    ...environment,
  };
}

function answer(request, response, { events, posts, answers, variables }) {
  if (request.url === '/hob/assignment') return response.end(JSON.stringify(variables));
  if (request.method === 'GET') {
    const next = events.shift();
    // With no event left, the sandbox ends while the runtime waits.
    if (!next) return request.socket.destroy();
    response.writeHead(200, { ...next.headers, 'Content-Length': Buffer.byteLength(next.body) });
    return response.end(next.body);
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    posts.push({ path: request.url.replace('/2018-06-01/runtime', ''), headers: request.headers, body });
    response.writeHead(answers.shift() ?? 202, { 'Content-Length': 15 });
    response.end('{"status":"OK"}');
  });
}

async function runBootstrap(root, variables, parked) {
  const { PATH, AWS_LAMBDA_RUNTIME_API } = variables;
  const child = parked
    ? spawn(process.execPath, [BOOTSTRAP], { cwd: '/', env: { PATH, AWS_LAMBDA_RUNTIME_API, HOB_PARKED: '1' } })
    : spawn(process.execPath, [BOOTSTRAP], { cwd: root, env: variables });
  const output = { stdout: [], stderr: [] };
  for (const name of Object.keys(output)) child[name].on('data', (chunk) => output[name].push(chunk));
  const status = await new Promise((closed) => child.on('close', closed));
  const events = logEvents(Buffer.concat(output.stdout)).map((message) => message.replaceAll(root, '/var/task'));
  return { status, events, stdout: events.join(''), stderr: Buffer.concat(output.stderr).toString() };
}

/** A line is a log event, and so is a frame. */
function logEvents(output) {
  if (output.length === 0) return [];
  if (output.indexOf(FRAME_TYPE) === 0) {
    const end = 16 + output.readUInt32BE(4);
    return [output.toString('utf8', 16, end), ...logEvents(output.subarray(end))];
  }
  const ends = [output.indexOf('\n') + 1, output.indexOf(FRAME_TYPE)].filter((end) => end > 0);
  const end = Math.min(output.length, ...ends);
  return [output.toString('utf8', 0, end), ...logEvents(output.subarray(end))];
}

module.exports = { FUNCTION_ARN, REQUEST_ID, event, run, startParked };
