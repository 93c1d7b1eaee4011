import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Actor, actor, uuid } from '@mosaic/contracts/kernel'

/** A kill that has been carried out and may not stand in the log yet. */
export type OpenKill = { readonly sessionId: string; readonly actor: Actor }

const unknown: Actor = { kind: 'system', id: 'orchestrator' }

/**
 * Kills act first and are recorded when the event store answers. Until then a file says so, that a session does not
 * run again when this process dies in between: its name is the session, its text who killed it.
 */
export class KillLedger {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  async note({ sessionId, actor }: OpenKill): Promise<void> {
    await writeFile(join(this.#folder, sessionId), JSON.stringify(actor), { mode: 0o600 })
  }

  async settle(sessionId: string): Promise<void> {
    await rm(join(this.#folder, sessionId), { force: true })
  }

  open(): OpenKill[] {
    const sessionIds = readdirSync(this.#folder).filter((name) => uuid.safeParse(name).success)
    return sessionIds.map((sessionId) => ({ sessionId, actor: this.#killer(sessionId) }))
  }

  /** A full disk may have cut the text off, never the name. */
  #killer(sessionId: string): Actor {
    try {
      return actor.parse(JSON.parse(readFileSync(join(this.#folder, sessionId), 'utf8')))
    } catch {
      return unknown
    }
  }
}
