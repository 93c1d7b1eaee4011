import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { orchestratorRoutes, type RejectionCode, type Route } from '@mosaic/contracts/http'
import { err, ok } from '@mosaic/contracts/kernel'
import { mergeQueueStream, type StackLandings } from '@mosaic/contracts/merge-queue'
import { type EventStore, type NewEvent, type ReadItem, StoreUnavailableError } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import { eventually, facts, id, testLog } from '@mosaic/kit'
import { createLogger } from '@mosaic/runtime'
import { afterEach, expect, test } from 'vitest'
import { mergeQueue, type MergeQueue, type MergeQueueCommand } from '../domain/merge-queue/merge-queue.ts'
import { MergeQueues } from './merge-queues.ts'

const queueId = id(9)
const stream = mergeQueueStream.of(queueId)
const [one, two] = [id(1), id(2)] as const
/** The session in which the agent of a branch goes on. */
const successorOf = (landingId: string) => landingId.replace(/.$/, (digit) => String(Number(digit) + 4))

const running: MergeQueues[] = []
afterEach(async () => {
  for (const queues of running.splice(0)) await queues.stop()
})

type Answers = {
  /** The orchestrator takes a call and never answers. */
  readonly silent?: boolean
  /** Branches that conflict with the base. */
  readonly conflicts?: readonly string[]
  readonly profile?: 'standard' | null
  readonly check?: () => RejectionCode | 'passed'
  readonly push?: () => 'landed' | 'moved'
  readonly continue?: (sessionId: string) => RejectionCode | 'continued'
}

/** A queue in which these are to land, as its log has it, and an orchestrator that answers as it is told. */
function world(landingIds: readonly string[], answers: Answers = {}) {
  const log = testLog()
  let isAway = false
  const read = (isWanted: (event: (typeof log.all)[number]) => boolean): ReadItem[] => {
    if (isAway) throw new StoreUnavailableError('away')
    return log.all.filter(isWanted).map((event) => ({ kind: 'event', event, raw: {} as never }))
  }
  const store = {
    async *readStream(streamId: string, { from = 0 } = {}) {
      yield* read((event) => event.streamId === streamId && event.revision >= from)
    },
    async *subscribeAll({ filter, signal }: Parameters<EventStore['subscribeAll']>[0]) {
      const prefixes = filter && 'streamPrefixes' in filter ? filter.streamPrefixes : []
      for (let seen = 0; !signal.aborted; ) {
        const items = read(({ streamId }) => prefixes.includes(streamId))
        for (const item of items.slice(seen)) yield item
        seen = items.length
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
  } as unknown as EventStore
  const state = () =>
    log.all
      .filter(({ streamId }) => streamId === stream)
      .reduce<MergeQueue>((queue, event) => mergeQueue.evolve(queue, event as never), mergeQueue.initialState)
  const decide = (command: MergeQueueCommand) => {
    const decided = mergeQueue.decide(command, state())
    if (decided.ok) log.add(stream, decided.value as readonly NewEvent[])
    return decided.ok ? ok({ events: decided.value } as never) : decided
  }
  for (const landingId of landingIds) decide(requested(landingId))

  const answer = (route: Route, params: Readonly<Record<string, string>>, body: unknown) => {
    const { conflicts = [], profile = 'standard' } = answers
    if (route === orchestratorRoutes.stackLandings) return ok(stackOf(body as StackLandings, { conflicts, profile }))
    if (route === orchestratorRoutes.checkStack) {
      const said = answers.check?.() ?? 'passed'
      return said === 'passed' ? ok({ approved: true, gates: [] }) : err({ code: said, message: said })
    }
    if (route === orchestratorRoutes.pushStack) return ok({ outcome: answers.push?.() ?? 'landed' })
    const said = answers.continue?.(params['id']!) ?? 'continued'
    return said === 'continued' ? ok({ sessionId: successorOf(params['id']!) }) : err({ code: said, message: said })
  }
  const queues = new MergeQueues({
    store,
    orchestrator: {
      call: async (route: Route, { params = {}, body, signal }: NonNullable<Parameters<Upstream['call']>[1]>) =>
        answers.silent ? untilGivenUp(signal!) : answer(route, params, body),
    } as Upstream,
    commands: { mergeQueue: async (_, command) => decide(command) as never },
    open: () => {
      const now = state()
      const open = now.status === 'none' ? [] : Object.keys(now.landings)
      return open.length === 0 ? {} : { [queueId]: { workspaceId: 'default', landingIds: open } }
    },
    caughtUp: async () => {},
    clock: { now: () => new Date('2026-03-04T05:06:07.000Z') },
    logger: createLogger({ name: 'test', level: 'silent' }),
    batch: 8,
    mostTimes: 1,
  })
  running.push(queues)
  queues.start()
  return {
    queues,
    decide,
    types: () => log.all.filter(({ streamId }) => streamId === stream).map(({ type }) => type),
    ended: (sessionId: string, ...events: NewEvent[]) => log.add(agentSessionStream.of(sessionId), events),
    away: (now: boolean) => void (isAway = now),
  }
}

const requested = (landingId: string): MergeQueueCommand => ({
  type: 'RequestLanding',
  queueId,
  landingId,
  repository: '/code',
  into: 'main',
  sessionId: landingId,
  branch: landingId,
  title: 'do it',
  how: 'merge',
  returnTo: 'agent',
  operator: null,
})

function stackOf(
  { landings }: StackLandings,
  { conflicts, profile }: Required<Pick<Answers, 'conflicts' | 'profile'>>,
) {
  const isLeft = ({ sessionId }: { sessionId: string }) => conflicts.includes(sessionId)
  const obstacle = { code: 'MERGE_CONFLICT', message: 'it conflicts', files: ['a.txt'] } as const
  const left = landings.filter(isLeft).map(({ landingId }) => ({ landingId, obstacle, behind: [] }))
  const branches = landings
    .filter((landing) => !isLeft(landing))
    .map(({ landingId, sessionId }) => ({ landingId, sessionId, branch: sessionId, commit: landingId }))
  const stack = { baseCommit: 'base', commit: 'tip', tree: 'tree', profile, branches }
  return { stack: branches.length > 0 ? stack : null, left, isYolo: profile === null }
}

const untilGivenUp = (signal: AbortSignal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(err({ code: 'ORCHESTRATOR_UNAVAILABLE', message: 'given up' })))
  })

test('whoever stopped waited two minutes for an orchestrator that did not answer', async () => {
  const { queues, types } = world([one], { silent: true })
  await eventually('a batch', () => types().includes('LandingBatchStarted'))
  await queues.stop()
  expect(types().at(-1)).toBe('LandingBatchStarted')
})

test('what passes its gates lands', async () => {
  const { types } = world([one])
  await eventually('it to land', () => types().includes('LandingBatchLanded'))
  expect(types()).toEqual([
    'LandingRequested',
    'LandingBatchStarted',
    'LandingBatchStacked',
    'LandingBatchChecked',
    'LandingBatchLanded',
  ])
})

test('landings past all gates on a base that others move waited longer and longer, up to five minutes', async () => {
  let moved = 0
  const { types } = world([one], { profile: null, push: () => (moved++ < 8 ? 'moved' : 'landed') })
  await eventually('it to land', () => types().includes('LandingBatchLanded'))
  expect(types().filter((type) => type === 'LandingBatchAbandoned')).toHaveLength(8)
})

test('what cannot be checked is tried anew, after a pause, and lands once it can', async () => {
  let asked = 0
  const { types } = world([one], { check: () => (asked++ === 0 ? 'COORDINATOR_UNAVAILABLE' : 'passed') })
  await eventually('it to land', () => types().includes('LandingBatchLanded'))
  expect(types().filter((type) => type === 'LandingBatchAbandoned')).toHaveLength(1)
})

test('a branch that was taken out had its agent continued once that could be', async () => {
  const asked = new Map([one, two].map((each) => [each, 0]))
  const queue = world([one, two], {
    conflicts: [one, two],
    continue: (sessionId) => {
      const times = asked.get(sessionId)! + 1
      asked.set(sessionId, times)
      if (sessionId === one && times === 1) queue.decide({ type: 'RemoveLanding', landingId: one, reason: null })
      return sessionId === two && times >= 3 ? 'continued' : 'FLEET_FROZEN'
    },
  })
  await eventually('the other to be asked until it goes on', () => queue.types().includes('LandingContinued'))
  expect([...asked.values()]).toEqual([1, 3])
})

test('an agent that has brought its branch back is in line again, also where the store was away meanwhile', async () => {
  let isLeft = true
  const answers = {
    get conflicts() {
      return isLeft ? [one] : []
    },
  }
  const queue = world([one], answers)
  await eventually('its agent to go on', () => queue.types().includes('LandingContinued'))
  queue.away(true)
  isLeft = false
  const successor = successorOf(one)
  queue.ended(successor, facts.completed(successor), facts.released(successor))
  queue.away(false)
  await eventually('it to land', () => queue.types().includes('LandingBatchLanded'))
  expect(queue.types().filter((type) => type === 'LandingRequeued')).toHaveLength(1)
})

test('an agent that does not come to a good end with it gives the branch to a person', async () => {
  const queue = world([one], { conflicts: [one] })
  await eventually('its agent to go on', () => queue.types().includes('LandingContinued'))
  const successor = successorOf(one)
  queue.ended(successor, facts.failed(successor), facts.released(successor))
  await eventually('it to come back', () => queue.types().at(-1) === 'LandingReturned')
})
