import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { PythonNeed } from "../python.js";

/** creds3 1.0.3 as PyPI has it, on libraries of today, but for two digests that these have no more; nothing but the names of these is asked when it begins. */
export const CREDS3: PythonNeed & { readonly bare: string } = {
  tests: "creds3, against the original",
  statement: `${shim("creds3")}; import boto3, yaml`,
  requirement: "setuptools==80.9.0 wheel==0.45.1 boto3==1.44.5 cryptography==48.0.0 PyYAML==6.0.3",
  bare: "creds3==1.0.3",
  folder: "creds3-venv",
  variable: "COFFER_TEST_CREDS3_PYTHON",
};

/** credstash 1.17.1, in the same way. */
export const CREDSTASH: PythonNeed & { readonly bare: string } = {
  tests: "credstash, against the original",
  statement: `${shim("credstash")}; import boto3, yaml`,
  requirement: "setuptools==80.9.0 boto3==1.44.5 cryptography==48.0.0 PyYAML==6.0.3",
  bare: "credstash==1.17.1",
  folder: "credstash-venv",
  variable: "COFFER_TEST_CREDSTASH_PYTHON",
};

/** One line of Python that loads a tool. */
export function shim(module: string): string {
  return `import warnings; warnings.simplefilter("ignore"); from cryptography.hazmat.primitives import hashes; hashes.RIPEMD160 = hashes.Whirlpool = None; import ${module} as tool`;
}

/** What a command of the original came to. */
export interface OriginalResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The original, in a process of its own that does one command after the other. */
export interface Original {
  run(...argv: readonly string[]): Promise<OriginalResult>;
  close(): void;
}

const DRIVER = `
import contextlib, io, json, sys, traceback
for line in sys.stdin:
  sys.argv = ["tool"] + json.loads(line)
  out, err, code = io.StringIO(newline=""), io.StringIO(), 0
  with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    try: tool.main()
    except SystemExit as end: code = end.code or 0
    except BaseException:
      traceback.print_exc()
      code = 1
  print(json.dumps({"code": code, "stdout": out.getvalue(), "stderr": err.getvalue()}), flush=True)
`;

/** Starts it with the variables of this process. */
export function startOriginal(python: string, module: string): Original {
  const child: ChildProcessWithoutNullStreams = spawn(python, ["-c", `${shim(module)}\n${DRIVER}`]);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(...argv) {
      child.stdin.write(`${JSON.stringify(argv)}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error(`the original ended: ${said}`);
      return JSON.parse(String(value));
    },
    close: () => child.kill("SIGKILL"),
  };
}
