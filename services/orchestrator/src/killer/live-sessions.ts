import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LiveSession, liveSession } from '@mosaic/contracts/fleet'
import { isShortage } from '../sandbox/shortage.ts'

/**
 * The sessions that an orchestrator runs, a file each: read by its killer when there is no time to ask. A worker's own
 * disk is there whatever else is away.
 */
export class LiveSessions {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Answers whether there was room for it. */
  add(session: LiveSession): boolean {
    try {
      writeFileSync(this.#file(session.sessionId), JSON.stringify(session), { mode: 0o600 })
      return true
    } catch {
      return false
    }
  }

  remove(sessionId: string): void {
    rmSync(this.#file(sessionId), { force: true })
  }

  /** @throws where that cannot be read now: nobody is left out */
  all(): LiveSession[] {
    return readdirSync(this.#folder).flatMap((sessionId) => this.#read(sessionId) ?? [])
  }

  #read(sessionId: string): LiveSession | undefined {
    try {
      return liveSession.parse(JSON.parse(readFileSync(this.#file(sessionId), 'utf8')))
    } catch (error) {
      if (isShortage(error)) throw error
      // It is being written this moment, or was just removed: nothing of it runs yet, or any more.
      return undefined
    }
  }

  #file(sessionId: string): string {
    return join(this.#folder, sessionId)
  }
}
