import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type LiveSession, liveSession } from '@mosaic/contracts/fleet'

/** Written anew once so many lines, and four times as many as there are sessions, have come together. */
const mostLines = 1000

/**
 * The sessions that an orchestrator runs, in one file: read by its killer when there is no time to ask. A worker's own disk
 * is there whatever else is away. A line more says who begins or has ended: a file for each took as long as all else that is
 * done to begin one.
 */
export class LiveSessions {
  readonly #file: string
  readonly #lines = new Map<string, string>()
  #written = 0
  /** Undefined before the first line, and after one that could not be written: then the file is written anew. */
  #open: number | undefined

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#file = join(folder, 'sessions')
  }

  /** Answers whether there was room for it. */
  add(session: LiveSession): boolean {
    const line = JSON.stringify(session)
    this.#lines.set(session.sessionId, line)
    return this.#write(line)
  }

  remove(sessionId: string): void {
    if (this.#lines.delete(sessionId)) this.#write(JSON.stringify({ ended: sessionId }))
  }

  /** @throws where that cannot be read now: nobody is left out */
  all(): LiveSession[] {
    const sessions = new Map<string, LiveSession>()
    for (const line of this.#read().split('\n')) {
      const said = parsed(line)
      if (said === undefined) continue
      if ('ended' in said) sessions.delete(said.ended)
      else sessions.set(said.sessionId, said)
    }
    return [...sessions.values()]
  }

  #read(): string {
    try {
      return readFileSync(this.#file, 'utf8')
    } catch (error) {
      // Nobody has begun yet.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
  }

  #write(line: string): boolean {
    try {
      if (this.#open === undefined || this.#written > Math.max(mostLines, 4 * this.#lines.size)) this.#writeAnew()
      else writeWhole(this.#open, `\n${line}`)
      this.#written++
      return true
    } catch {
      this.#close()
      return false
    }
  }

  /** Whoever reads meanwhile has the old one. */
  #writeAnew(): void {
    this.#close()
    const draft = `${this.#file}.draft`
    this.#open = openSync(draft, 'w', 0o600)
    writeWhole(this.#open, [...this.#lines.values()].join('\n'))
    renameSync(draft, this.#file)
    this.#written = this.#lines.size
  }

  #close(): void {
    if (this.#open !== undefined) closeSync(this.#open)
    this.#open = undefined
  }
}

/** @throws where it is not written to its end */
function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text)
  if (writeSync(file, bytes) < bytes.length) throw new Error('there is no room for all of it')
}

/** `undefined`: it is being written this moment, or was cut off: nothing of it runs yet. */
function parsed(line: string): LiveSession | { readonly ended: string } | undefined {
  try {
    const said: unknown = JSON.parse(line)
    if (typeof said === 'object' && said !== null && 'ended' in said) return { ended: String(said.ended) }
    return liveSession.parse(said)
  } catch {
    return undefined
  }
}
