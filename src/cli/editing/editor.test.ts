import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findEditor } from "./editor.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "coffer-editor-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const find = (env: Readonly<Record<string, string>>) => findEditor({ PATH: folder, ...env }, "/run/x", "linux");

describe("findEditor", () => {
  it("takes VISUAL before EDITOR before vi, and no empty one", () => {
    expect(find({ VISUAL: "ed", EDITOR: "joe" }).command).toBe("ed");
    expect(find({ VISUAL: " ", EDITOR: "joe" }).command).toBe("joe");
    expect(find({}).command).toBe("vi");
    expect(findEditor({}, "/run/x", "win32").command).toBe("notepad");
  });

  it.each([
    ["vim", "-n"],
    ["/usr/bin/vim.basic", "-n"],
    ["gvim -f", "-n"],
    ["nvim", "-n"],
    ["nano", "--ignorercfiles"],
    ["/usr/local/bin/nano -w", "--ignorercfiles"],
    ["emacs -nw", "--eval"],
    ["emacs-29.1", "--eval"],
  ])("tells %s to keep nothing, behind its own words", (line, option) => {
    const { args, env } = find({ EDITOR: line });
    const own = line.split(" ").length - 1;
    expect(args[own]).toBe(option);
    expect(env.TMPDIR).toBe("/run/x");
  });

  it("looks what is behind the name vi", () => {
    writeFileSync(join(folder, "vim.tiny"), "");
    symlinkSync(join(folder, "vim.tiny"), join(folder, "vi"));
    expect(find({}).args).toContain("-n");
    rmSync(join(folder, "vi"));
    writeFileSync(join(folder, "vi"), "");
    expect(find({})).toMatchObject({ args: [], env: { NEXINIT: "set directory=/run/x recdir=/run/x" } });
  });

  it("lets a shell read what needs one, and gives it nothing else to read", () => {
    expect(find({ EDITOR: "code --wait" })).toMatchObject({ command: "code", args: ["--wait"] });
    expect(find({ EDITOR: "'/opt/my editor' -w" })).toMatchObject({
      command: "sh",
      args: ["-c", `'/opt/my editor' -w "$@"`, "'/opt/my"],
    });
    expect(find({ EDITOR: 'vim -c "set tw=0"' }).args.slice(0, 4)).toEqual([
      "-c",
      'vim -c "set tw=0" "$@"',
      "vim",
      "-n",
    ]);
  });
});
