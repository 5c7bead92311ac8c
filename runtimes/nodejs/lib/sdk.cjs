'use strict';
// AWS's runtimes bring the SDK. Where the server has not fetched it, the error says what to do.

/** A line to add to the message of an error about a module that was not found. */
function sdkHint(error) {
  const missing = /Cannot find (?:module|package) '(@(?:aws-sdk|smithy)\/[^']+)'/.exec(error.message)?.[1];
  if (missing === undefined) return '';
  return (
    `\nHint: this server's AWS SDK for JavaScript has no ${missing}.` +
    ' Run `hob runtime sdk nodejs` while online, or add it to the package.'
  );
}

module.exports = { sdkHint };
