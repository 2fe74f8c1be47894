import { type ChildProcess, spawn } from "node:child_process";
import { COFFER, type Desk } from "./desk.js";

/** The arguments with which `exec` runs a line of shell. */
export const sh = (line: string): string[] => ["--", "sh", "-c", line];

/** The command as a process that runs on, its stdout a pipe. */
export function spawnCoffer(desk: Desk, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [COFFER, ...args], {
    env: desk.env(),
    cwd: desk.home,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** What it has printed when that stands in it. */
export function waitFor(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve(output);
    });
    child.stdout?.once("end", () => reject(new Error(`ended, having printed ${JSON.stringify(output)}`)));
  });
}

/** Its exit code, or null if a signal ended it. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}
