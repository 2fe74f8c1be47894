// `npm run demo`: what working with Coffer looks like, in a temporary home, with the built command. Leaves nothing behind.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COFFER = join(ROOT, "dist/cli/coffer.cjs");

const ENV_FILE = `# what a service needs
DATABASE_URL=postgres://billing:kX7%23pq@db.internal:5432/billing
STRIPE_SECRET_KEY=sk_test_4eC39HqLyjWDarjtT1zdp7dc
SESSION_SECRET="two words, and a # that is no comment"
SMTP_PASSWORD='quo"ted'
`;

const PROGRAM = `for (const name of ["DATABASE_URL", "STRIPE_SECRET_KEY", "SESSION_SECRET", "SMTP_PASSWORD"]) {
  const value = process.env[name];
  console.log(name.padEnd(18), value === undefined ? "-" : value.slice(0, 2) + "*".repeat(value.length - 2));
}
`;

build();
const home = mkdtempSync(join(tmpdir(), "coffer-demo-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
demo();

function demo() {
  writeFileSync(join(home, ".env"), ENV_FILE);
  writeFileSync(join(home, "server.mjs"), PROGRAM);

  tell("A store, and the master key that opens it. Both are files here; nothing leaves this machine.");
  coffer("init");

  tell("The .env file of a service goes in, as one commit. From here on no plain text need lie around.");
  coffer("import prod/billing/ .env -m 'from the old .env'");
  coffer("list --long");

  tell("A program starts with exactly these secrets in its environment. (It masks them itself.)");
  coffer("exec prod/billing/ -- node server.mjs");

  tell("A value changes: from stdin, so that it shows up in no history and no process list.");
  coffer("put prod/billing/SMTP_PASSWORD -m 'rotated'", "a-better-password");
  coffer("exec prod/billing/ --only SMTP_PASSWORD -- node server.mjs");

  tell("Nothing is lost: every version, who made it, when and why.");
  coffer("history prod/billing/SMTP_PASSWORD");
  coffer("get prod/billing/SMTP_PASSWORD --version 1");

  tell("And it can be checked, from the last commit back to the first.");
  coffer("verify");

  console.log(`
That is all. To go on for real:

  npm install --global .               puts \`coffer\` on your PATH
  coffer init                          makes a store in your own home
  coffer import prod/billing/ .env     brings your secrets in
  coffer help                          shows the rest
`);
}

function tell(text) {
  console.log(`\n# ${text}`);
}

function coffer(line, stdin) {
  console.log(stdin === undefined ? `\n$ coffer ${line}` : `\n$ printf %s '${stdin}' | coffer ${line}`);
  const args = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  const { PATH } = process.env;
  const { status, error } = spawnSync(process.execPath, [COFFER, ...args], {
    cwd: home,
    env: { PATH, HOME: home, USERPROFILE: home },
    input: stdin,
    stdio: [stdin === undefined ? "ignore" : "pipe", "inherit", "inherit"],
  });
  if (args[0] === "get") console.log();
  if (status === 0) return;
  console.error(`\ndemo: that should have worked (${error?.message ?? `exit ${status}`})`);
  process.exit(1);
}

function build() {
  if (existsSync(COFFER)) return;
  console.log("Building first …");
  const { status, stdout, stderr } = spawnSync("npm", ["run", "--silent", "build"], { cwd: ROOT, shell: true });
  if (status === 0) return;
  process.stderr.write(Buffer.concat([stdout, stderr]));
  process.exit(1);
}
