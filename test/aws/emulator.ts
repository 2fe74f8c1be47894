import { type ChildProcess, spawn } from "node:child_process";
import { findPython, type PythonNeed } from "../python.js";

const MOTO: PythonNeed = {
  tests: "all that needs AWS",
  statement: "import moto.server, flask; assert moto.__version__ == '5.2.1'",
  requirement: "moto[server]==5.2.1",
  folder: "moto-venv",
  variable: "COFFER_TEST_MOTO_PYTHON",
};

/** Ends when its stdin does, that is with us, however we end. */
const SERVE = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(["-H", "127.0.0.1", "-p", "0"])
`;

/** What answers as AWS does, and the way to get rid of it. */
export interface Emulator {
  /** `http://127.0.0.1:5000`, without a slash at the end. */
  readonly url: string;
  /** Other storage that S3's own requests are for. */
  readonly s3?: string;
  stop(): void;
}

/** How an emulator can be had here: started, or taken as the variable COFFER_TEST_AWS_ENDPOINT names it. */
export type EmulatorSource = ({ readonly url: string } | { readonly python: string }) & { readonly s3?: string };

/**
 * COFFER_TEST_AWS_ENDPOINT, else a Python with moto: the one that COFFER_TEST_MOTO_PYTHON names, python3 on PATH, or a virtual environment that is
 * made below node_modules. Null, and one loud line, where there is none of these; with `CI` set it throws instead. COFFER_TEST_S3_ENDPOINT names storage that takes the
 * emulator's place for S3 alone.
 */
export function findEmulator(env: NodeJS.ProcessEnv = process.env): EmulatorSource | null {
  const [named, storage] = [env.COFFER_TEST_AWS_ENDPOINT, env.COFFER_TEST_S3_ENDPOINT];
  const s3 = storage ? { s3: storage.replace(/\/+$/, "") } : {};
  if (named) return { url: named.replace(/\/+$/, ""), ...s3 };
  const python = findPython(MOTO, env);
  return python === null ? null : { python, ...s3 };
}

/** Starts what was found, and waits until it listens. */
export async function startEmulator(source: EmulatorSource): Promise<Emulator> {
  const s3 = source.s3 === undefined ? {} : { s3: source.s3 };
  if ("url" in source) return { url: source.url, ...s3, stop: () => {} };
  const child = spawn(source.python, ["-c", SERVE], { stdio: ["pipe", "ignore", "pipe"] });
  return { url: await untilListening(child), ...s3, stop: () => child.kill("SIGKILL") };
}

function untilListening(child: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      // It says more for each request, which nobody asks for.
      if (said.length > 10_000) return;
      said += chunk.toString("utf8");
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the emulator ended: ${said}`)));
  });
}
