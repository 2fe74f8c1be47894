import { readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";

/** Serves a folder on the loopback to whoever has the password, and counts who had not. */
export class GuardedServer {
  refused = 0;
  readonly #server: Server;

  constructor(folder: string, credential: () => string) {
    this.#server = createServer((request, response) => {
      const expected = `Basic ${Buffer.from(credential()).toString("base64")}`;
      if (request.headers.authorization !== expected) {
        this.refused += 1;
        response.writeHead(401, { "WWW-Authenticate": 'Basic realm="guarded"' });
        return response.end();
      }
      const { pathname } = new URL(request.url ?? "/", "http://x");
      const file = findFile(folder, pathname);
      if (file === null) return response.writeHead(404).end();
      response.writeHead(200, { "Content-Type": file.endsWith(".html") ? "text/html" : "application/octet-stream" });
      return response.end(readFileSync(file));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // A server on TCP has no other address.
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function findFile(folder: string, path: string): string | null {
  const place = join(folder, normalize(path));
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isFile()) return place;
  return findFile(place, "index.html");
}
