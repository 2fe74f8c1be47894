const COMMANDS: Readonly<Record<string, readonly [usage: string, what: string]>> = {
  get: ["GROUP KEY", "print a password; an empty line where there is none"],
  set: ["GROUP KEY SECRET", "keep a password"],
  delete: ["GROUP KEY", "take a password away"],
  "list-keys": ["GROUP", "print the keys of a group, as a Python list"],
  configure: ["[--ask|--no-ask] [--local|--no-local]", "say where the keyring is; --local keeps it in a file here"],
};

/** What s3keyring prints for --help, of all of it or of one command; the words of its README mean the same as those of the program. */
export function helpOf(command: string | null): string {
  const name = command?.replace(/_password$/, "") ?? "";
  const [usage, what] = COMMANDS[name] ?? [];
  if (usage !== undefined && what !== undefined) return `Usage: s3keyring ${command} ${usage}\n\n${what}\n`;
  const rows = Object.entries(COMMANDS).map(([each, [, about]]) => `  ${each.padEnd(10)}  ${about}`);
  return [
    "Usage: s3keyring [--profile NAME] [--ini FILE] COMMAND [ARGUMENTS]",
    "",
    "Passwords by group and key, in a bucket that S3 encrypts.",
    "",
    "Options:",
    "  --profile NAME  a profile of .s3keyring.ini (default)",
    "  --ini FILE      a file whose settings count before those of .s3keyring.ini",
    "  --help          this, or what a command does",
    "",
    "Commands:",
    ...rows,
    "",
  ].join("\n");
}
