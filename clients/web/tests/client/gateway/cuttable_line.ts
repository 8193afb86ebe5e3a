import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy whose connections can be cut, as a train's tunnel does. */
export class CuttableLine {
  /** Connections made so far. */
  connections = 0;
  /** Whether the next connection is cut when its answer comes, and the answer is lost. */
  losesNextAnswer = false;
  readonly #open = new Set<Socket>();
  readonly #server = createServer((near) => this.#join(near));

  constructor(private readonly target: URL) {}

  /** Begins to listen; returns the URL that leads to the target. */
  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection, without a goodbye. */
  cut(): void {
    for (const socket of this.#open) socket.resetAndDestroy();
  }

  /** Ends it. */
  stop(): void {
    this.#server.close();
    this.cut();
  }

  #join(near: Socket): void {
    this.connections += 1;
    const far = connect(Number(this.target.port), this.target.hostname);
    if (this.losesNextAnswer) far.once("data", () => this.cut());
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.#open.delete(socket);
        other.destroy();
      });
      if (socket === near || !this.losesNextAnswer) socket.pipe(other);
    }
    this.losesNextAnswer = false;
  }
}
