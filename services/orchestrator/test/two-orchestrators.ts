import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually, type ServiceProcess, startService } from '@mosaic/kit'
import { expect } from 'vitest'
import { Client, type Harness } from './harness.ts'
import { makeRepository } from './repository.ts'
import { finish, scenario, shell } from './scenario.ts'

/** For tests: an orchestrator as a process of its own, on the log and the data folder of others. */
export class Orchestrator {
  readonly service: ServiceProcess
  readonly #harness: Harness

  private constructor(service: ServiceProcess, harness: Harness) {
    this.service = service
    this.#harness = harness
  }

  static async start(harness: Harness): Promise<Orchestrator> {
    return new Orchestrator(await startService('services/orchestrator', harness.environment), harness)
  }

  get client(): Client {
    return new Client(this.service.url, () => this.service.stop())
  }

  /**
   * Agents that stand at a gate before they append a numbered line per step, and say at their end which lines there are.
   * Answers when all have come there: however slow the machine is, what is done to them next finds them at work.
   */
  async spawnCounting(count: number, steps: number): Promise<string[]> {
    const repository = makeRepository()
    const model = scenario([
      shell(`until [ -e ${gate} ]; do sleep 0.2; done`),
      ...Array.from({ length: steps }, (_, step) => shell(`echo ${step} >> steps.txt; sleep 1`)),
      // Twice: a take-over may cut one of them off.
      shell('cat steps.txt'),
      shell('cat steps.txt'),
      finish(),
    ])
    const spawned = Array.from({ length: count }, () => this.client.spawn({ repository, task: 'Count.', model }))
    const ids = await Promise.all(spawned)
    await Promise.all(ids.map((id) => this.#harness.reached(id, 'ToolInvoked', undefined, 120_000)))
    return ids
  }

  /** Gives a command that must be taken. */
  async tell(sessionId: string, verb: 'inject' | 'pause' | 'resume' | 'kill', body: object = {}): Promise<void> {
    const answer = await this.client.post(`/agents/${sessionId}/${verb}`, body)
    expect([verb, answer.status, answer.body['code']]).toEqual([verb, 202, undefined])
  }
}

const gate = 'gate-is-open'

/** Lets them begin to count. */
export async function openGates(harness: Harness, ids: readonly string[]): Promise<void> {
  for (const id of ids) writeFileSync(join((await harness.place(id)).worktree, gate), '')
}

export const ownersOf = async (harness: Harness, sessionId: string): Promise<string[]> =>
  (await harness.events(sessionId)).flatMap((event) => (event.type === 'SessionClaimed' ? [event.data.ownerId] : []))

/** It ended well: no number twice, and none is missing but where its step is marked as cut off. */
export async function expectCounted(harness: Harness, sessionId: string, steps: number): Promise<void> {
  await harness.reached(sessionId, 'AgentCompleted', undefined, 300_000)
  const events = await harness.events(sessionId)
  const completions = events.flatMap((event) => (event.type === 'ToolCompleted' ? [event.data] : []))
  const last = completions.findLast(({ name, interrupted }) => name === 'shell' && !interrupted)
  const lines = (last?.output ?? '').split('\n').filter((line) => /^\d+$/.test(line))
  // The first was the gate.
  const missing = Array.from({ length: steps }, (_, step) => step).filter(
    (step) => !lines.includes(String(step)) && !completions[step + 1]?.interrupted,
  )
  expect({ sessionId, twice: lines.length - new Set(lines).size, missing }).toEqual({
    sessionId,
    twice: 0,
    missing: [],
  })
  const invoked = events.flatMap((event) => (event.type === 'ToolInvoked' ? [event.data.toolCallId] : []))
  expect(new Set(invoked).size).toBe(invoked.length)
}

export type Fault = 'SIGSTOP' | 'SIGKILL'
type Round = {
  readonly harness: Harness
  readonly fault: Fault
  /** Decides who is hit, and what is said to whom. */
  readonly seed: number
  readonly steps: number
  /** How long the one that was hit is away, once its sessions have been taken over and have gone on. */
  readonly away: () => Promise<unknown>
}

/**
 * Ten agents, five at each of two orchestrators, of which one is hit. All the while every command goes to the one that
 * does not own the session. Ends when all is as it has to be.
 */
export async function playRound({ harness, fault, seed, steps, away }: Round): Promise<void> {
  const both = await Promise.all([Orchestrator.start(harness), Orchestrator.start(harness)])
  const [hit, survivor] = seed % 2 === 0 ? both : both.toReversed()
  if (!hit || !survivor) throw new Error('there are two')
  try {
    const lost = await hit.spawnCounting(6, steps)
    const [told, paused, victim] = rotated(lost, seed) as [string, string, string]
    const kept = await survivor.spawnCounting(5, steps)
    const [otherPaused = ''] = rotated(kept, seed)
    // Before anything happens, each through the other.
    await survivor.tell(paused, 'pause')
    await hit.tell(otherPaused, 'pause')
    await Promise.all([paused, otherPaused].map((id) => harness.reached(id, 'AgentPaused')))
    await openGates(harness, [...lost, ...kept])
    await harness.reached(told, 'ToolCompleted', ({ turn }) => turn >= 2, 120_000)

    if (fault === 'SIGSTOP') hit.service.signal('SIGSTOP')
    else await hit.service.stop('SIGKILL')
    await survivor.tell(told, 'inject', { text: 'Count on.' })
    await survivor.tell(victim, 'kill')
    await harness.reached(victim, 'AgentKilled', undefined, 60_000)
    const before = await harness.events(told)
    await Promise.all(lost.map((id) => takenOverOrOver(harness, id)))
    await harness.reached(told, 'ToolCompleted', ({ toolCallId }) => !isIn(before, toolCallId), 60_000)
    await away()
    if (fault === 'SIGSTOP') hit.service.signal('SIGCONT')
    else await hit.service.restart()

    await hit.tell(paused, 'resume')
    await survivor.tell(otherPaused, 'resume')
    await Promise.all([...lost, ...kept].filter((id) => id !== victim).map((id) => expectCounted(harness, id, steps)))
    expect((await harness.types(told)).filter((type) => type === 'OperatorMessageDelivered')).toHaveLength(1)
    expect((await harness.types(victim)).filter((type) => type === 'AgentKilled')).toHaveLength(1)
    for (const { client } of both) expect((await client.get('/health')).body).toMatchObject({ status: 'healthy' })
  } finally {
    hit.service.signal('SIGCONT')
    await Promise.all(both.map(({ service }) => service.stop()))
  }
}

/** On a slow machine one may have come to its end before another had begun. */
const takenOverOrOver = (harness: Harness, sessionId: string) =>
  eventually(
    `${sessionId} is taken over`,
    async () =>
      (await ownersOf(harness, sessionId)).length > 1 ||
      (await harness.types(sessionId)).includes('AgentResourcesReleased'),
    60_000,
  )

const rotated = (ids: readonly string[], by: number) => ids.map((_, index) => ids[(index + by) % ids.length])

const isIn = (events: Awaited<ReturnType<Harness['events']>>, toolCallId: string) =>
  events.some((event) => event.type === 'ToolCompleted' && event.data.toolCallId === toolCallId)
