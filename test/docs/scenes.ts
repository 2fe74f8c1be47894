/** What has to be there so that the examples of a verb can be run as they stand in its help and in docs/VERBS.md. */
export interface Scene {
  /** Shell, run before the examples. */
  readonly before?: string;
  /** Words that an example leaves open or that only another shell knows, and what is run in their place. */
  readonly fill?: Readonly<Record<string, string>>;
  /** What is typed where an example asks. */
  readonly typed?: readonly (readonly [prompt: string, answer: string])[];
  /** The command whose JSON has the fields that help tells; else the first example. Null where a verb has none. */
  readonly json?: string | null;
}

/** Before all: one store, in which the examples of all verbs happen one after the other, in the order of help. */
export const BEFORE = `
mkdir billing && cd billing
openssl genrsa -out key.pem 2048 2>/dev/null
printf '%s\\n' DB_URL=postgres://billing:kX7@db/billing TOKEN=t-4eC39Hq > .env
printf '%s\\n' 'console.log(process.env.DB_URL)' > server.js
printf '%s\\n' '{ "scripts": { "start": "node server.js" } }' > package.json
`;

const PROJECT = "printf '%s\\n' 'exec = [\"prod/billing/\"]' > coffer.toml; coffer trust -q";

// A commit's id is another one each time.
const headOf = (namespace: string): string =>
  `$(coffer log ${namespace} --no-key --limit 1 --json | grep -o 'c[0-9a-f]\\{64\\}' | head -n 1)`;
const FIRST_SUBMISSION = "$(coffer inbox prod/billing/ --json | grep -o 's[0-9a-f]\\{32\\}' | head -n 1)";
const KMS =
  "-s s3://secrets/coffer -k aws-kms:arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

// A terminal of its own, for what only runs at one.
const AT_TERMINAL = "python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'";

/** One for each verb, in the order of help. */
export const SCENES: Readonly<Record<string, Scene>> = {
  init: {
    before: "mkdir -p /home/ben",
    fill: { "coffer init -k keychain:": "HOME=/home/ben coffer init -k keychain:" },
  },
  put: {
    before: "printf t-1 > token.txt",
    typed: [
      ["value of prod/billing/DB_URL: ", "postgres://billing:nW4@db/billing"],
      ["once more: ", "postgres://billing:nW4@db/billing"],
    ],
    json: "coffer put prod/billing/TOKEN t-1",
  },
  generate: {},
  get: {},
  list: {},
  delete: {
    before: "printf x | coffer put -q prod/billing/OLD_URL; printf x | coffer put -q prod/billing/LEGACY_KEY",
    json: "coffer delete prod/billing/NONE --missing-ok",
  },
  promote: {
    before: "printf postgres://next | coffer put -q prod/billing/DB_URL --stage next",
    json: "coffer put -q prod/billing/DB_URL postgres://next --stage next && coffer promote prod/billing/ --stage next",
  },
  inbox: {
    before: "for name in A B; do printf x | coffer put -q prod/billing/$name --submit; done",
    fill: { "3f9c02d1": FIRST_SUBMISSION, "51e0aa7c": FIRST_SUBMISSION },
  },
  history: {},
  log: {},
  diff: {
    before: "coffer export prod/billing/ --only DB_URL | coffer import -q staging/billing/ --from dotenv",
    fill: { "--exit-code": "--exit-code; test $? = 1" },
  },
  rollback: { fill: { "2026-05-04": headOf("prod/billing/") } },
  purge: {
    before: "printf x | coffer put -q prod/billing/OLD_KEY",
    json: "coffer purge prod/billing/ --older-than 365d -y",
  },
  edit: {
    before: "export EDITOR=true",
    fill: { "EDITOR='code --wait' ": "", "coffer edit": `${AT_TERMINAL} coffer edit` },
    json: `${AT_TERMINAL} coffer edit prod/billing/`,
  },
  // No cluster is asked: what it would say, and take, is in the pipe.
  import: { fill: { "kubectl get secret billing -o yaml": "coffer export prod/billing/ --for k8s" } },
  export: { fill: { " | kubectl apply -f -": " > secret.yaml" }, json: null },
  copy: {
    before: `
      coffer init -q -s folder:/srv/older && printf x | coffer put -q -s folder:/srv/older /app.db
      coffer init -q -p backup -s folder:/srv/backup -k key-file:/etc/backup.key`,
    fill: { "creds3://old-bucket": "folder:/srv/older" },
  },
  render: { before: `printf '%s\\n' 'url = {{ coffer "prod/billing/DB_URL" }}' > app.conf.tmpl`, json: null },
  exec: { before: PROJECT, json: null },
  verify: { before: "rm coffer.toml" },
  accept: { fill: { "c0123…": headOf("prod/billing/") } },
  "rotate-key": {
    before: `
      printf env=prod > contexts.txt
      coffer init -q -s folder:/srv/other -k key-file:/etc/new.key
      cp -p ~/.config/coffer/master.key /etc/old.key`,
    json: "coffer rotate-key --all -k key-file:/etc/new.key --dry-run",
  },
  recover: {
    before: `
      cp -p /etc/new.key ~/.config/coffer/master.key
      (umask 077; coffer init -q -p safe --recovery > recovery.txt)
      export COFFER_PROFILE=safe
      coffer rotate-key -q --all`,
    fill: { "c0123…": `${headOf("prod/")} < recovery.txt` },
    json: "coffer recover prod/ --identity recovery.txt --to key-file:/etc/new.key",
  },
  // AWS is not here: what these make is in test/aws/setup.test.ts.
  setup: {
    fill: { "team -s s3://acme-secrets/team -k aws-kms:alias/coffer": "eu -s folder:/srv/eu -k key-file:/etc/eu.key" },
    json: "coffer setup --dry-run -p us -s folder:/srv/us -k key-file:/etc/us.key",
  },
  doctor: {},
  completion: {
    before: "unset COFFER_PROFILE; mkdir -p ~/.config/fish/completions",
    fill: {
      "source <(coffer completion zsh)": "coffer completion zsh | zsh -n",
      " | Out-String | Invoke-Expression": " > completion.ps1",
    },
    json: null,
  },
  profile: { before: "rm -f ~/.config/coffer/config.toml", json: "coffer profile list" },
  config: {},
  trust: {
    before: `
      mkdir -p ~/src/billing
      printf '%s\\n' 'exec = ["prod/"]' | tee coffer.toml > ~/src/billing/coffer.toml
      coffer trust -q ~/src/billing`,
  },
  policy: {
    before: `export COFFER_STORE_ID=AAAAAAAAAAAAAAAAAAAAAA`,
    fill: { "coffer policy": `coffer policy ${KMS}`, ARN: "arn:aws:iam::111122223333:role/billing" },
    json: null,
  },
  as: { before: "unset COFFER_STORE_ID", json: null },
  link: {},
  helper: { json: "coffer helper install git" },
  help: { json: null },
};
