import type { Block } from "./page.js";
import { quote } from "./session.js";
import { runAside, type Stage } from "./stage.js";

type Variables = Readonly<Record<string, string>>;

interface Workflow {
  readonly env?: Variables;
  readonly jobs: Readonly<Record<string, { readonly env?: Variables; readonly steps: readonly WorkflowStep[] }>>;
}

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Variables;
}

/** Every `run` of every job, in order, by bash as the runner starts it. The page's scene says what `secrets.X` is: in the variable `secret_X`. */
export async function checkWorkflow(document: unknown, { line }: Block, stage: Stage): Promise<void> {
  // Parsed text of our own page: what is not as GitHub has it fails below, and that is what this is for.
  const { env = {}, jobs } = document as Workflow;
  for (const job of Object.values(jobs)) {
    for (const step of job.steps) {
      if ((step.uses === undefined) === (step.run === undefined)) stage.report(line, "a step has `uses` or `run`");
      if (step.run === undefined) continue;
      const variables = { ...env, ...job.env, ...step.env };
      const shown = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, expand(String(value))]));
      const script = `export RUNNER_TEMP=/home/ann/runner-temp; mkdir -p "$RUNNER_TEMP"\nbash -eo pipefail -c ${quote(expand(step.run))}`;
      await runAside(stage, line, script, shown);
    }
  }
}

/** `${{ secrets.KEY }}` and `${{ runner.temp }}`, as text for a shell. */
function expand(text: string): string {
  return text
    .replace(/\$\{\{ secrets\.(\w+) \}\}/g, "$" + "{secret_$1?}")
    .replace(/\$\{\{ runner\.temp \}\}/g, "/home/ann/runner-temp");
}
