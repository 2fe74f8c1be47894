import { decodeUtf8 } from "../core/bytes.js";
import { quote } from "../core/name.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";

// Strings, the signs between values, and everything else that stands together. Only used on text that is JSON.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/**
 * One field of a value that is a JSON object: the text of a string, and for everything else the JSON as it is written there, so that
 * a long number keeps all its digits. Throws `INVALID` where the value is no JSON object or has the field twice, `NOT_FOUND`. No message holds a value.
 */
export function readJsonField(value: Sensitive, field: string): Sensitive {
  const text = decodeUtf8(value.reveal());
  const object = text === null ? null : parseObject(text);
  if (text === null || object === null) {
    throw new CofferError("INVALID", "the value is no JSON object, so it has no fields", {
      hint: "leave --field out to read it whole",
    });
  }
  const spans = findFields(text).filter(({ name }) => name === field);
  const [span] = spans;
  if (span === undefined) throw new CofferError("NOT_FOUND", `the value has no field ${quote(field)}`);
  if (spans.length > 1) throw new CofferError("INVALID", `the value has the field ${quote(field)} twice`);
  const raw = text.slice(span.start, span.end);
  return Sensitive.fromText(raw.startsWith('"') ? String(JSON.parse(raw)) : raw);
}

function parseObject(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null; // The message would repeat the value.
  }
}

/** The fields of the outermost object, and where their values stand. */
function findFields(text: string): { name: string; start: number; end: number }[] {
  const fields: { name: string; start: number; end: number }[] = [];
  let depth = 0;
  let name: string | null = null;
  let start = -1;
  let end = -1;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const ends = depth === 1 && (token === "," || token === "}");
    if (ends && name !== null) {
      fields.push({ name, start, end });
      name = null;
    }
    if (token === "{" || token === "[") depth++;
    if (depth === 1 && name === null && token.startsWith('"')) {
      name = String(JSON.parse(token));
      start = -1;
    } else if (name !== null && start === -1 && token !== ":") {
      start = index;
    }
    end = index + token.length;
    if (token === "}" || token === "]") depth--;
  }
  return fields;
}
