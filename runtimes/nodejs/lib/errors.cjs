'use strict';
// What goes wrong around a function, and what a caller is told of any error.

const { types } = require('util');

/** Faults have AWS's names: `Runtime.HandlerNotFound` and so on. */
function fault(name) {
  const Fault = { [name]: class extends Error {} }[name];
  Fault.prototype.name = `Runtime.${name}`;
  return Fault;
}

const CallbackHandlerDeprecated = fault('CallbackHandlerDeprecated');
const HandlerNotFound = fault('HandlerNotFound');
const ImportModuleError = fault('ImportModuleError');
const InvalidStreamingOperation = fault('InvalidStreamingOperation');
const MalformedHandlerName = fault('MalformedHandlerName');
const MalformedStreamingHandler = fault('MalformedStreamingHandler');
const NodeJsExit = fault('NodeJsExit');
const UnhandledPromiseRejection = fault('UnhandledPromiseRejection');
const UserCodeSyntaxError = fault('UserCodeSyntaxError');

/** The error document, its fields in AWS's order. Whatever was thrown, this does not throw. */
function describe(error) {
  try {
    if (!types.isNativeError(error) && !looksLikeError(error)) {
      return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
    }
    return {
      errorType: printable(error.name),
      errorMessage: printable(error.message),
      trace: printable(error.stack).split('\n'),
    };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

function looksLikeError(value) {
  return [value?.name, value?.message, value?.stack].every((field) => field && typeof field === 'string');
}

function printable(text) {
  return text?.replace(/\x7f/g, '%7F');
}

/** How an error stands in a text log: JSON with the error's own fields as well. */
function toLogText(error) {
  try {
    return `\t${JSON.stringify(error, (_, value) => withOwnFields(value))}`;
  } catch {
    return `\t${JSON.stringify(describe(error))}`;
  }
}

function withOwnFields(value) {
  if (!(value instanceof Error)) return value;
  const fields = { errorType: value.name, errorMessage: value.message, code: value.code, ...value };
  if (typeof value.stack === 'string') fields.stack = value.stack.split('\n');
  return fields;
}

module.exports = {
  CallbackHandlerDeprecated,
  HandlerNotFound,
  ImportModuleError,
  InvalidStreamingOperation,
  MalformedHandlerName,
  MalformedStreamingHandler,
  NodeJsExit,
  UnhandledPromiseRejection,
  UserCodeSyntaxError,
  describe,
  toLogText,
};
