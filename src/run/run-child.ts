import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { constants } from "node:os";
import { CofferError } from "../errors.js";
import { type ChildFile, type MadeFiles, makeChildFiles } from "./child-files.js";
import { findCommand, notExecutable } from "./find-command.js";
import { forwardSignals } from "./forward-signals.js";
import type { Ended, NotStarted, Outcome } from "./outcome.js";
import { isTerminal } from "./terminal.js";

export interface ChildOptions {
  /** Looked up in the PATH of this process, not in that of `env`. */
  readonly command: string;
  /** What is looked up instead, where the program is to be told another name (`command`) than the one that it is found by. */
  readonly program?: string;
  /** Handed over byte for byte; no shell ever sees them. */
  readonly args: readonly string[];
  /** All that the child's environment holds. */
  readonly env: Readonly<Record<string, string>>;
  /** This process's own stdin, stdout and stderr unless said otherwise. */
  readonly stdio?: StdioOptions;
  /**
   * Files made for the child when the command is found, and removed when it has ended or could not be started; those
   * without a path are its descriptors, numbered on behind those of `stdio`.
   */
  readonly files?: readonly ChildFile[];
  readonly cwd?: string;
  /** Whether a terminal sends its signals to the child as well; found out from stdin, stdout and stderr unless said. */
  readonly terminal?: boolean;
}

/** A child that runs. Until it ends, this process hands its signals on to it and does not die of them. */
export interface RunningChild {
  readonly kind: "running";
  readonly pid: number;
  /**
   * The streams of those `stdio` that are pipes, else null. Read them at once: what nobody reads is dropped when the
   * child ends.
   */
  readonly stdio: ChildProcess["stdio"];
  /** Never rejects. */
  readonly ended: Promise<Ended>;
  /** Sends a signal to the child alone; false when it is too late, or not permitted. */
  send(signal: NodeJS.Signals): boolean;
  /**
   * Puts other bytes into the one of `files` that is at this path, at one instant. False where the child has removed or replaced it. Throws
   * `FAILED`.
   */
  replaceFile(path: string, bytes: Uint8Array): boolean;
}

/**
 * Runs a command to its end. Signals are handed on to it: none that arrives after this call is lost, and none ends
 * this process first.
 *
 * A child that dies of a signal gives 128 and its number as `code`, to be ended with by an ordinary exit. Raising the
 * signal again would look the same to `$?`, but do nothing as PID 1, show scripts without a shell something else than
 * 128+n, and for SIGSEGV or SIGQUIT write a core file of a process that held secrets. (A systemd unit that wants 143
 * to be a clean end says `SuccessExitStatus=143`.) What Node does not tell: a child that died of a real-time signal
 * looks as if it had exited with 0.
 *
 * The child's end is the end, though programs that it has started may still write to what they share with us.
 *
 * Throws `FAILED` when the system has no room for another process, or the arguments and the environment are too long
 * for it, or one of `files` cannot be made; `CONFLICT` when there is something at its path.
 */
export async function runChild(options: ChildOptions): Promise<Outcome> {
  const child = await startChild(options);
  return child.kind === "running" ? child.ended : child;
}

/**
 * Starts a command and hands out the running child: for those who read its streams or signal it themselves. Otherwise
 * as `runChild`.
 */
export async function startChild(options: ChildOptions): Promise<RunningChild | NotStarted> {
  const { command, program = command, cwd = process.cwd(), terminal = sharesTerminal() } = options;
  const { platform } = process;
  const found = findCommand(program, { path: process.env.PATH, cwd, platform });
  if (found.kind !== "found") return found;
  const files = makeChildFiles(options.files ?? []);
  // Listening begins before there is a child. Signals are delivered between two turns of the event loop and `spawn`
  // is one call, so whatever came in between finds the child there.
  let child: ChildProcess | null = null;
  const stopForwarding = forwardSignals((signal) => child?.kill(signal), { terminal, platform });
  // In this order: as long as signals are handed on, none can end us and leave the files.
  const cleanUp = (): string[] => {
    const left = files.remove();
    stopForwarding();
    return left;
  };
  try {
    child = spawnFile(found.file, options, files.descriptors);
    return await running(child, files, cleanUp);
  } catch (error) {
    cleanUp();
    return whyNotStarted(command, error);
  } finally {
    files.close();
  }
}

function sharesTerminal(): boolean {
  return [0, 1, 2].some(isTerminal);
}

function spawnFile(
  file: string,
  { command, args, env, stdio = "inherit", cwd }: ChildOptions,
  descriptors: readonly number[],
): ChildProcess {
  const standard = typeof stdio === "string" ? [stdio, stdio, stdio] : stdio;
  // Node copies this variable of its own into every child that does not have it, unless it is there and undefined.
  const exactly: NodeJS.ProcessEnv = { NODE_V8_COVERAGE: undefined, ...env };
  const all = [...standard, ...descriptors];
  return spawn(file, args, { argv0: command, env: exactly, stdio: all, ...(cwd === undefined ? {} : { cwd }) });
}

/** Resolves once the child runs; rejects with Node's error if it could not be started. */
function running(child: ChildProcess, files: MadeFiles, cleanUp: () => string[]): Promise<RunningChild> {
  const ended = new Promise<Ended>((resolve) => {
    child.once("exit", (code, signal) => {
      const left = cleanUp();
      resolve({ ...toEnded(code, signal), ...(left.length === 0 ? {} : { left }) });
    });
  });
  return new Promise((resolve, reject) => {
    // It stays for good: a signal that may not be sent (the child became another user) is an "error" event too.
    child.on("error", reject);
    child.once("spawn", () => {
      const { pid = 0, stdio } = child;
      const send = (signal: NodeJS.Signals): boolean => child.kill(signal);
      resolve({ kind: "running", pid, stdio, ended, send, replaceFile: files.replace });
    });
  });
}

function toEnded(code: number | null, signal: NodeJS.Signals | null): Ended {
  if (signal === null) return { kind: "exited", code: code ?? 0 };
  return { kind: "signalled", code: 128 + constants.signals[signal], signal };
}

/**
 * For errors of a file that was found: returns what makes it no program, throws what is our own or the system's
 * trouble.
 */
function whyNotStarted(command: string, error: unknown): NotStarted {
  // No `cause` here: Node's errors carry the arguments, and for a NUL byte the environment's value.
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  const what = `cannot run ${JSON.stringify(command)}`;
  switch (code) {
    case "ENOENT":
      return notExecutable(command, "its interpreter, or the working folder, does not exist", "see its first line");
    case "ERR_INVALID_ARG_VALUE":
      throw new CofferError("USAGE", `${what}: an argument or a variable holds a NUL byte`);
    case "E2BIG":
      throw new CofferError("FAILED", `${what}: its arguments and environment are too long for this system`, {
        hint: "hand over fewer secrets with `--only`, or large ones with `--as-file NAME=PATH`",
      });
    case "EAGAIN":
    case "ENOMEM":
    case "EMFILE":
    case "ENFILE":
      throw new CofferError("FAILED", `${what}: the system has no room for another process (${code})`);
    default:
      return notExecutable(command, `the system refuses it (${code})`);
  }
}
