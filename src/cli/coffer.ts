#!/usr/bin/env node
import { openProcessWorld } from "./process-world.js";
import { runCli } from "./run-cli.js";

const [, path = "", ...args] = process.argv;

// All output has been handed over when it resolves. Whatever is still open then (a pipe nobody closes) must not keep us.
void readArguments()
  .then((words) => runCli(words, openProcessWorld()))
  .then((code) => process.exit(code));

/** A link of a tool's name is that tool: see `coffer link`. */
async function readArguments(): Promise<readonly string[]> {
  if (/(^|[/\\])coffer(\.c?js)?$/.test(path)) return args;
  const { findToolByLink } = await import("./tool-table.js");
  const tool = findToolByLink(path);
  return tool === undefined ? args : ["as", tool.name, ...args];
}
