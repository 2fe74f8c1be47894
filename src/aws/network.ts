import { readFileSync } from "node:fs";
import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { quote } from "../core/name.js";
import { CofferError } from "../errors.js";
import { type Peer, prepareHttp, prepareHttps } from "./direct/prepared-agent.js";
import { findProxy, hasProxy } from "./no-proxy.js";
import { type AwsSettings, limitsOf } from "./settings.js";

/** What the SDK takes to make requests with. */
export interface RequestHandlerOptions {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly connectionTimeout: number;
  readonly socketTimeout: number;
}

/** One client's way out: its own connections, which end with it. */
export interface Network {
  readonly requestHandler: RequestHandlerOptions;
  /** Begins to connect before there is anything to ask. Does nothing where a proxy is on the way. */
  prepare(protocol: string, peer: Peer): void;
  /** Ends its connections, those too that nobody has used. */
  close(): void;
}

/**
 * Gives each client its network: what AWS_CA_BUNDLE, HTTP(S)_PROXY and NO_PROXY say of it, which the SDK does not read. Throws `USAGE` where they name what cannot be used.
 */
export async function openNetwork(settings: AwsSettings): Promise<() => Network> {
  const { env = process.env } = settings;
  const ca = await readCertificates(env.AWS_CA_BUNDLE);
  const route = hasProxy(env) ? await proxied(env, ca) : (agents: Agents) => agents;
  const { connect, silence } = limitsOf(settings);
  return () => {
    const plain = prepareHttp();
    const secure = prepareHttps(ca === undefined ? {} : { ca });
    // Each was made as what it is called.
    const agents = route({ httpAgent: plain.agent, httpsAgent: secure.agent as HttpsAgent });
    return {
      requestHandler: { ...agents, connectionTimeout: connect, socketTimeout: silence },
      prepare(protocol, peer) {
        if (protocol !== "https:" && protocol !== "http:") return;
        if (findProxy(protocol, peer.host, peer.port, env) !== null) return;
        (protocol === "https:" ? secure : plain).prepare(peer);
      },
      close() {
        agents.httpAgent.destroy();
        agents.httpsAgent.destroy();
      },
    };
  };
}

interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Sends each host's connections through its proxy, or past all of them. */
async function proxied(
  env: NonNullable<AwsSettings["env"]>,
  ca: readonly string[] | undefined,
): Promise<(agents: Agents) => Agents> {
  const { HttpProxyAgent, HttpsProxyAgent } = await import("hpagent");
  const trusted = ca === undefined ? {} : { ca: [...ca] };
  const through = <A extends object>(protocol: "http:" | "https:", agent: A, make: (proxy: URL) => object): A => {
    const proxies = new Map<string, Connecting>();
    // As in prepared-agent.ts.
    const own = agent as A & Connecting;
    const direct = own.createConnection.bind(agent);
    own.createConnection = (options, callback) => {
      const proxy = findProxy(protocol, options.host, Number(options.port), env);
      if (proxy === null) return direct(options, callback);
      const way = proxies.get(proxy) ?? (make(parseProxy(proxy)) as Connecting);
      proxies.set(proxy, way);
      return way.createConnection(options, callback);
    };
    return agent;
  };
  return ({ httpAgent, httpsAgent }) => ({
    httpAgent: through("http:", httpAgent, (proxy) => new HttpProxyAgent({ proxy, keepAlive: true })),
    httpsAgent: through("https:", httpsAgent, (proxy) => new HttpsProxyAgent({ proxy, keepAlive: true, ...trusted })),
  });
}

interface Connecting {
  createConnection: (options: Peer, callback?: unknown) => unknown;
}

function parseProxy(proxy: string): URL {
  const url = URL.canParse(proxy) ? new URL(proxy) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  // What stands there may hold a password.
  throw new CofferError("USAGE", "HTTPS_PROXY or HTTP_PROXY is no URL of a proxy", {
    hint: "for instance http://proxy.example:3128",
  });
}

/** The certificates to trust, those of the system included; undefined where the variable says nothing. */
async function readCertificates(file: string | undefined): Promise<readonly string[] | undefined> {
  if (!file) return undefined;
  try {
    return [...(await trustedAnyway()), readFileSync(file, "utf8")];
  } catch (cause) {
    throw new CofferError("USAGE", `AWS_CA_BUNDLE names ${quote(file)}, which cannot be read`, {
      hint: "it takes a file of certificates in PEM",
      cause,
    });
  }
}

async function trustedAnyway(): Promise<readonly string[]> {
  // Node 22.15 and later also know those of NODE_EXTRA_CA_CERTS; the installed types are of Node 20.
  const { default: tls } = await import("node:tls");
  const { getCACertificates } = tls as { getCACertificates?: (kind: "default") => string[] };
  return getCACertificates?.("default") ?? tls.rootCertificates;
}
