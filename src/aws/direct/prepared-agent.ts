import { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A place that a connection leads to. */
export interface Peer {
  readonly host: string;
  readonly port: number;
}

/** Opens connections, keeps them, and can open one before there is anything to ask. */
export interface PreparedAgent {
  readonly agent: HttpAgent | HttpsAgent;
  /** Begins to connect; the first request to that place takes this connection. What goes wrong is the request's affair, which then connects anew. */
  prepare(peer: Peer): void;
}

interface AgentOptions {
  readonly ca?: readonly string[];
}

/** Prepares plain connections, which end-points of one's own may have. */
export function prepareHttp(): PreparedAgent {
  return prepared(new HttpAgent({ keepAlive: true }), ({ host, port }) => connectPlain({ host, port }));
}

export function prepareHttps({ ca }: AgentOptions): PreparedAgent {
  const trusted = ca === undefined ? {} : { ca: [...ca] };
  // They take 10 ms to load, which a plain connection does not need.
  const https = process.getBuiltinModule("node:https");
  const tls = process.getBuiltinModule("node:tls");
  const agent = new https.Agent({ keepAlive: true, ...trusted });
  return prepared(agent, ({ host, port }) => {
    const servername = isIP(host) === 0 ? { servername: host } : {};
    return tls.connect({ host, port, ...servername, ...trusted, ALPNProtocols: ["http/1.1"] });
  });
}

/** What Node's agents have besides what their types say: https://nodejs.org/api/http.html#agentcreateconnectionoptions-callback */
type Connect = (options: Peer, callback?: (error: Error | null, socket?: Duplex) => void) => Duplex | null | undefined;

function prepared(agent: HttpAgent | HttpsAgent, open: (peer: Peer) => Socket): PreparedAgent {
  const waiting = new Map<string, Socket>();
  // The method is public and meant to be replaced; the installed types of Node 20 lack it.
  const connecting = agent as unknown as { createConnection: Connect };
  const connectAnew = connecting.createConnection.bind(agent);
  connecting.createConnection = (options, callback) => {
    const name = nameOf(options);
    const socket = waiting.get(name);
    waiting.delete(name);
    if (socket === undefined || socket.destroyed) return connectAnew(options, callback);
    return socket.ref();
  };
  const destroy = agent.destroy.bind(agent);
  agent.destroy = () => {
    for (const socket of waiting.values()) socket.destroy();
    waiting.clear();
    destroy();
  };
  return {
    agent,
    prepare(peer) {
      const name = nameOf(peer);
      if (waiting.has(name)) return;
      // Nothing must wait for a connection that nobody has asked for yet.
      const socket = open(peer).unref();
      socket.on("error", () => socket.destroy());
      waiting.set(name, socket);
    },
  };
}

function nameOf({ host, port }: Peer): string {
  return `${host}:${port}`;
}
