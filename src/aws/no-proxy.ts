type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy to reach a host through, or null: HTTPS_PROXY or HTTP_PROXY by the protocol, unless NO_PROXY names the host. The small spelling of each variable wins.
 * NO_PROXY is a list of hosts, of which `*` is every one and others count for what is below them too (`internal`, `.internal`), a port behind a colon for that port alone.
 */
export function findProxy(protocol: "http:" | "https:", host: string, port: number, env: Environment): string | null {
  const proxy = protocol === "https:" ? read(env, "https_proxy") : read(env, "http_proxy");
  if (proxy === "" || isExempt(host, port, read(env, "no_proxy"))) return null;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** True where any proxy is named. */
export function hasProxy(env: Environment): boolean {
  return read(env, "https_proxy") !== "" || read(env, "http_proxy") !== "";
}

function isExempt(host: string, port: number, list: string): boolean {
  const entries = list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "");
  return entries.some((entry) => {
    if (entry === "*") return true;
    const [, name = entry, only] = /^(.*[^:]):(\d+)$/.exec(entry) ?? [];
    if (only !== undefined && Number(only) !== port) return false;
    const domain = name.replace(/^\*?\./, "");
    return host.toLowerCase() === domain || host.toLowerCase().endsWith(`.${domain}`);
  });
}

function read(env: Environment, name: string): string {
  return env[name] || env[name.toUpperCase()] || "";
}
