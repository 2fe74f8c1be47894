import type { World } from "../world.js";

/** What the command line of an older tool has around it. */
export interface ToolWorld extends World {
  /** Asks a person for a value without showing it; the prompt goes to stderr. Throws `INTERRUPTED`, and `USAGE` where nobody can be asked. */
  readonly askHidden: (prompt: string) => Promise<string>;
  /** Asks for the code that an MFA device of AWS shows. */
  readonly askMfaCode: (serial: string) => Promise<string>;
  /** To be called when AWS lets us wait. */
  readonly onSlow: () => void;
}

/** Runs one command line of an older tool; resolves to its exit code. */
export type RunTool = (args: readonly string[], world: ToolWorld) => Promise<number>;
