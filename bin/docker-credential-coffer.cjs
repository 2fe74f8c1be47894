#!/usr/bin/env node
require("../dist/cli/coffer.cjs");
