import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const UNLOCK = "printf words | gnome-keyring-daemon --unlock --components=secrets";
const LOGIN = "/org/freedesktop/secrets/collection/login";
const LOCK = `dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock array:objpath:${LOGIN}`;

export interface DesktopSession {
  /** What leads a program to it. */
  readonly env: Readonly<Record<string, string>>;
  lock(): void;
  stop(): Promise<void>;
}

/** True where sessions can be started. Else one loud line: the caller skips. */
export function canStartSession(): boolean {
  const missing = ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"].filter((command) => !isInstalled(command));
  if (missing.length === 0) return true;
  process.stderr.write(
    `\n*** SKIPPED: the tests of the keychain: no ${missing.join(", no ")} (Debian: apt-get install gnome-keyring dbus) ***\n\n`,
  );
  return false;
}

/** A desktop session with a message bus and a keychain of its own, which ends when this process does. */
export async function startSession(state: "open" | "bare" = "open"): Promise<DesktopSession> {
  const home = mkdtempSync(join(tmpdir(), "coffer-session-"));
  const runtime = join(home, "run");
  mkdirSync(runtime, { mode: 0o700 });
  const begin = state === "open" ? UNLOCK : "gnome-keyring-daemon --start --components=secrets";
  // The session lasts as long as its shell, and that as long as the pipe to us.
  const script = `${begin} >/dev/null; echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat`;
  const own = { PATH: process.env.PATH ?? "", HOME: home, XDG_RUNTIME_DIR: runtime };
  const shell = spawn("dbus-run-session", ["--", "sh", "-c", script], { env: own, stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<void>((resolve, reject) => shell.once("error", reject).once("close", () => resolve()));
  const env = { DBUS_SESSION_BUS_ADDRESS: await firstLine(shell.stdout) };
  return {
    env,
    lock: () => {
      const { status, stderr } = spawnSync("sh", ["-c", LOCK], { env: { ...own, ...env }, encoding: "utf8" });
      if (status !== 0) throw new Error(`the keychain was not locked: ${stderr}`);
    },
    stop: async () => {
      shell.stdin.end();
      await ended;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line;
  throw new Error("the session did not start");
}

function isInstalled(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status === 0;
}
