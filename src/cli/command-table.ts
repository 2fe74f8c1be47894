import type { Verb } from "./command.js";

/** Every verb, in the order of help. Only the one that runs is loaded. */
export const VERBS: readonly Verb[] = [
  { name: "init", summary: "make a store", load: async () => (await import("./commands/init.js")).init },
  { name: "put", summary: "store a secret", load: async () => (await import("./commands/put.js")).put },
  {
    name: "generate",
    summary: "make a random secret and store it unseen",
    load: async () => (await import("./commands/generate.js")).generate,
  },
  { name: "get", summary: "print a secret", load: async () => (await import("./commands/get.js")).get },
  { name: "list", summary: "list the names of secrets", load: async () => (await import("./commands/list.js")).list },
  { name: "delete", summary: "delete secrets", load: async () => (await import("./commands/delete.js")).deleteSecrets },
  {
    name: "promote",
    summary: "make staged versions current",
    load: async () => (await import("./commands/promote.js")).promote,
  },
  {
    name: "inbox",
    summary: "what was handed in: see, accept or reject it",
    load: async () => (await import("./commands/inbox.js")).inbox,
  },
  {
    name: "history",
    summary: "the versions of a secret",
    load: async () => (await import("./commands/history.js")).history,
  },
  { name: "log", summary: "the commits of a namespace", load: async () => (await import("./commands/log.js")).log },
  {
    name: "diff",
    summary: "what differs between two states",
    load: async () => (await import("./commands/diff.js")).diff,
  },
  {
    name: "rollback",
    summary: "bring back what was there before",
    load: async () => (await import("./commands/rollback.js")).rollback,
  },
  {
    name: "purge",
    summary: "destroy versions for good",
    load: async () => (await import("./commands/purge.js")).purge,
  },
  {
    name: "edit",
    summary: "change a namespace in an editor",
    load: async () => (await import("./commands/edit.js")).edit,
  },
  {
    name: "import",
    summary: "store the variables of a file, in one commit",
    load: async () => (await import("./commands/import.js")).importFile,
  },
  {
    name: "export",
    summary: "print the secrets of namespaces as a file",
    load: async () => (await import("./commands/export.js")).exportFile,
  },
  {
    name: "copy",
    summary: "from one store or namespace to another, with all versions if wanted",
    load: async () => (await import("./commands/copy.js")).copy,
  },
  {
    name: "render",
    summary: "fill a template with secrets",
    load: async () => (await import("./commands/render.js")).render,
  },
  {
    name: "exec",
    summary: "start a program with secrets in its environment",
    load: async () => (await import("./commands/exec.js")).exec,
  },
  {
    name: "verify",
    summary: "check that everything is as it was written",
    load: async () => (await import("./commands/verify.js")).verify,
  },
  {
    name: "accept",
    summary: "trust a namespace's head after it went back",
    load: async () => (await import("./commands/accept.js")).accept,
  },
  {
    name: "rotate-key",
    summary: "new data keys; add or drop a master key",
    load: async () => (await import("./commands/rotate-key.js")).rotateKey,
  },
  {
    name: "recover",
    summary: "a new master key for one that is lost",
    load: async () => (await import("./commands/recover.js")).recover,
  },
  {
    name: "setup",
    summary: "make what a store in AWS needs",
    load: async () => (await import("./commands/setup.js")).setup,
  },
  {
    name: "doctor",
    summary: "see whether everything is in order",
    load: async () => (await import("./commands/doctor.js")).doctor,
  },
  {
    name: "completion",
    summary: "let a shell complete what is typed",
    load: async () => (await import("./commands/completion.js")).completion,
  },
  {
    name: "profile",
    summary: "names for stores and how to reach them",
    load: async () => (await import("./commands/profile.js")).profile,
  },
  {
    name: "config",
    summary: "show the settings, and where each comes from",
    load: async () => (await import("./commands/config.js")).config,
  },
  {
    name: "trust",
    summary: "let a project's coffer.toml count",
    load: async () => (await import("./commands/trust.js")).trust,
  },
  {
    name: "policy",
    summary: "print what a role needs in AWS, and nothing else",
    load: async () => (await import("./commands/policy.js")).policy,
  },
  {
    name: "as",
    summary: "answer as another tool does, on its data",
    load: async () => (await import("./commands/as.js")).as,
  },
  {
    name: "link",
    summary: "make a tool's own name mean Coffer",
    load: async () => (await import("./commands/link.js")).link,
  },
  {
    name: "helper",
    summary: "have git, docker, pip, cargo or AWS ask Coffer",
    load: async () => (await import("./commands/helper.js")).helper,
  },
  { name: "help", summary: "explain a verb", load: async () => (await import("./commands/help.js")).help },
];

/** What programs of ours ask and no person types: in no help, and no setting is looked at for it. */
export const HIDDEN_VERBS: readonly Verb[] = [
  {
    name: "__complete",
    summary: "answer a shell",
    load: async () => (await import("./commands/complete.js")).complete,
  },
];
