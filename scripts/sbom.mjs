// Part of `npm pack`: writes dist/sbom.cdx.json, the list of the packages of others that are in the package or come with it. The
// bundler has copied some into dist, where no audit of an installation sees them. The same sources give the same bytes.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DEVELOPMENT = "cdx:npm:package:development";

const { name, version } = readJson("package.json");
const root = `${name}@${version}`;
const bundled = findBundled();
const full = readFullBom();
const bom = selectShipped(full);
writeFileSync(join(ROOT, "dist/sbom.cdx.json"), `${JSON.stringify(bom, null, 2)}\n`);
console.error(`sbom: ${bom.components.map((component) => component["bom-ref"]).join(", ") || "nothing of others"}`);

/** What the bundler copied in, by the marks that it leaves: `//#region node_modules/NAME/file.js`. */
function findBundled() {
  const { packages } = readJson("package-lock.json");
  const found = new Set();
  for (const file of readdirSync(join(ROOT, "dist"), { recursive: true, encoding: "utf8" })) {
    if (!/\.[cm]?js$/.test(file)) continue;
    for (const [, path] of readFileSync(join(ROOT, "dist", file), "utf8").matchAll(
      /^\/\/#region (.*node_modules\/.*)$/gm,
    )) {
      const folder = /^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/.exec(path)?.[0].slice(0, -1);
      const entry = packages[folder ?? ""];
      if (folder === undefined || entry === undefined)
        fail(`dist/${file} holds ${path}, which the lockfile does not know`);
      found.add(`${entry.name ?? folder.slice(folder.lastIndexOf("node_modules/") + 13)}@${entry.version}`);
    }
  }
  return found;
}

function readFullBom() {
  // From the lockfile alone, so that what happens to be installed here makes no difference.
  const command = "npm sbom --silent --sbom-format cyclonedx --package-lock-only --include=dev";
  const { status, stdout } = spawnSync(command, {
    cwd: ROOT,
    shell: true,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) fail(`npm sbom ended with ${status}`);
  return JSON.parse(stdout);
}

/** Leaves out what only we use, and what differs from run to run or machine to machine: times, random numbers, hosts. */
function selectShipped({ $schema, bomFormat, specVersion, metadata, components, dependencies }) {
  const shipped = components.filter((component) => bundled.has(component["bom-ref"]) || !isDevelopment(component));
  const refs = new Set(shipped.map((component) => component["bom-ref"]));
  const missing = [...bundled].filter((ref) => !refs.has(ref));
  if (missing.length > 0) fail(`npm sbom does not name ${missing.join(", ")}, which dist holds`);
  const direct = dependencies.find(({ ref }) => ref === root)?.dependsOn ?? [];
  const component = { ...metadata.component, name };
  return {
    ...{ $schema, bomFormat, specVersion, version: 1 },
    metadata: { lifecycles: metadata.lifecycles, component },
    components: shipped.map(describe).toSorted(byRef("bom-ref")),
    dependencies: [
      { ref: root, dependsOn: [...new Set([...direct.filter((ref) => refs.has(ref)), ...bundled])].toSorted() },
      ...dependencies
        .filter(({ ref }) => refs.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)).toSorted() }))
        .toSorted(byRef("ref")),
    ],
  };
}

function describe(component) {
  const isBundled = bundled.has(component["bom-ref"]);
  const properties = (component.properties ?? []).filter((property) => property.name !== DEVELOPMENT);
  return {
    ...component,
    ...(isBundled ? { scope: "required" } : {}),
    properties: isBundled ? [...properties, { name: "cdx:npm:package:bundled", value: "true" }] : properties,
    externalReferences: (component.externalReferences ?? []).filter(({ type }) => type !== "distribution"),
  };
}

function isDevelopment({ properties = [] }) {
  return properties.some((property) => property.name === DEVELOPMENT && property.value === "true");
}

function byRef(field) {
  return (a, b) => (a[field] < b[field] ? -1 : 1);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

function fail(message) {
  console.error(`sbom: ${message}`);
  process.exit(1);
}
