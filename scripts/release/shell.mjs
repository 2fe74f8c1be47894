// Running things, so that a failure says what was run and what it answered.
import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";

/** Throws unless the program ends with `code`; gives its stdout as it came. */
export function must(command, args, { cwd, env, input, code = 0, shell = false }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, input, shell, encoding: "utf8" });
  if (error === undefined && status === code) return stdout;
  const outcome = error?.message ?? `exit ${status} and not ${code}`;
  throw new Error(`${[command, ...args].join(" ")}: ${outcome}\n${stdout}${stderr}`.trimEnd());
}

/** npm under the Node at this path. */
export function npm(line, { node, cwd, without = [] }) {
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  const [command, ...args] = [...without, "npm", ...line];
  // On Windows npm is a batch file, which only a shell starts.
  return must(command, args, { cwd, env, shell: process.platform === "win32" });
}

/** What to write before a command so that it has no network; null where the system does not let us. */
export function findNetworkCut() {
  if (process.platform !== "linux") return null;
  const ways = [
    ["unshare", "--net"],
    ["unshare", "--map-root-user", "--net"],
  ];
  return ways.find(([command, ...args]) => spawnSync(command, [...args, "true"]).status === 0) ?? null;
}
