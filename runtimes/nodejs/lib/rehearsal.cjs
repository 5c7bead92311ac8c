'use strict';
// A function's life to be gone through before there is a function, with a Runtime API in the same process.

const net = require('net');
const path = require('path');
const { RuntimeClient } = require('./client.cjs');

const REHEARSAL = path.join(__dirname, 'rehearsal');

const ASSIGNMENT = JSON.stringify({ LAMBDA_TASK_ROOT: REHEARSAL, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' });
const EVENT_HEADERS = [
  'Content-Type: application/json',
  'Lambda-Runtime-Aws-Request-Id: 00000000-0000-0000-0000-000000000000',
  'Lambda-Runtime-Deadline-Ms: 0',
  'Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:rehearsal',
  'Lambda-Runtime-Trace-Id: Root=1-00000000-000000000000000000000000;Sampled=0',
];

/** Runs `action` with a client of a Runtime API that has an assignment and one event for whoever asks. */
async function withRehearsalApi(action) {
  const server = net.createServer((socket) => {
    socket.on('data', (request) => socket.write(answerTo(request.toString('latin1', 0, 64))));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const client = new RuntimeClient(`127.0.0.1:${server.address().port}`);
  try {
    await action(client);
  } finally {
    client.socket.destroy();
    server.close();
  }
}

function answerTo(request) {
  if (request.startsWith('GET /hob/assignment ')) return answer('200 OK', [], ASSIGNMENT);
  if (request.startsWith('GET ')) return answer('200 OK', EVENT_HEADERS, '{"key":"value"}');
  return answer('202 Accepted', ['Content-Type: application/json'], '{"status":"OK"}');
}

function answer(status, headers, body) {
  return [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');
}

module.exports = { REHEARSAL, withRehearsalApi };
