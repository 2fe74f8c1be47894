import { basename, dirname } from "node:path";
import type { Task } from "../command.js";
import { say } from "./render.js";

// Looking through a large .gitignore takes a few milliseconds.
const MAX_MS = 5_000;

/** Says so where git would take the file into the next commit of everything. Never fails, and says nothing where git is not there. */
export async function warnOfCommit(task: Task, file: string): Promise<void> {
  if (await wouldCommit(task, file)) await say(task, `git would commit ${file}: add it to .gitignore`);
}

async function wouldCommit({ world: { env, signal } }: Task, file: string): Promise<boolean> {
  const { execFile } = await import("node:child_process");
  const kept = ["PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT"].map((name) => [name, env[name]]);
  // A repository's own settings may name a program to ask for changes.
  const args = ["-c", "core.fsmonitor=false", "check-ignore", "--quiet", "--", basename(file)];
  return new Promise((resolve) => {
    const options = { cwd: dirname(file), env: Object.fromEntries(kept), timeout: MAX_MS, signal };
    // 0: ignored. 1: not ignored. 128: no work tree here.
    execFile("git", args, options, (error) => resolve(error !== null && error.code === 1));
  });
}
