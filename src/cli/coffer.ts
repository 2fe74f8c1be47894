#!/usr/bin/env node
import { openProcessWorld } from "./process-world.js";
import { runCli } from "./run-cli.js";

// All output has been handed over when it resolves. Whatever is still open then (a pipe nobody closes) must not keep us.
void runCli(process.argv.slice(2), openProcessWorld()).then((code) => process.exit(code));
