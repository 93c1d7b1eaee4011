import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { taskStream } from '@mosaic/contracts/task'
import {
  type CommandContext,
  type LogEvent,
  StoreUnavailableError,
  type SubscriptionItem,
  uuidv5,
} from '@mosaic/event-store'
import { eventually, spawnRequested, testLog } from '@mosaic/kit'
import { createLogger } from '@mosaic/runtime'
import { afterEach, expect, test } from 'vitest'
import type { Found } from './checkpoints.ts'
import { Follower } from './follower.ts'
import type { CommandTo, Reaction } from './reaction.ts'
import { begin } from './running.ts'

const clock = { now: () => new Date('2026-03-04T05:06:07.000Z') }
const caughtUp = { kind: 'caught-up' } as const
const item = (event: LogEvent) => ({ kind: 'event', event, raw: undefined as never }) as const

const id = (number: number) => `01890000-0000-7000-8000-00000000000${number}`
const spawned = (...ids: readonly string[]): LogEvent[] => {
  const log = testLog()
  return ids.flatMap((sessionId) => log.add(agentSessionStream.of(sessionId), [spawnRequested(sessionId)]))
}

type FailTask = { readonly type: 'FailTask'; readonly sessionId: string; readonly reason: string }
type Ways = { task(id: string, command: FailTask, context: CommandContext): Promise<Result<unknown, Rejection>> }

/** Fails the task of every session that is there. */
const failTasks: Reaction<null, 'AgentSpawnRequested', CommandTo<Ways>> = {
  name: 'fail-tasks',
  version: 1,
  handles: ['AgentSpawnRequested'],
  initial: null,
  evolve: () => null,
  react: (_, { data: { sessionId, taskId } }) => [
    { to: 'task', id: taskId, command: { type: 'FailTask', sessionId, reason: 'no' }, key: 'fail' },
  ],
}
const failing = begin({
  ...failTasks,
  react: () => {
    throw new Error('a fault in a reaction')
  },
})

type Sent = { readonly id: string; readonly command: unknown; readonly context: CommandContext }
const followers: Follower[] = []
afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.stop()
})

/** A follower of items that the test gives, one by one, and what it has sent. */
function follow({
  folds = [begin(failTasks)],
  answer = async () => {},
  refusal = (): Rejection | undefined => undefined,
  urgent = [] as readonly string[],
  found = undefined as Found | undefined,
} = {}) {
  const sent: Sent[] = []
  const give: SubscriptionItem[] = []
  let end = false
  const commands: Ways = {
    async task(to, command, context) {
      await answer()
      const refused = refusal()
      if (refused) return err(refused)
      sent.push({ id: to, command, context })
      return ok(null)
    },
  }
  const store = {
    async *subscribeAll({ signal }: { signal: AbortSignal }) {
      while (!signal.aborted && !(end && give.length === 0)) {
        const next = give.shift()
        if (next) yield next
        else await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
  }
  const logger = createLogger({ name: 'test', level: 'silent' })
  const checkpoints = { read: async () => found, write: async () => true }
  const participant = { kept: begin(failTasks), take: async () => {}, passOver: async () => {}, goLive: async () => {} }
  const follower = new Follower(
    { name: 'test', broughtAbout: ['TaskFailed'], urgent, store, commands, checkpoints, clock, logger },
    { participant, folds },
  )
  followers.push(follower)
  follower.start()
  return {
    follower,
    sent,
    give: (...items: SubscriptionItem[]) => void give.push(...items),
    endSubscription: () => void (end = true),
  }
}

const [spawn1, spawn2, spawn3] = spawned(id(1), id(2), id(3)) as [LogEvent, LogEvent, LogEvent]
const commandIdOf = (cause: LogEvent) => uuidv5(`fail-tasks/${cause.id}/fail`)

test('while it catches up nothing is done, then what has never been done, in order', async () => {
  const { follower, sent, give } = follow()
  const done = testLog().add(
    taskStream.of(id(2)),
    [{ type: 'TaskFailed', data: { taskId: id(2), sessionId: id(2), reason: 'no' } }],
    { commandId: commandIdOf(spawn2) },
  )
  give(item(spawn1), item(spawn2), item(spawn3), ...done.map(item))
  expect(follower.state).toBe('catching up')
  give(caughtUp)
  await follower.caughtUp
  await eventually('all to be sent', () => sent.length === 2)
  expect(sent.map((each) => each.id)).toEqual([id(1), id(3)])
})

test('who waits for a position goes on once it has been taken in, and no longer than it is wanted', async () => {
  const { follower, give } = follow()
  const stop = new AbortController()
  const met: string[] = []
  const first = follower.past(spawn1.position, stop.signal).then(() => met.push('first'))
  const third = follower.past(spawn3.position, stop.signal)
  give(item(spawn2))
  await first
  expect(met).toEqual(['first'])
  await follower.past(spawn2.position, stop.signal)
  stop.abort(new Error('it stops'))
  await expect(third).rejects.toThrow('it stops')
  await expect(follower.past(spawn1.position, stop.signal)).rejects.toThrow('it stops')
})

test('a command says what has caused it', async () => {
  const { sent, give } = follow()
  give(caughtUp, item(spawn1))
  await eventually('it to be sent', () => sent.length === 1)
  expect(sent[0]).toEqual({
    id: id(1),
    command: { type: 'FailTask', sessionId: id(1), reason: 'no' },
    context: {
      commandId: commandIdOf(spawn1),
      workspaceId: 'default',
      actor: { kind: 'system', id: 'test' },
      occurredAt: clock.now(),
      correlationId: spawn1.metadata.$correlationId,
      causationId: spawn1.id,
    },
  })
})

test('while the store is away a command is tried again, and those after it to the same aggregate wait', async () => {
  let away = true
  const { sent, give } = follow({
    answer: async () => {
      if (away) throw new StoreUnavailableError('away')
    },
  })
  give(caughtUp, item(spawn1), item({ ...spawn1, id: crypto.randomUUID() }))
  await eventually('the log to be read', () => followers.at(-1)?.state === 'live')
  away = false
  await eventually('both to be sent', () => sent.length === 2)
  expect(sent[0]?.context.causationId).toBe(spawn1.id)
})

test('a backlog of commands is carried out a bounded number at a time', async () => {
  let [under, most] = [0, 0]
  const { sent, give } = follow({
    answer: async () => {
      most = Math.max(most, ++under)
      await new Promise((resolve) => setTimeout(resolve, 1))
      under--
    },
  })
  const backlog = spawned(...Array.from({ length: 200 }, () => crypto.randomUUID()))
  give(...backlog.map(item), caughtUp)
  await eventually('all to be sent', () => sent.length === 200)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(32)
})

test('a command that is urgent waits for nobody: a backlog that is not answered does not hold it back', async () => {
  const answered = Promise.withResolvers<void>()
  let under = 0
  const { sent, give } = follow({
    urgent: ['FailTask'],
    answer: () => {
      under++
      return answered.promise
    },
  })
  const backlog = spawned(...Array.from({ length: 100 }, () => crypto.randomUUID()))
  give(caughtUp, ...backlog.map(item))
  await eventually('all to be under way', () => under === 100)
  answered.resolve()
  await eventually('all to be sent', () => sent.length === 100)
})

test('a command that lost a race for its aggregate is decided again, it is not taken for refused', async () => {
  let lost = 2
  const { sent, give } = follow({
    refusal: () => (lost-- > 0 ? { code: 'CONCURRENT_UPDATE', message: 'changed too often' } : undefined),
  })
  give(caughtUp, item(spawn1))
  await eventually('it to be sent', () => sent.length === 1)
  expect(lost).toBe(-1)
})

test.each([
  ['a fault in a reaction', (log: ReturnType<typeof follow>) => log.give(item(spawn1))],
  ['an end of the subscription', (log: ReturnType<typeof follow>) => log.endSubscription()],
])('%s does not leave the follower deaf and alive: it says so', async (_, fault) => {
  const log = follow({ folds: [failing] })
  fault(log)
  await expect(log.follower.failed).rejects.toThrow(/fault|ended/)
  expect(log.follower.state).toBe('failed')
})

test('when a fold has another version than at the last checkpoint, nothing is asked for anew up to the old mark', async () => {
  const { sent, give } = follow({ found: { position: spawn2.position, states: null } })
  give(item(spawn1), item(spawn2), item(spawn3), caughtUp)
  await eventually('the rest to be sent', () => sent.length > 0)
  expect(sent.map((each) => each.id)).toEqual([id(3)])
})
