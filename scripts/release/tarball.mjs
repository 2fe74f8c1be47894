// What is in the tarball, and what must not be.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { posix } from "node:path";
import { gunzipSync } from "node:zlib";

const ALLOWED =
  /^(package\.json|README\.md|LICENSE|NOTICE|CHANGELOG\.md|SECURITY\.md|docs\/.+\.md|bin\/[a-z-]+\.cjs|python\/(coffer_keyring\.py|pyproject\.toml)|dist\/sbom\.cdx\.json|dist\/.+(\.d\.ts|\.c?js))$/;
const NEEDED = [
  "package.json",
  "README.md",
  "LICENSE",
  "NOTICE",
  "CHANGELOG.md",
  "SECURITY.md",
  "docs/FORMAT.md",
  "docs/FIVE-MINUTES.md",
  "dist/sbom.cdx.json",
  "python/coffer_keyring.py",
];
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "prepare"];
// The AWS SDK stands in it twice, for the command and the library: 0.25 MB packed each. The formats of six older tools are 0.1.
const MAX_PACKED_KB = 1408;
const REFERENCE = /(?:from|import|require\(|import\()\s*["'`](\.{1,2}\/[^"'`]+)["'`]/g;

/** The files of an npm tarball: Map of path → { mode, bytes }. Throws for anything that is no plain file below `package/`. */
export function readTarball(file) {
  const tar = gunzipSync(readFileSync(file));
  const files = new Map();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (offset, length) => tar.toString("utf8", at + offset, at + offset + length).replace(/\0.*$/s, "");
    const [name, mode, size, type] = [text(0, 100), text(100, 8), text(124, 12), text(156, 1)];
    if (type !== "0" || !name.startsWith("package/"))
      throw new Error(`the tarball has an entry ${name} of type ${type}`);
    const [length, begin] = [Number.parseInt(size, 8), at + 512];
    const bytes = tar.subarray(begin, begin + length);
    files.set(name.slice("package/".length), { mode: Number.parseInt(mode, 8), bytes });
    at = begin + Math.ceil(length / 512) * 512;
  }
  return files;
}

/** Throws with everything that is wrong, one a line. `foreign`: words of this machine that must stand nowhere. */
export function assertTarball(files, { packedBytes, root, registryHost }) {
  const manifest = JSON.parse(textOf(files, "package.json"));
  const problems = [
    ...[...files.keys()]
      .filter((path) => !ALLOWED.test(path) || /\.test\./.test(path))
      .map((path) => `${path} has no business there`),
    ...NEEDED.filter((path) => !files.has(path)).map((path) => `${path} is missing`),
    ...INSTALL_SCRIPTS.filter((name) => manifest.scripts?.[name] !== undefined).map(
      (name) => `it has a script ${name}`,
    ),
    ...findLeftovers(files, manifest),
    ...findTraces(files, { root, registryHost }),
    ...findUnnamed(files),
    ...findOtherVersion(files, manifest),
    ...Object.values(manifest.bin).flatMap((path) => checkCommand(files, posix.normalize(path))),
    ...(packedBytes > MAX_PACKED_KB * 1024
      ? [`it has ${packedBytes} bytes, and ${MAX_PACKED_KB} KiB are the limit`]
      : []),
  ];
  if (problems.length > 0) throw new Error(`the tarball is not as it should be:\n  ${problems.join("\n  ")}`);
}

/** Chunks that nothing loads are of an earlier build; what is loaded and not there breaks later. */
function findLeftovers(files, { bin, exports }) {
  const entries = [
    ...Object.values(bin),
    ...Object.values(exports).flatMap((entry) => (typeof entry === "string" ? entry : Object.values(entry))),
  ];
  const reached = new Set();
  const missing = [];
  const queue = entries.map((path) => posix.normalize(path));
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    if (!files.has(path)) missing.push(`${path} is loaded, and is not there`);
    else if (path.endsWith("js") || path.endsWith(".ts")) queue.push(...findReferences(path, textOf(files, path)));
  }
  const code = [...files.keys()].filter((path) => /\.(c?js|ts)$/.test(path));
  return [...missing, ...code.filter((path) => !reached.has(path)).map((path) => `${path} is loaded by nothing`)];
}

function findReferences(from, text) {
  return [...text.matchAll(REFERENCE)].map(([, reference]) => {
    const path = posix.join(posix.dirname(from), reference);
    return from.endsWith(".d.ts") ? path.replace(/\.js$/, ".d.ts") : path;
  });
}

function findTraces(files, { root, registryHost }) {
  const words = [root, `${homedir()}/`, registryHost, "file:///", "sourceMappingURL"];
  return [...files.keys()].flatMap((path) => {
    const text = textOf(files, path);
    return words.filter((word) => text.includes(word)).map((word) => `${path} contains ${word}`);
  });
}

/** Everybody whose code is in there stands in NOTICE. */
function findUnnamed(files) {
  const { components = [] } = JSON.parse(textOf(files, "dist/sbom.cdx.json"));
  const notice = textOf(files, "NOTICE");
  const bundled = components.filter(({ properties }) =>
    properties.some(({ name }) => name === "cdx:npm:package:bundled"),
  );
  return bundled
    .filter(({ name }) => !notice.includes(name))
    .map(({ name }) => `NOTICE does not name ${name}, whose code is in dist`);
}

/** What is installed by pip is of the same release. */
function findOtherVersion(files, { version }) {
  const text = files.has("python/pyproject.toml") ? textOf(files, "python/pyproject.toml") : "";
  return text.includes(`\nversion = "${version}"\n`) ? [] : ["python/pyproject.toml has another version"];
}

function checkCommand(files, path) {
  const file = files.get(path);
  if (file === undefined) return [`the command ${path} is missing`];
  if ((file.mode & 0o111) !== 0o111) return [`${path} is not executable`];
  return file.bytes.toString("utf8", 0, 20) === "#!/usr/bin/env node\n"
    ? []
    : [`${path} does not begin with #!/usr/bin/env node`];
}

function textOf(files, path) {
  return files.get(path)?.bytes.toString("utf8") ?? "{}";
}
