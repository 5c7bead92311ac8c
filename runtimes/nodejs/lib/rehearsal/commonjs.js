'use strict';
// Loaded and called before there is a function.

exports.handler = async (event) => event;
