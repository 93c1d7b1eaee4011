import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { orchestratorRoutes, type RejectionCode, type Route } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { pullRequestStream } from '@mosaic/contracts/pull-request'
import type { EventStore, NewEvent, ReadItem } from '@mosaic/event-store'
import type { Upstream } from '@mosaic/http'
import { eventually, id, testLog } from '@mosaic/kit'
import { createLogger } from '@mosaic/runtime'
import { afterEach, expect, test } from 'vitest'
import { pullRequest, type PullRequest, type PullRequestCommand } from '../domain/pull-request/pull-request.ts'
import { PullRequests } from './pull-requests.ts'

const pullRequestId = id(9)
const stream = pullRequestStream.of(pullRequestId)
const [first, second] = [id(1), id(2)] as const
const headCommit = 'c'.repeat(40)

let running: PullRequests | undefined
afterEach(() => running?.stop())

/** A host's answers come only when they are let through; between two looks it would be waited for an hour. */
function world({ refusal }: { refusal?: Result<never, Rejection<RejectionCode>> } = {}) {
  const log = testLog()
  const read = (isWanted: (event: (typeof log.all)[number]) => boolean): ReadItem[] =>
    log.all.filter(isWanted).map((event) => ({ kind: 'event', event, raw: {} as never }))
  const store = {
    async *readStream(streamId: string, { from = 0 } = {}) {
      yield* read((event) => event.streamId === streamId && event.revision >= from)
    },
    async *subscribeAll() {
      yield* read(({ streamId }) => streamId === agentSessionStream.of(second))
    },
  } as unknown as EventStore
  const decide = (command: PullRequestCommand) => {
    const state = log.all
      .filter(({ streamId }) => streamId === stream)
      .reduce<PullRequest>((known, event) => pullRequest.evolve(known, event as never), pullRequest.initialState)
    const decided = pullRequest.decide(command, state)
    if (decided.ok) log.add(stream, decided.value as readonly NewEvent[])
    return decided.ok ? ok({ events: decided.value } as never) : decided
  }
  decide({
    type: 'RequestPullRequest',
    pullRequestId,
    sessionId: first,
    repository: 'https://host.example/owner/code.git',
    branch: 'mosaic/one',
    into: 'main',
    title: 'A title',
    isDraft: false,
  })
  decide({ type: 'RecordOpened', host: 'host', number: 1, url: 'https://host.example/1', headCommit, isNew: true })
  const feedback = [{ id: 'comment-1', kind: 'comment', author: 'ada', path: null, line: null, text: 'No.' }] as const
  decide({ type: 'RecordSeen', state: 'open', headCommit, checks: null, feedback: [...feedback], mostTimes: 3 })
  log.add(agentSessionStream.of(second), [{ type: 'AgentResourcesReleased', data: {} } as never])

  const looks: (() => void)[] = []
  const continues: (() => void)[] = []
  running = new PullRequests({
    store,
    orchestrator: {
      async call(route: Route, { signal }: { signal?: AbortSignal } = {}) {
        if (route === orchestratorRoutes.lookAtPullRequest) {
          await new Promise<void>((resolve) => {
            looks.push(resolve)
            signal?.addEventListener('abort', () => resolve())
          })
          return refusal ?? ok({ state: 'open', headCommit, checks: null, feedback: [] })
        }
        await new Promise<void>((resolve) => continues.push(resolve))
        return ok({ sessionId: second })
      },
    } as Upstream,
    commands: { pullRequest: async (_, command) => decide(command) as never },
    open: () => ({ [pullRequestId]: 'default' }),
    caughtUp: async () => {},
    everyMs: 3_600_000,
    mostTimes: 3,
    clock: { now: () => new Date('2026-03-04T05:06:07.000Z') },
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  running.start()
  const types = () => log.all.filter(({ streamId }) => streamId === stream).map(({ type }) => type)
  return { looks, continues, types }
}

test('an agent that has gone on while its host is asked is attended to at once', async () => {
  const { looks, continues, types } = world()
  await eventually('asked', () => looks.length === 1 && continues.length === 1)
  continues[0]!()
  await eventually('it goes on', () => types().at(-1) === 'PullRequestContinued')
  // Whatever follows of that has happened.
  await new Promise((resolve) => setImmediate(resolve))
  looks[0]!()
  await eventually('asked again', () => looks.length === 2)
  // Its session has ended without a word: a person hears of it, although the second look is still under way.
  await eventually('returned', () => types().at(-1) === 'PullRequestReturned')
  looks[1]!()
  await eventually('asked a third time', () => looks.length === 3)
  expect(types().filter((type) => type === 'PullRequestReturned')).toHaveLength(1)
})

test('an agent that has gone on during a pause ends it', async () => {
  const { looks, continues, types } = world()
  await eventually('asked', () => looks.length === 1 && continues.length === 1)
  looks[0]!()
  await new Promise((resolve) => setImmediate(resolve))
  continues[0]!()
  await eventually('asked again', () => looks.length === 2)
  await eventually('returned', () => types().at(-1) === 'PullRequestReturned')
})

test('what was said by the time that somebody renewed their open-pr was seen only at the next look', async () => {
  const { looks, continues } = world()
  await eventually('asked', () => looks.length === 1 && continues.length === 1)
  looks[0]!()
  // The pause has begun.
  await new Promise((resolve) => setImmediate(resolve))
  running!.lookNow(pullRequestId)
  await eventually('asked again', () => looks.length === 2)
  running!.lookNow(pullRequestId)
  looks[1]!()
  await eventually('asked a third time, for what was renewed during the second', () => looks.length === 3)
  continues[0]!()
})

test('a host that asks to be left alone was asked again when somebody renewed their open-pr', async () => {
  const details = { retryAfterSeconds: 3600 }
  const { looks, continues, types } = world({ refusal: err({ code: 'CODE_HOST_LIMITED', message: 'later', details }) })
  await eventually('asked', () => looks.length === 1 && continues.length === 1)
  looks[0]!()
  running!.lookNow(pullRequestId)
  continues[0]!()
  // The watch has gone round: it has attended to what is known, without its host.
  await eventually('returned', () => types().at(-1) === 'PullRequestReturned')
  expect(looks).toHaveLength(1)
})
