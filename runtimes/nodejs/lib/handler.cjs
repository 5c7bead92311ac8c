'use strict';
// From the configured handler name to the function.

const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const { pathToFileURL } = require('url');
const errors = require('./errors.cjs');
const { sdkHint } = require('./sdk.cjs');

// The name shows in "Require stack:" of import errors; it is AWS's.
const requireFrom = createRequire(path.join(__dirname, '../index.mjs'));

/** Loads `folder/module.export`, where the export may be nested: `module.a.b`. */
async function load(root, name) {
  if (name.includes('..')) {
    throw new errors.MalformedHandlerName(
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const base = path.basename(name);
  const [, moduleName, exported] = base.match(/^([^.]*)\.(.*)$/) ?? [];
  if (moduleName === undefined) throw new errors.MalformedHandlerName('Bad handler');
  const folder = name.slice(0, name.length - base.length);
  const loaded = await loadModule(root, folder, moduleName);
  const handler = exported.split('.').reduce((value, key) => value && value[key], loaded);
  if (!handler) throw new errors.HandlerNotFound(`${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new errors.HandlerNotFound(`${name} is not a function`);
  return handler;
}

async function loadModule(root, folder, name) {
  try {
    return await requireOrImport(root, folder, name);
  } catch (error) {
    if (error instanceof SyntaxError) throw new errors.UserCodeSyntaxError(error);
    if (error?.code === 'MODULE_NOT_FOUND') throw new errors.ImportModuleError(`${error}${sdkHint(error)}`);
    if (error?.code === 'ERR_MODULE_NOT_FOUND') error.message += sdkHint(error);
    throw error;
  }
}

/** In AWS's order: no extension, `.js`, `.mjs`, `.cjs`, then as Node.js itself would find it. */
async function requireOrImport(root, folder, name) {
  const file = path.resolve(root, folder, name);
  if (fs.existsSync(file) && fs.statSync(file).isFile()) return requireFrom(file);
  if (fs.existsSync(`${file}.js`)) {
    return isEsModule(path.dirname(file)) ? importFile(`${file}.js`) : requireFrom(`${file}.js`);
  }
  if (fs.existsSync(`${file}.mjs`)) return importFile(`${file}.mjs`);
  if (fs.existsSync(`${file}.cjs`)) return requireFrom(`${file}.cjs`);
  return requireFrom(requireFrom.resolve(name, { paths: [root, folder] }));
}

function importFile(file) {
  return import(pathToFileURL(file).href);
}

/** Whether the nearest package.json says `"type": "module"`. */
function isEsModule(folder) {
  if (folder.endsWith('/node_modules')) return false;
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8')).type === 'module';
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  return folder === '/' ? false : isEsModule(path.dirname(folder));
}

module.exports = { load };
