// `npm run release:check`: the package as others will get it. Packs it, looks into the tarball, installs it on each Node that it
// promises, and uses it there without a network. Only getting those Nodes needs the registry. The first thing wrong ends it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, typeCheck, useAll } from "./release/consumer.mjs";
import { installNode, nodesFor } from "./release/nodes.mjs";
import { findNetworkCut, npm } from "./release/shell.mjs";
import { assertTarball, readTarball } from "./release/tarball.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");
const here = { node: process.execPath, cwd: ROOT };
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "coffer-release-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

try {
  check();
  console.log("\nrelease:check: all passed");
} catch (error) {
  console.error(`\nrelease:check: FAILED: ${error.message}`);
  process.exitCode = 1;
}

function check() {
  const tarball = packTwice();
  checkContents(tarball);
  checkInstallScripts();
  const cut = findNetworkCut();
  tell(
    cut === null
      ? "THE NETWORK STAYS ON: this system has no `unshare --net` for us"
      : "from here the package runs without a network",
  );
  for (const wanted of nodesFor(manifest)) checkOn(wanted, { tarball, cut });
}

function packTwice() {
  const [first, second] = ["first", "second"].map((name) => {
    const target = join(folder, name);
    mkdirSync(target);
    npm(["pack", "--silent", "--pack-destination", target], here);
    return join(target, readdirSync(target)[0]);
  });
  if (!readFileSync(first).equals(readFileSync(second))) {
    throw new Error("packing the same sources twice gives different tarballs");
  }
  tell("packed twice: the same bytes");
  return first;
}

function checkContents(tarball) {
  const [files, packedBytes] = [readTarball(tarball), readFileSync(tarball).length];
  const registryHost = new URL(npm(["config", "get", "registry"], here).trim()).host;
  assertTarball(files, { packedBytes, root: ROOT, registryHost });
  const unpacked = [...files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  tell(
    `${files.size} files, ${kilobytes(packedBytes)} packed, ${kilobytes(unpacked)} unpacked; nothing in it that should not be`,
  );
  const { components } = JSON.parse(files.get("dist/sbom.cdx.json").bytes.toString("utf8"));
  tell(`sbom.cdx.json names ${components.map((component) => component["bom-ref"]).join(", ") || "nothing of others"}`);
}

/** Those of what comes along; the tarball's own were looked for in it. */
function checkInstallScripts() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const shipped = Object.entries(packages).filter(([path, entry]) => path !== "" && entry.dev !== true);
  const scripted = shipped.filter(([, entry]) => entry.hasInstallScript === true).map(([path]) => path);
  if (scripted.length > 0) throw new Error(`these come along and have install scripts: ${scripted.join(", ")}`);
  tell(`${shipped.length} packages come along, none with an install script`);
}

function checkOn(wanted, { tarball, cut }) {
  const { node, version } = installNode(wanted, folder);
  const consumer = join(folder, `consumer-${wanted}`);
  install(tarball, { node, folder: consumer, cut });
  useAll({ node, folder: consumer, cut, manifest });
  tell(`Node ${version}: installed; command, import, import from CommonJS, coffer/env and coffer/testing work`);
  if (wanted !== nodesFor(manifest)[0]) return;
  for (const moduleResolution of ["nodenext", "bundler"]) {
    typeCheck({ folder: consumer, root: ROOT, moduleResolution });
    tell(`the types hold under ${moduleResolution}`);
  }
}

function tell(text) {
  console.log(`- ${text}`);
}
