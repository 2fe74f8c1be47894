const WILDCARD = "*";

/** True for what names all that match it: creds3 and credstash look for one character. */
export function isWildcard(name: string): boolean {
  return name.includes(WILDCARD);
}

/** The names that match a pattern, in the order they are given in. */
export function expandWildcard(pattern: string, names: Iterable<string>): string[] {
  return [...names].filter(matchWildcard(pattern));
}

/** Says of names whether they match. Only `*` stands for something: any text without a line end, as in the original, and none too. */
export function matchWildcard(pattern: string): (name: string) => boolean {
  const parts = pattern.split(WILDCARD).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const matcher = new RegExp(`^${parts.join("[^\\n]*")}$`, "u");
  return (name) => matcher.test(name);
}
