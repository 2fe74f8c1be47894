// Answers at once what was answered before: what is left of a command's time is the command's own.
import { createServer, request as send } from "node:http";

/** Passes each request on to `url` once, and gives the same answer to the same request ever after. */
export async function startReplay(url) {
  const answers = new Map();
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks);
      const key = `${request.method} ${request.url} ${request.headers["x-amz-target"]} ${body.toString("latin1")}`;
      if (!answers.has(key)) answers.set(key, pass(url, request, body));
      const { status, headers, bytes } = await answers.get(key);
      response.writeHead(status, headers).end(bytes);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

function pass(url, { method, url: path, headers }, body) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = send({ hostname, port, method, path, headers }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      const { connection: _, "transfer-encoding": __, ...kept } = answer.headers;
      resolve({ status: answer.statusCode, headers: kept, bytes: Buffer.concat(chunks) });
    });
    request.once("error", reject);
    request.end(body);
  });
}
