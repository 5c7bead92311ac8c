'use strict';
// One invocation of a handler that returns its result, in whichever style it is written.

const { NodeJsExit } = require('./errors.cjs');

/**
 * Up to nodejs22.x: promises, callbacks, `context.done` and its kin. Resolves with the result, or rejects.
 * A handler that neither returns a promise nor calls back is done when the event loop has nothing left.
 */
function runWithCallbacks(handler, event, context, whenLoopIsEmpty) {
  return new Promise((resolve, reject) => {
    const done = (error, result) => (isNothing(error) ? resolve(result) : reject(error));
    const callback = (error, result) => {
      if (isNothing(error) && context.callbackWaitsForEmptyEventLoop) whenLoopIsEmpty(() => resolve(result));
      else done(error, result);
    };
    context.callbackWaitsForEmptyEventLoop = true;
    context.done = done;
    context.succeed = resolve;
    context.fail = (error) => reject(isNothing(error) ? 'handled' : error);
    whenLoopIsEmpty(() => resolve(null));
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(context.succeed, context.fail);
  });
}

/** From nodejs24.x on: the returned value, awaited, is the result. */
async function runWithoutCallbacks(handler, event, context, whenLoopIsEmpty) {
  const neverSettled = new Promise((_, reject) => {
    whenLoopIsEmpty(() =>
      reject(
        new NodeJsExit(
          'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
        ),
      ),
    );
  });
  return Promise.race([handler(event, context), neverSettled]);
}

function isNothing(value) {
  return value === undefined || value === null;
}

module.exports = { runWithCallbacks, runWithoutCallbacks };
