'use strict';
// AWS's log formats. One line of output becomes one log event. What is logged here may have several lines, so it is
// framed as AWS's own runtime frames it: type, length, timestamp in microseconds, message; numbers are big-endian.

const fs = require('fs');
const { format } = require('util');
const { toLogText } = require('./errors.cjs');

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const STDOUT = 1;
const FRAME_TYPE = 0xa55a0003;
const FRAME_HEADER_LENGTH = 16;

// Of the running invocation. AWS prints `undefined` while there is none.
const current = { requestId: undefined, tenantId: undefined };

let json = false;

/** Sends what is logged from now on to the function's log, in the format and from the level that it asks for. */
function patchConsole() {
  json = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
  const lowest = Math.max(LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase()), 0);
  for (const [i, level] of LEVELS.entries()) {
    console[level.toLowerCase()] = i < lowest ? () => {} : (...values) => log(level, values);
  }
  console.log = console.info;
}

/** Logs an error that ended an invocation or the process. */
function logError(label, error) {
  const asError = error instanceof Error ? error : new Error(error);
  if (json) console.error(asError);
  else console.error(label, toLogText(asError));
}

function log(level, values) {
  const now = new Date();
  const time = now.toISOString();
  const message = json
    ? jsonLine(time, level, values)
    : `${time}\t${current.requestId}\t${level}\t${format(...values)}`;
  write(frame(`${message}\n`, now));
}

function frame(message, time) {
  const length = Buffer.byteLength(message);
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_LENGTH + length);
  bytes.writeUInt32BE(FRAME_TYPE, 0);
  bytes.writeUInt32BE(length, 4);
  bytes.writeBigUInt64BE(BigInt(time.getTime()) * 1000n, 8);
  bytes.write(message, FRAME_HEADER_LENGTH);
  return bytes;
}

function jsonLine(timestamp, level, values) {
  const { requestId, tenantId } = current;
  const record = { timestamp, level, requestId, tenantId };
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...record, message: values[0] }, (_, value) => structured(value));
    } catch {
      return JSON.stringify({ ...record, message: format(values[0]) });
    }
  }
  const error = values.find((value) => value instanceof Error);
  return JSON.stringify({ ...record, message: format(...values), ...(error && errorFields(error)) });
}

function structured(value) {
  return value instanceof Error ? { ...errorFields(value), ...value } : value;
}

function errorFields(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : error.stack,
  };
}

/** Written at once, so that nothing is lost when the process dies. */
function write(bytes) {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(STDOUT, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
      // The function's own use of process.stdout made the pipe non-blocking, and it is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

module.exports = { current, logError, patchConsole };
