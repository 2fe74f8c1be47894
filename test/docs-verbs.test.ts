import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Command } from "../src/cli/command.js";
import { VERBS } from "../src/cli/command-table.js";
import { ROOT } from "./docs/page.js";
import { BEFORE, SCENES, type Scene } from "./docs/scenes.js";
import { quote, Session } from "./docs/session.js";
import { renderVerbsPage } from "./docs/verbs-page.js";
import { canStartSession, type DesktopSession, startSession } from "./secret-service.js";

it("docs/VERBS.md is what `npm run docs` writes", async () => {
  expect(readFileSync(join(ROOT, "docs/VERBS.md"), "utf8")).toBe(await renderVerbsPage(VERBS));
});

it("every verb has a scene for its examples, and no other", () => {
  expect(Object.keys(SCENES).sort()).toEqual(VERBS.map(({ name }) => name).sort());
});

describe("the examples", () => {
  let session: Session;
  let desktop: DesktopSession | null = null;
  beforeAll(async () => {
    session = new Session();
    desktop = canStartSession() ? await startSession() : null;
    for (const [name, value] of Object.entries(desktop?.env ?? {})) await session.run(`export ${name}=${quote(value)}`);
    await must(BEFORE);
  });
  afterAll(async () => {
    session.close();
    await desktop?.stop();
  });

  /** Runs it, and throws unless it ends well. */
  async function must(line: string, typed: Scene["typed"] = []): Promise<string> {
    const { output, code } = await session.run(line, typed);
    if (code !== 0) throw new Error(`ended with ${code}: ${line}\n${output}`);
    return output;
  }

  it.each(VERBS)("of $name can be run, and its JSON has the fields that help tells", async ({ name, load }) => {
    const command = await load();
    const { before = "", fill = {}, typed, json } = SCENES[name] ?? {};
    await must(before);
    const lines = command.examples.map(([example]) => filled(example, fill));
    for (const line of lines.filter((each) => desktop !== null || !each.includes("keychain:"))) {
      await must(
        line,
        typed?.some(([prompt]) => line.endsWith(prompt.replace(/^value of (.*): $/, " $1"))) ? typed : [],
      );
    }
    if (json !== null) expect(fieldsOf(await must(`${json ?? lines[0]} --json 2>/dev/null`))).toEqual(command.json);
    else expect(command.json).toBeUndefined();
  });
});

function filled(example: string, fill: NonNullable<Scene["fill"]>): string {
  return Object.entries(fill).reduce((line, [open, real]) => line.replace(open, real), example);
}

function fieldsOf(output: string): Command["json"] {
  const document: unknown = JSON.parse(output);
  return typeof document === "object" && document !== null ? Object.keys(document) : [];
}
