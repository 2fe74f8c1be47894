import { defineConfig } from "vitest/config";

/** Two projects: fast tests beside the code, and tests of whole processes, which run the built command. */
export default defineConfig({
  test: {
    // Most of what takes long waits, for other processes or an emulator: two files at a time take little more than one.
    maxWorkers: 2,
    coverage: { provider: "v8", include: ["src/**/*.ts"], exclude: ["src/**/*.test.ts", "src/testing/**"] },
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          environment: "node",
          pool: "forks",
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "process",
          include: ["test/**/*.test.ts"],
          environment: "node",
          pool: "forks",
          globalSetup: ["test/setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
