'use strict';
// What the sandbox starts. CommonJS, because an ES module as the entry point makes Node.js start 6 ms later.

require('./lib/main.cjs').main();
