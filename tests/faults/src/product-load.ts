import { randomUUID } from 'node:crypto'
import { appendFileSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { hasEnded, sessionView } from '@mosaic/contracts/agent-session'
import { commandAnswer } from '@mosaic/contracts/http'
import { type Instance, RefusedError } from '@mosaic/e2e/instance'

/** One acknowledged command: where its answer says that its facts stand. */
export type Acknowledged = {
  readonly key: string
  readonly verb: string
  readonly sessionId: string
  readonly revision: number
}

/** What was acknowledged, in a file that is none of the product's. */
export class Ledger {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  add(entry: Acknowledged): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`)
  }

  read(): Acknowledged[] {
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Acknowledged)
  }
}

type Load = { instance: Instance; ledger: Ledger; repository: string; signal: AbortSignal }
const sessionsPath = '/api/mission-control/sessions'
const askAgainMs = 400
/** How long a command may go unanswered, or an agent on, before something is wrong; kills cost seconds each. */
const patienceMs = 180_000

/**
 * Agents one after the other, each spawned, spoken to and followed to its end, until the signal; the one that is under
 * way then is still followed. Answers the sessions in order.
 */
export async function runAgents(load: Load): Promise<string[]> {
  const ids: string[] = []
  while (!load.signal.aborted) {
    const { repository } = load
    const body = {
      repository,
      branch: 'main',
      model: 'scripted:commit-file',
      task: 'Leave a note about this repository.',
    }
    const sessionId = await command(load, 'spawn', sessionsPath, body)
    if (sessionId === null) continue
    ids.push(sessionId)
    await command(load, 'inject', `${sessionsPath}/${sessionId}/inject`, { text: 'Thank you for being thorough.' })
    await untilEnded(load.instance, sessionId)
  }
  return ids
}

/**
 * Sends a command with one key until it is acknowledged, as a client does that got no answer. Null when it is refused,
 * which an agent that was quicker than the message makes rightful.
 */
async function command({ instance, ledger }: Load, verb: string, path: string, body: object): Promise<string | null> {
  const key = randomUUID()
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      const { sessionId, revision } = commandAnswer.parse(await instance.request('POST', path, body, key))
      ledger.add({ key, verb, sessionId, revision })
      return sessionId
    } catch (error) {
      if (error instanceof RefusedError && error.status < 500 && error.status !== 404) return null
      if (performance.now() > deadline)
        throw new Error(`${verb} ${key} was not acknowledged: ${String(error)}`, { cause: error })
      await pause(askAgainMs)
    }
  }
}

async function untilEnded(instance: Instance, sessionId: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await instance.request('GET', `${sessionsPath}/${sessionId}`).catch(() => null)
    const session = sessionView.safeParse(answer).data
    if (session && hasEnded(session.status)) return
    if (performance.now() > deadline) throw new Error(`${sessionId} has not ended: ${session?.status}`)
    await pause(askAgainMs)
  }
}
