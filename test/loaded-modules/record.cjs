// `node --require` this: at its end the process writes down (LOADED_MODULES_FILE) what it has loaded, and which files it has looked into.
const fs = require("node:fs");
const Module = require("node:module");

const { readFileSync, writeFileSync } = fs;
const builtins = new Set();
const opened = [];

const load = Module._load;
Module._load = function (request, ...others) {
  if (Module.isBuiltin(request)) builtins.add(request.replace(/^node:/, ""));
  return load.call(this, request, ...others);
};
const getBuiltin = process.getBuiltinModule;
process.getBuiltinModule = (name) => {
  builtins.add(name.replace(/^node:/, ""));
  return getBuiltin(name);
};
// It is a getter that loads them.
const promises = Object.getOwnPropertyDescriptor(fs, "promises");
Object.defineProperty(fs, "promises", {
  ...promises,
  get: () => {
    builtins.add("fs/promises");
    return promises.get.call(fs);
  },
});
for (const name of ["openSync", "readFileSync", "readdirSync", "open", "readFile", "readdir", "createReadStream"]) {
  const call = fs[name];
  fs[name] = function (path, ...others) {
    if (typeof path === "string") opened.push(path);
    return call.call(this, path, ...others);
  };
}

process.on("exit", () => {
  const chunks = Object.keys(require.cache)
    .filter((path) => path !== __filename)
    .map((path) => ({ path, bytes: readFileSync(path).byteLength }));
  const files = opened.filter((path) => !chunks.some((chunk) => chunk.path === path));
  writeFileSync(process.env.LOADED_MODULES_FILE, JSON.stringify({ chunks, builtins: [...builtins], files }));
});
