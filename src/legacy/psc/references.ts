import { CofferError } from "../../errors.js";
import { translatePattern } from "./python-pattern.js";

/** A variable whose value says `SECRET name`, and the parameter that it names. */
export interface Reference {
  readonly variable: string;
  readonly parameter: string;
}

/** What a value is by itself, where nobody has another pattern. */
export const DEFAULT_PATTERN = "SECRET (.+)";

/**
 * The variables whose whole value fits a pattern, of which the first group is the name of a parameter. Only names that a shell can export count, and a line in the
 * middle of a value does not. Throws `INVALID` for a pattern that cannot be (`translatePattern`), or that fits and names nothing.
 */
export function findReferences(
  env: Readonly<Record<string, string | undefined>>,
  pattern: string = DEFAULT_PATTERN,
): Reference[] {
  const expression = compile(pattern);
  return Object.entries(env).flatMap(([variable, value]) => {
    if (value === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) return [];
    const match = expression.exec(`${variable}=${value}`);
    if (match === null) return [];
    const [, name, parameter] = match;
    if (name === undefined || parameter === undefined) {
      throw new CofferError("INVALID", `the pattern fits ${variable}, but its first group names no parameter`, {
        hint: "put the part that is the parameter's name in parentheses",
      });
    }
    return [{ variable, parameter }];
  });
}

/** The whole as psc puts it together: an alternative at the top of the pattern is one of the whole. */
function compile(pattern: string): RegExp {
  const source = `^([A-Za-z_][A-Za-z0-9_]*)=${translatePattern(pattern)}$`;
  try {
    return new RegExp(source, "v");
  } catch (error) {
    throw new CofferError("INVALID", "the pattern is no regular expression", { cause: error });
  }
}
