import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "./page.js";
import { runAside, type Stage } from "./stage.js";

/** systemd's own look at the unit, where it is installed; then what the unit starts is started as systemd would. */
export async function checkUnit({ text, words, line }: Block, stage: Stage): Promise<void> {
  const unit = words[0]?.split("/").at(-1) ?? "";
  if (!unit.endsWith(".service"))
    return stage.report(line, "only services are known here: name it /etc/systemd/system/X.service");
  verify(unit, text, line, stage);
  const settings = text.split("\n").flatMap((each) => {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(each) ?? [];
    return name === "" ? [] : [[name, value] as const];
  });
  const all = (wanted: string): string[] => settings.filter(([name]) => name === wanted).map(([, value]) => value);
  const credentials = `/run/credentials/${unit}`;
  const given = all("LoadCredential").map((each) => each.split(":"));
  // 0440 is what systemd 254 and later shows, where the right to read is in an access list.
  const copies = given.map(([id, path]) => `install -D -m 0440 ${path} ${credentials}/${id}`);
  const variables = all("Environment").map((each) => each.replaceAll("%d", credentials).split("="));
  const env = {
    CREDENTIALS_DIRECTORY: credentials,
    ...Object.fromEntries(variables.map(([name = "", ...value]) => [name, value.join("=")])),
  };
  const folder = all("WorkingDirectory").map((each) => `cd ${each}`);
  await runAside(stage, line, [...copies, ...folder, ...all("ExecStart")].join("\n"), env);
}

function verify(unit: string, text: string, line: number, { session, report }: Stage): void {
  const folder = mkdtempSync(join(session.root, "unit-"));
  try {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, unit);
    writeFileSync(file, `${session.toReal(text)}\n`);
    const { error, stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", "--recursive-errors=no", file],
      { encoding: "utf8" },
    );
    if (error !== undefined) tellMissing();
    const said = `${stdout ?? ""}${stderr ?? ""}`.split("\n").filter((each) => each.includes(unit));
    if (said.length > 0) report(line, said.join("\n"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tellMissing(): void {
  process.stderr.write("\n*** SKIPPED: systemd's own look at units: systemd-analyze is not installed ***\n\n");
}
