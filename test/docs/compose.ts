import type { Block } from "./page.js";
import { quote } from "./session.js";
import { runAside, type Stage } from "./stage.js";

interface Service {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets?: Readonly<Record<string, { readonly file?: string }>>;
}

/** Each service is started as it would be in its container, with its variables, and its secrets where the engine puts them. */
export async function checkCompose(document: unknown, { line }: Block, stage: Stage): Promise<void> {
  // Parsed text of our own page: what is not as compose has it fails below, and that is what this is for.
  const { services, secrets = {} } = document as Compose;
  for (const [name, { file }] of Object.entries(secrets)) {
    if (file === undefined) stage.report(line, `the secret ${name} names no file`);
    else await runAside(stage, line, `mkdir -p /run/secrets; cp -p ${quote(file)} /run/secrets/${name}`);
  }
  for (const { entrypoint = [], command = [], environment = {}, secrets: used = [] } of Object.values(services)) {
    for (const secret of used) if (!(secret in secrets)) stage.report(line, `there is no secret ${secret}`);
    const argv = [...entrypoint, ...command];
    if (argv.length > 0) await runAside(stage, line, argv.map(quote).join(" "), environment);
  }
}
