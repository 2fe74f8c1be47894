import { quote } from "../../core/name.js";
import type { SecretStore } from "../../core/secret-store.js";
import { openNamedStore } from "../../settings/session.js";
import { once } from "../cloud/once.js";
import { openAwsOf } from "../cloud/open-cloud.js";
import type { Task } from "../command.js";
import { callLimit, hostOf } from "../session.js";
import { type Check, type CheckRow, ok, runCheck, wrong } from "./check.js";

/** A store in another format than ours, of which less can be asked. */
interface ForeignPatient {
  readonly task: Task;
  readonly url: string;
  readonly store: () => Promise<SecretStore>;
}

/** So many names are told; who has more puts these in order first. */
const TOLD = 10;

const CHECKS: readonly CheckRow<ForeignPatient>[] = [
  {
    id: "list",
    essential: true,
    async look({ task, store }) {
      let count = 0;
      const all = (await store()).list({ namespace: "", recursive: true }, callLimit(task));
      for await (const _ of all) count += 1;
      return ok(`${count} secrets can be listed`);
    },
  },
  {
    id: "latest",
    applies: ({ url }) => url.startsWith("creds3:"),
    async look({ task, url }) {
      const { findDisagreements } = await import("../../legacy/creds3/disagreements.js");
      const found = await findDisagreements(url, await openAwsOf(task), callLimit(task).signal);
      if (found.length === 0) return ok("of every secret the version stored last is the highest");
      const names = found
        .slice(0, TOLD)
        .map(({ name, latest, highest }) => `${quote(name)} (${latest}, not ${highest})`)
        .join(", ");
      const more = found.length > TOLD ? `, and ${found.length - TOLD} more` : "";
      return wrong(
        `the version stored last, which counts, is not the highest of: ${names}${more}`,
        "if the highest is meant, store its value once more as the next version",
      );
    },
  },
];

/** What `doctor` looks at in a store of another format. */
export async function checkForeignStore(task: Task, url: string): Promise<Check[]> {
  const store = once(() => openNamedStore(task, hostOf(task)));
  const patient = { task, url, store };
  try {
    const rows = CHECKS.filter(({ applies }) => applies?.(patient) ?? true);
    return await Promise.all(rows.map((row) => runCheck(row, patient)));
  } finally {
    await store().then(
      (opened) => opened.close(),
      () => {},
    );
  }
}
