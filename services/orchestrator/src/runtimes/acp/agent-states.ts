import { existsSync, mkdirSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What agents of other makers keep of their conversations: a folder for each session, its own alone, gone with its end. */
export class AgentStates {
  readonly #root: string

  constructor(root: string) {
    this.#root = root
  }

  /** Makes it where it is not there yet. */
  open(sessionId: string): string {
    const folder = this.#folder(sessionId)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  has(sessionId: string): boolean {
    return existsSync(this.#folder(sessionId))
  }

  async remove(sessionId: string): Promise<void> {
    await rm(this.#folder(sessionId), { recursive: true, force: true })
  }

  /** The sessions that one is there of. */
  async names(): Promise<string[]> {
    return readdir(this.#root).catch(() => [])
  }

  #folder(sessionId: string): string {
    return join(this.#root, sessionId)
  }
}
