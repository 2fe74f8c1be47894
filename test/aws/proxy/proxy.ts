import { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as sendPlain } from "node:http";
import { request as sendSecure } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Answer, errorAnswer } from "./answer.js";
import { BucketPolicies } from "./bucket-policies.js";
import type { Fault } from "./fault.js";
import { KmsRules } from "./kms-rules.js";
import { type AwsRequest, describeRequest, isRead } from "./request.js";

/** A request with what it came to: the status that the client was given, null where it got no answer. */
export interface RecordedRequest extends AwsRequest {
  readonly status: number | null;
}

/** Which fault a request meets, if any. */
export type FaultPlan = (request: AwsRequest) => Fault | undefined;

/** Stands before the emulator: lets writes through one at a time, counts, and misbehaves to plan. */
export interface AwsProxy {
  readonly url: string;
  /** Every request so far that was answered or given up, in the order of that. */
  readonly requests: readonly RecordedRequest[];
  /** How many connections were opened to it so far. */
  readonly connections: number;
  /** Forgets the requests so far, and counts anew. */
  forget(): void;
  /** From now on requests meet the faults of this plan; without one, none. */
  plan(plan?: FaultPlan): void;
  /** The next request of this action, as soon as it was answered or given up. */
  next(action: string): Promise<RecordedRequest>;
  /** Passes the late requests on, oldest first; their answers' statuses. */
  deliver(): Promise<number[]>;
  close(): Promise<void>;
}

/**
 * Starts a proxy on a free port of this machine before the emulator at `upstream`. Where S3's requests go elsewhere, to `s3`, that is storage which needs nobody to keep its
 * writers apart.
 */
export async function startProxy(upstream: string, s3?: string): Promise<AwsProxy> {
  const proxy = new PlannedProxy(upstream, s3);
  await proxy.listen();
  return proxy;
}

class PlannedProxy implements AwsProxy {
  requests: RecordedRequest[] = [];
  connections = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #upstream: URL;
  readonly #storage: URL | null;
  readonly #rules = new KmsRules();
  readonly #policies = new BucketPolicies();
  readonly #seen = new EventEmitter();
  #plan: FaultPlan = () => undefined;
  #late: AwsRequest[] = [];
  #lastWrite: Promise<unknown> = Promise.resolve();
  #counts = new Map<string, number>();

  constructor(upstream: string, storage: string | undefined) {
    this.#upstream = new URL(upstream);
    this.#storage = storage === undefined ? null : new URL(storage);
    this.#server.on("connection", () => {
      this.connections += 1;
    });
  }

  get url(): string {
    // Listening on a port of TCP, it has an address of that form.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  forget(): void {
    this.requests = [];
    this.#counts.clear();
  }

  plan(plan: FaultPlan = () => undefined): void {
    this.#plan = plan;
    this.#counts.clear();
  }

  next(action: string): Promise<RecordedRequest> {
    return new Promise((resolve) => {
      const listen = (request: RecordedRequest): void => {
        if (request.action !== action) return;
        this.#seen.off("request", listen);
        resolve(request);
      };
      this.#seen.on("request", listen);
    });
  }

  async deliver(): Promise<number[]> {
    const late = this.#late;
    this.#late = [];
    const statuses: number[] = [];
    for (const request of late) statuses.push((await this.#pass(request)).status);
    return statuses;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const request = this.#number(describeRequest(incoming, await bodyOf(incoming)));
      const answer = await this.#answer(request, response);
      const recorded = { ...request, status: answer?.status ?? null };
      this.requests.push(recorded);
      this.#seen.emit("request", recorded);
      if (answer === null) response.destroy();
    } catch {
      response.destroy();
    }
  }

  #number(request: Omit<AwsRequest, "index">): AwsRequest {
    const key = `${request.action} ${request.resource}`;
    const index = this.#counts.get(key) ?? 0;
    this.#counts.set(key, index + 1);
    return { ...request, index };
  }

  /** Does the request, or does not, as planned; null where the client gets no answer. */
  async #answer(request: AwsRequest, response: ServerResponse): Promise<Answer | null> {
    const fault = this.#plan(request);
    if (fault?.kind === "delay") await wait(fault.ms);
    if (fault?.kind === "late") this.#late.push(request);
    if (fault?.kind === "late" || fault?.kind === "silent") return untilGone(response);
    if (fault?.kind === "cut" && fault.when === "before") return null;
    const planned = fault?.kind === "answer" ? errorAnswer(request, fault.status, fault.code, fault.message) : null;
    if (planned !== null && fault?.kind === "answer" && fault.when === "before") return reply(response, planned);
    const answer = await this.#pass(request);
    if (fault?.kind === "cut") return null;
    if (planned !== null) return reply(response, planned);
    return reply(response, damage(answer, fault), fault?.kind === "truncate");
  }

  async #pass(request: AwsRequest): Promise<Answer> {
    const isElsewhere = request.service === "s3" && this.#storage !== null;
    if (isRead(request) || isElsewhere) return this.#forward(request);
    const turn = this.#lastWrite.then(() => this.#forward(request));
    this.#lastWrite = turn.catch(() => {});
    return turn;
  }

  async #forward(request: AwsRequest): Promise<Answer> {
    const answer = this.#rules.refuse(request) ?? this.#policies.answer(request);
    if (answer !== null) return answer;
    return this.#exchange(request);
  }

  async #exchange(request: AwsRequest): Promise<Answer> {
    const answer = await exchange((request.service === "s3" ? this.#storage : null) ?? this.#upstream, request);
    this.#rules.see(request, answer);
    return answer;
  }
}

function exchange({ protocol, hostname, port }: URL, { method, target, headers, body }: AwsRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = protocol === "https:" ? sendSecure : sendPlain;
    const upstream = send({ hostname, port, method, path: target, headers, agent: false }, (response) => {
      bodyOf(response).then((received) => {
        const { connection: _, "transfer-encoding": __, ...rest } = response.headers;
        const kept = Object.entries(rest).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        );
        resolve({ status: response.statusCode ?? 502, headers: Object.fromEntries(kept), body: received });
      }, reject);
    });
    upstream.once("error", reject);
    upstream.end(body);
  });
}

function reply(response: ServerResponse, answer: Answer, cut = false): Answer {
  // Node takes arrays of values for some headers only as mutable ones.
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.writeHead(answer.status);
  if (!cut) response.end(answer.body);
  else response.write(answer.body.subarray(0, answer.body.byteLength >> 1), () => response.destroy());
  return answer;
}

function damage(answer: Answer, fault: Fault | undefined): Answer {
  if (fault?.kind === "alter") {
    const body = Buffer.from(answer.body);
    const middle = body.byteLength >> 1;
    body[middle] = (body[middle] ?? 0) ^ 1;
    return { ...answer, body };
  }
  if (fault?.kind !== "header") return answer;
  const { [fault.name]: _, ...others } = answer.headers;
  return { ...answer, headers: fault.value === null ? others : { ...others, [fault.name]: fault.value } };
}

function untilGone(response: ServerResponse): Promise<null> {
  return new Promise((resolve) => response.once("close", () => resolve(null)));
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
