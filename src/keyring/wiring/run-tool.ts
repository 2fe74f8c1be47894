import { execFile } from "node:child_process";
import { CofferError } from "../../errors.js";
import type { Step, WiringDesk } from "./wiring.js";

export interface ToolAnswer {
  readonly code: number;
  readonly stdout: string;
}

/** Runs a program's own tool. Throws `NOT_FOUND` where there is none on the PATH. */
export function askTool({ env }: WiringDesk, command: string, args: readonly string[]): Promise<ToolAnswer> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], { env: { ...env }, encoding: "utf8" }, (error, stdout) => {
      if (error === null) return resolve({ code: 0, stdout });
      if (typeof error.code === "number") return resolve({ code: error.code, stdout });
      reject(
        new CofferError("NOT_FOUND", `${command} cannot be run`, {
          hint: `is it installed, and on the PATH?`,
          cause: error,
        }),
      );
    });
  });
}

/** Such a call as a step. What it says on a failure is its own business; that it failed is told. */
export function toolStep(desk: WiringDesk, command: string, ...args: readonly string[]): Step {
  const shown = [command, ...args].map(quoted).join(" ");
  return {
    shown,
    act: async () => {
      const { code } = await askTool(desk, command, args);
      if (code !== 0) throw new CofferError("FAILED", `${shown}: ended with ${code}`);
    },
  };
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_./=:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
