const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * The members of a JSON object in the order of the text, in which `JSON.parse` does not keep names that are numbers; of equal names the last one counts, in the place of the first. Null for
 * anything else.
 */
export function readMembers(text: string): ReadonlyMap<string, unknown> | null {
  const object = parse(text);
  if (typeof object !== "object" || object === null || Array.isArray(object)) return null;
  const members = new Map<string, unknown>();
  // It is JSON, so a text in the outermost object that a colon follows is a name.
  const tokens = text.match(TOKEN) ?? [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    const name = depth === 1 && tokens[index + 1] === ":" ? parse(token) : undefined;
    if (typeof name === "string") members.set(name, Reflect.get(object, name));
  }
  return members;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
