'use strict';
// The second argument of a handler: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html

const W3C_FIELDS = ['traceparent', 'tracestate', 'baggage'];
const NO_W3C = Object.freeze({});

/** The function that makes the context of an invocation in an environment with these variables. */
function contextsFor(variables) {
  const functionVersion = variables.AWS_LAMBDA_FUNCTION_VERSION;
  const functionName = variables.AWS_LAMBDA_FUNCTION_NAME;
  const memoryLimitInMB = variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
  const logGroupName = variables.AWS_LAMBDA_LOG_GROUP_NAME;
  const logStreamName = variables.AWS_LAMBDA_LOG_STREAM_NAME;
  return ({ id, headers }) => {
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    const clientContext = parsed(headers['lambda-runtime-client-context'], 'ClientContext');
    const w3c = takeW3c(clientContext);
    // One literal, because it is several times as fast as one object spread into another.
    return {
      functionVersion,
      functionName,
      memoryLimitInMB,
      logGroupName,
      logStreamName,
      clientContext,
      identity: parsed(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      awsRequestId: id,
      tenantId: headers['lambda-runtime-aws-tenant-id'],
      getRemainingTimeInMillis: () => deadline - Date.now(),
      w3c: () => w3c,
    };
  };
}

function parsed(header, name) {
  if (header === undefined) return undefined;
  try {
    return JSON.parse(header);
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${error}`);
  }
}

/** Removes the trace context, which AWS does not show as part of the client context. */
function takeW3c(clientContext) {
  const fields = clientContext?.w3c;
  if (fields === undefined) return NO_W3C;
  delete clientContext.w3c;
  const known = W3C_FIELDS.filter((name) => typeof fields?.[name] === 'string');
  return Object.freeze(Object.fromEntries(known.map((name) => [name, fields[name]])));
}

module.exports = { contextsFor };
