import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { KeyValue, Messaging } from '@mosaic/messaging'
import { hasEnded, ownerProcess, thisProcess } from './owner-process.ts'

/** How often an owner says that it is alive, and how long a silence means that it is not, in milliseconds. */
export type Heartbeat = { readonly everyMs: number; readonly silenceMs: number }
export const heartbeat: Heartbeat = { everyMs: 1000, silenceMs: 7000 }

const bucketName = 'session-owners'

/**
 * Who of those that have claimed sessions is still there. An owner is gone when it has said so, when the kernel shows
 * that its process has ended (on the same machine), or when its heartbeat has been silent for too long while NATS could
 * be heard all the time. Only a reason to *claim*: whether a claim stands, the log decides.
 */
export class Owners {
  readonly ownerId: string
  readonly #folder: string
  readonly #messaging: Messaging
  readonly #bucket: KeyValue
  readonly #heartbeat: Heartbeat
  readonly #stopping = new AbortController()
  /** When each owner was last heard, by this process's monotonic clock; `gone` once it has said goodbye. */
  readonly #heard = new Map<string, number | 'gone'>()
  /** Since when somebody is known of whom nothing has been heard yet: it may have just begun. */
  readonly #known = new Map<string, number>()
  /** Since when every heartbeat would have been heard; undefined while it would not. */
  #listeningSince: number | undefined
  #running: Promise<unknown> = Promise.resolve()
  #living = 1
  #resting = false
  #beating: Promise<unknown> = Promise.resolve()

  constructor(options: { ownerId: string; folder: string; messaging: Messaging; heartbeat?: Heartbeat }) {
    this.ownerId = options.ownerId
    this.#folder = options.folder
    this.#messaging = options.messaging
    this.#bucket = options.messaging.keyValue(bucketName, { maxAgeMs: 3_600_000 })
    this.#heartbeat = options.heartbeat ?? heartbeat
  }

  /** Says which process this is where others on this machine look for it, and begins to beat and to listen. */
  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const own = thisProcess()
    if (own) await writeFile(this.#file(this.ownerId), JSON.stringify(own), { mode: 0o600 })
    this.#running = Promise.all([this.#beat(), this.#listen()])
  }

  /** Says goodbye, and goes on listening: others may claim what it has let go of. */
  async rest(): Promise<void> {
    this.#resting = true
    await this.#beating
    if (this.#messaging.connected()) await this.#bucket.delete(this.ownerId).catch(() => undefined)
  }

  /** Is there again. */
  wake(): void {
    this.#resting = false
  }

  /** Says goodbye: others need not wait for the silence. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    if (this.#messaging.connected()) await this.#bucket.delete(this.ownerId).catch(() => undefined)
  }

  /** Whether that owner's sessions may be claimed. Asked again later, the answer may change from false to true. */
  async isGone(ownerId: string): Promise<boolean> {
    if (ownerId === this.ownerId) return false
    if (this.#heard.get(ownerId) === 'gone') return true
    return (await this.#hasEnded(ownerId)) || this.#isSilent(ownerId)
  }

  /** How many there are, this one with them, as far as they can be heard; while nobody can be, as many as there were. */
  get living(): number {
    if (this.#listeningSince === undefined || !this.#hearsItself()) return this.#living
    const since = performance.now() - this.#heartbeat.silenceMs
    const others = [...this.#heard].filter(([id, at]) => id !== this.ownerId && at !== 'gone' && at > since)
    this.#living = others.length + 1
    return this.#living
  }

  /** Forgets the processes that have ended and whose sessions are all in other hands. */
  async forget(stillNamed: ReadonlySet<string>): Promise<void> {
    for (const ownerId of await readdir(this.#folder).catch(() => [])) {
      const isForgotten = !stillNamed.has(ownerId) && (await this.#hasEnded(ownerId))
      // The next round tries again.
      if (isForgotten) await rm(this.#file(ownerId), { force: true }).catch(() => undefined)
    }
  }

  #isSilent(ownerId: string): boolean {
    const since = this.#listeningSince
    if (since === undefined || !this.#hearsItself()) return false
    const known = this.#known.get(ownerId) ?? performance.now()
    this.#known.set(ownerId, known)
    return performance.now() - Math.max(since, known, this.#heardAt(ownerId)) > this.#heartbeat.silenceMs
  }

  /**
   * Its own beats come by in order with those of others: once a fresh one has, all before it have been heard. They stop
   * when NATS takes no beats any more, and are old when this process has stood still itself.
   */
  #hearsItself(): boolean {
    return performance.now() - this.#heardAt(this.ownerId) < 3 * this.#heartbeat.everyMs
  }

  #heardAt(ownerId: string): number {
    const heard = this.#heard.get(ownerId)
    return typeof heard === 'number' ? heard : -Infinity
  }

  async #hasEnded(ownerId: string): Promise<boolean> {
    try {
      return hasEnded(ownerProcess.parse(JSON.parse(await readFile(this.#file(ownerId), 'utf8'))))
    } catch {
      return false
    }
  }

  /** Owner ids come from the log: none leads out of the folder. */
  #file = (ownerId: string) => join(this.#folder, ownerId.replaceAll(/[^0-9a-f-]/g, '_'))

  async #beat(): Promise<void> {
    for (;;) {
      if (!this.#resting && this.#messaging.connected()) {
        this.#beating = this.#bucket.put(this.ownerId, 'alive').catch(() => undefined)
        await this.#beating
      }
      if (!(await this.#pause(this.#heartbeat.everyMs))) return
    }
  }

  async #listen(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const watching = this.#bucket.watch({ signal: this.#stopping.signal })
        this.#listeningSince = performance.now()
        for await (const { key, value } of watching) this.#heard.set(key, value === null ? 'gone' : performance.now())
      } catch {
        // NATS is away: until it is back nobody is called silent.
      }
      this.#listeningSince = undefined
      await this.#pause(this.#heartbeat.everyMs)
    }
  }

  async #pause(milliseconds: number): Promise<boolean> {
    return wait(milliseconds, true, { signal: this.#stopping.signal }).catch(() => false)
  }
}
