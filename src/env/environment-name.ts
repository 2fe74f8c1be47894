/**
 * True for a name that every shell and every program can take as an environment variable: a letter or `_`, then
 * letters, digits, `_`.
 */
export function isEnvironmentName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
