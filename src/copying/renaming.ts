import { quote } from "../core/name.js";
import { CofferError } from "../errors.js";

/** A new name for what matches as a whole; null for what does not. */
export type Renaming = (path: string) => string | null;

/**
 * Reads `RE=REPL`: a regular expression of JavaScript (with Unicode) over a whole path, and what stands in its place, with `$1` and `$<name>`. The last `=` divides them,
 * so that the expression may have some. Throws `USAGE`.
 */
export function parseRenaming(typed: string): Renaming {
  const equals = typed.lastIndexOf("=");
  if (equals <= 0) throw new CofferError("USAGE", `--map ${quote(typed)} is not RE=REPL`, { hint: HINT });
  const whole = compile(typed.slice(0, equals));
  const replacement = typed.slice(equals + 1);
  return (path) => (whole.test(path) ? path.replace(whole, replacement) : null);
}

/** The first of several that matches counts; what none matches keeps its path. */
export function renameByFirst(renamings: readonly Renaming[]): (path: string) => string {
  return (path) => {
    for (const rename of renamings) {
      const renamed = rename(path);
      if (renamed !== null) return renamed;
    }
    return path;
  };
}

const HINT = "for instance 'app\\.(.*)=prod/app/$1'";

function compile(expression: string): RegExp {
  try {
    // Alone first: what is no expression by itself must not become one between the brackets.
    new RegExp(expression, "u");
    return new RegExp(`^(?:${expression})$`, "u");
  } catch (cause) {
    throw new CofferError("USAGE", `${quote(expression)} is no regular expression`, { hint: HINT, cause });
  }
}
