import type { Verb } from "./command.js";

/** Every verb, in the order of help. Only the one that runs is loaded. */
export const VERBS: readonly Verb[] = [
  { name: "init", summary: "make a store", load: async () => (await import("./commands/init.js")).init },
  { name: "put", summary: "store a secret", load: async () => (await import("./commands/put.js")).put },
  { name: "get", summary: "print a secret", load: async () => (await import("./commands/get.js")).get },
  { name: "list", summary: "list the names of secrets", load: async () => (await import("./commands/list.js")).list },
  { name: "delete", summary: "delete secrets", load: async () => (await import("./commands/delete.js")).deleteSecrets },
  {
    name: "promote",
    summary: "make staged versions current",
    load: async () => (await import("./commands/promote.js")).promote,
  },
  {
    name: "history",
    summary: "the versions of a secret",
    load: async () => (await import("./commands/history.js")).history,
  },
  { name: "log", summary: "the commits of a namespace", load: async () => (await import("./commands/log.js")).log },
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
