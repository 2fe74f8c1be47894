// The versions of Node that the package is tried on: the oldest that it promises, and the newest of the later lines.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { must, npm } from "./shell.mjs";

const LATER = ["22", "24"];

/** Which versions to get, from the package's own `engines`. */
export function nodesFor({ engines }) {
  const oldest = /^>=(\d+\.\d+)$/.exec(engines.node)?.[1];
  if (oldest === undefined) throw new Error(`engines.node is ${engines.node}, and not like >=20.19`);
  return [`${oldest}.0`, ...LATER];
}

/** Installs that Node below `folder` and gives { node, version }: the path of its binary, and what it calls itself. */
export function installNode(wanted, folder) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const home = join(folder, `node-${wanted}`);
  mkdirSync(home);
  writeFileSync(join(home, "package.json"), '{ "private": true }');
  const options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--silent"];
  npm(["install", ...options, `${name}@${wanted}`], { node: process.execPath, cwd: home });
  const node = join(home, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  return { node, version: must(node, ["--version"], { cwd: home, env: {} }).trim() };
}
