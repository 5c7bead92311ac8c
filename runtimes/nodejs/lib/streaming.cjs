'use strict';
// `awslambda.streamifyResponse`: a handler that writes its response to a stream. The response is collected and
// posted when it is complete.

const { InvalidStreamingOperation, MalformedStreamingHandler } = require('./errors.cjs');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const PRELUDE_CONTENT_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_DELIMITER = Buffer.alloc(8);

// AWS reports misuse of a stream as a plain string, hence the literals that are thrown.

const awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = 'response';
    if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
    return handler;
  },

  HttpResponseStream: {
    /** Puts the status, headers and cookies before the body. */
    from(stream, prelude) {
      stream.setContentType(PRELUDE_CONTENT_TYPE);
      stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(prelude)), PRELUDE_DELIMITER]);
      return stream;
    },
  },
};

function isStreaming(handler) {
  const style = handler[STREAMING];
  if (style === undefined || style === null || style === false) return false;
  if (style === 'response') return true;
  throw new MalformedStreamingHandler('Only response streaming is supported.');
}

/** Resolves with the collected body and its content type. */
async function runStreaming(handler, event, context, whenLoopIsEmpty) {
  const stream = responseStream(handler[HIGH_WATER_MARK]);
  const finished = new Promise((resolve, reject) => {
    stream.on('finish', resolve).on('error', reject);
    whenLoopIsEmpty(() => reject('Response stream is not finished.'));
  });
  const returned = handler(event, stream, context);
  if (typeof returned?.then !== 'function') throw 'Streaming does not support non-async handlers.';
  const value = await Promise.race([returned, finished.then(() => returned)]);
  if (value !== undefined) console.warn('Streaming handlers ignore return values.');
  if (!stream.writableEnded) throw 'Response stream is not finished.';
  await finished;
  const body = Buffer.concat(stream.prelude ? [stream.prelude, ...stream.chunks] : stream.chunks);
  return { body, contentType: stream.contentType };
}

function responseStream(highWaterMark) {
  const { Writable } = require('stream');
  const stream = new Writable({
    highWaterMark,
    // Objects may be written, too; they go out as JSON.
    write(chunk, _encoding, done) {
      stream.chunks.push(chunk);
      done();
    },
  });
  const write = stream.write;
  stream.write = function (chunk, ...rest) {
    const raw = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return write.call(this, raw ? chunk : JSON.stringify(chunk), ...rest);
  };
  stream.chunks = [];
  stream.contentType = 'application/octet-stream';
  stream.setContentType = (contentType) => {
    if (stream.chunks.length > 0) throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    stream.contentType = contentType;
  };
  return stream;
}

module.exports = { awslambda, isStreaming, runStreaming };
