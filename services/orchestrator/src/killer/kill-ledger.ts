import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type KillAllNote,
  killAllNote,
  type KillNote,
  killNote,
  type KillSeen,
  killSeen,
} from '@mosaic/contracts/fleet'
import { uuid } from '@mosaic/contracts/kernel'

/** A kill that has been carried out and may not stand in the log yet; `note` is missing where a full disk has cut it off. */
export type OpenKill = { readonly sessionId: string; readonly note: KillNote | undefined }

const allName = /^all-([0-9a-f-]{36})$/
const mode = 0o600

/**
 * Kills act first and are recorded when the event store answers. Until then files say so, that a session does not run
 * again when this process dies in between, and that all of it gets into the log in its order: one per session, named by
 * it, and one per kill-all. What the killer has seen of an end stands beside until the receipt has it.
 */
export class KillLedger {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  async note(sessionId: string, note: KillNote): Promise<void> {
    await writeFile(this.#file(sessionId), JSON.stringify(note), { mode })
  }

  /** Not before it is written does this return: what follows is the deed. */
  noteNow(sessionId: string, note: KillNote): void {
    writeFileSync(this.#file(sessionId), JSON.stringify(note), { mode })
  }

  noteAll(note: KillAllNote): void {
    writeFileSync(this.#file(`all-${note.killAllId}`), JSON.stringify(note), { mode })
  }

  isOpen(sessionId: string): boolean {
    return existsSync(this.#file(sessionId))
  }

  async settle(sessionId: string): Promise<void> {
    await rm(this.#file(sessionId), { force: true })
  }

  async settleAll(killAllId: string): Promise<void> {
    await rm(this.#file(`all-${killAllId}`), { force: true })
  }

  open(): OpenKill[] {
    const sessionIds = readdirSync(this.#folder).filter((name) => uuid.safeParse(name).success)
    return sessionIds.map((sessionId) => ({ sessionId, note: killNote.safeParse(this.#read(sessionId)).data }))
  }

  /** One of which a full disk has cut the text off is known by its sessions alone. */
  openAll(): KillAllNote[] {
    const names = readdirSync(this.#folder).filter((name) => allName.test(name))
    return names.flatMap((name) => killAllNote.safeParse(this.#read(name)).data ?? [])
  }

  noteSeen(sessionId: string, seen: KillSeen): void {
    writeFileSync(this.#file(`${sessionId}.seen`), JSON.stringify(seen), { mode })
  }

  seen(sessionId: string): KillSeen | undefined {
    return killSeen.safeParse(this.#read(`${sessionId}.seen`)).data
  }

  /** What nobody will ask for any more: the receipts of all others are whole. */
  keepSeenOf(sessionIds: ReadonlySet<string>): void {
    for (const name of readdirSync(this.#folder)) {
      if (name.endsWith('.seen') && !sessionIds.has(name.slice(0, -'.seen'.length))) rmSync(this.#file(name))
    }
  }

  forgetSeen(sessionId: string): void {
    rmSync(this.#file(`${sessionId}.seen`), { force: true })
  }

  #file(name: string): string {
    return join(this.#folder, name)
  }

  #read(name: string): unknown {
    try {
      return JSON.parse(readFileSync(this.#file(name), 'utf8'))
    } catch {
      return undefined
    }
  }
}
