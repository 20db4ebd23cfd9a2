/** The lease of one task: its token, and its renewal while the person is there. */
import { isTransient } from "../../api/problem";
import type { Lease } from "./apiTypes";

/** A lease is renewed without an edit only while the person did something in the last so many milliseconds. */
const ACTIVE_FOR = 3 * 60_000;
const RENEW_CHECK = 10_000;

export interface LeasePorts {
  renew(token: string): Promise<Lease>;
  /** The server answered the renewal with something that trying again does not cure. */
  onRefused(problem: unknown): Promise<void>;
}

export class LeaseKeeper {
  #lease: Lease | null = null;
  #renewedAt = 0;
  #activeAt = Date.now();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly ports: LeasePorts) {}

  /** Null where the task was opened without a lease. */
  get token(): string | null {
    return this.#lease?.token ?? null;
  }

  /** The person did something, if only look around: worth keeping the lease for. */
  touch(): void {
    this.#activeAt = Date.now();
  }

  /** The server has given the lease, or renewed it with a write. */
  renewed(lease: Lease | null): void {
    if (lease === null) return;
    this.#lease = lease;
    this.#renewedAt = Date.now();
  }

  /** Renews the lease whenever a third of its time is gone and `wanted` holds. */
  start(wanted: () => boolean): void {
    this.stop();
    this.#timer = setInterval(() => {
      if (wanted()) void this.#renewIfActive();
    }, RENEW_CHECK);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #renewIfActive(): Promise<void> {
    const lease = this.#lease;
    if (lease === null) return;
    const now = Date.now();
    const due = now - this.#renewedAt > (lease.seconds * 1000) / 3;
    if (!due || now - this.#activeAt > ACTIVE_FOR) return;
    try {
      this.renewed(await this.ports.renew(lease.token));
    } catch (error) {
      if (!isTransient(error)) await this.ports.onRefused(error);
    }
  }
}
