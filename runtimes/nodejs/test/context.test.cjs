'use strict';
// The context object and the process that a handler finds itself in.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { FUNCTION_ARN, REQUEST_ID, event, run } = require('./fake-runtime-api.cjs');

async function value(expression, headers = {}) {
  const { posts } = await run(`exports.handler = async (event, context) => (${expression})`, [event('{}', headers)]);
  return JSON.parse(posts[0].body);
}

test('the context names the function and the request', async () => {
  assert.deepEqual(await value('context'), {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: 'f',
    memoryLimitInMB: '128',
    logGroupName: '/aws/lambda/f',
    logStreamName: '2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef',
    invokedFunctionArn: FUNCTION_ARN,
    awsRequestId: REQUEST_ID,
  });
});

test('the remaining time is that to the deadline', async () => {
  const headers = { 'Lambda-Runtime-Deadline-Ms': String(Date.now() + 60_000) };
  const remaining = await value('context.getRemainingTimeInMillis()', headers);
  assert.ok(remaining > 0 && remaining <= 60_000, String(remaining));
});

test('client context, identity and trace context are parsed', async () => {
  const headers = {
    'Lambda-Runtime-Client-Context': '{"custom":{"k":"v"},"w3c":{"traceparent":"00","other":"x"}}',
    'Lambda-Runtime-Cognito-Identity': '{"cognitoIdentityId":"i","cognitoIdentityPoolId":"p"}',
  };
  assert.deepEqual(await value('[context.clientContext, context.identity, context.w3c()]', headers), [
    { custom: { k: 'v' } },
    { cognitoIdentityId: 'i', cognitoIdentityPoolId: 'p' },
    { traceparent: '00' },
  ]);
});

test('the trace id is in the environment', async () => {
  assert.equal(await value('process.env._X_AMZN_TRACE_ID'), 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0');
});
