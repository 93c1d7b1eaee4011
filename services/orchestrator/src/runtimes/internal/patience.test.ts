import type { WaitReason } from '@mosaic/contracts/agent-session'
import { err, ok } from '@mosaic/contracts/kernel'
import { id } from '@mosaic/kit'
import { createRedactor } from '@mosaic/redaction'
import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import type { BudgetRefusal } from '../../budgets/index.ts'
import type { LiveSession, Report } from '../../domain/agent-session/index.ts'
import type { Journal } from '../../journal/journal.ts'
import { mayCall, Run, type RunnerDeps } from '../worktree/index.ts'
import { deferCall } from './defer-call.ts'
import { ModelFault } from '../model/index.ts'
import { modelMind } from './model-mind.ts'

const evening = new Date('2026-03-04T20:00:00.000Z')
const morning = new Date('2026-03-05T08:00:00.000Z')
const later = (from: Date, minutes: number) => new Date(from.getTime() + minutes * 60_000)

type Waited = { readonly reason: WaitReason; readonly since: Date }

/** A session that has waited, in a process that took it up at `begun`: what it records when it is refused at `now`. */
async function refused(
  how: { readonly budget: BudgetRefusal['reason'] } | { readonly model: ModelFault['kind'] },
  { waited, begun, now }: { waited: Waited; begun: Date; now: Date },
) {
  const recorded: Report[] = []
  let moment = begun
  const refusal: BudgetRefusal | undefined =
    'budget' in how ? { reason: how.budget, policy: 'ask', message: 'm' } : undefined
  const deps = {
    mindOf: modelMind,
    clock: { now: () => moment },
    logger: createLogger({ name: 'test', level: 'silent' }),
    redactor: createRedactor(),
    budgets: { changes: 0, ask: async () => (refusal ? err(refusal) : ok({ withinMs: null })) },
    limits: { unreachableMs: 3_600_000, patienceMs: 6 * 3_600_000, sessionMs: 86_400_000 },
  } as unknown as RunnerDeps
  const since = waited.since.toISOString()
  const session = {
    status: 'running',
    turn: 3,
    spec: { sessionId: id(1), runtime: { kind: 'internal', modelProvider: 'p', model: 'm', maxTurns: 9 } },
    modelNow: null,
    modelChanges: 0,
    modelWait: { reason: waited.reason, since, nextTryAt: since, attempts: 4, broken: 0, retryNow: false },
    claim: { epoch: 1 },
  } as unknown as LiveSession
  const journal = { sessionId: id(1), workspaceId: 'default', session, claimedAtPosition: '0' } as Journal
  const run = new Run(journal, deps, true)
  run.record = async (report) => (
    recorded.push(report), { ok: true, value: { events: [], revision: 0, position: '0' } }
  )
  moment = now
  if ('budget' in how) await mayCall(run, session, { callId: id(2), request: {} as never, counted: null })
  else await deferCall(run, session, new ModelFault(how.model, 'm'))
  return recorded
}

const deferred = (reason: WaitReason, since: Date) => [
  expect.objectContaining({ type: 'DeferModelCall', reason, since: since.toISOString(), attempts: 5 }),
]

test('an agent that had waited all night for a budget failed when the coordinator was away once', async () => {
  const waited = { reason: 'BUDGET_EXHAUSTED', since: evening } as const
  const now = later(morning, 1)
  expect(await refused({ budget: 'BUDGET_UNDECIDED' }, { waited, begun: morning, now })).toEqual(
    deferred('BUDGET_UNDECIDED', now),
  )
  expect(await refused({ budget: 'BUDGET_UNDECIDED' }, { waited, begun: evening, now })).toEqual(
    deferred('BUDGET_UNDECIDED', now),
  )
})

test('one whose orchestrator was off all night failed at its first question, as if it had asked all night', async () => {
  const waited = { reason: 'BUDGET_UNDECIDED', since: evening } as const
  const now = later(morning, 1)
  expect(await refused({ budget: 'BUDGET_UNDECIDED' }, { waited, begun: morning, now })).toEqual(
    deferred('BUDGET_UNDECIDED', evening),
  )
})

test('one that nobody has answered for as long as it is to wait ends, and says why', async () => {
  const waited = { reason: 'BUDGET_UNDECIDED', since: morning } as const
  const asked = refused({ budget: 'BUDGET_UNDECIDED' }, { waited, begun: evening, now: later(morning, 60) })
  await expect(asked).rejects.toMatchObject({ name: 'SessionFailure', code: 'BUDGET_UNDECIDED' })
})

test('a wait for a person goes on from where it began, whatever the budget says', async () => {
  const waited = { reason: 'BUDGET_IN_USE', since: evening } as const
  expect(await refused({ budget: 'BUDGET_EXHAUSTED' }, { waited, begun: evening, now: morning })).toEqual(
    deferred('BUDGET_EXHAUSTED', evening),
  )
})

test('a session that its model had turned away for hours failed when its server was unreachable once', async () => {
  const waited = { reason: 'RATE_LIMITED', since: later(morning, -120) } as const
  expect(await refused({ model: 'SERVER_UNREACHABLE' }, { waited, begun: evening, now: morning })).toEqual(
    deferred('SERVER_UNREACHABLE', morning),
  )
  const off = {
    waited: { reason: 'SERVER_UNREACHABLE', since: evening },
    begun: morning,
    now: later(morning, 1),
  } as const
  expect(await refused({ model: 'SERVER_UNREACHABLE' }, off)).toEqual(deferred('SERVER_UNREACHABLE', evening))
})

test('a server that nobody has reached for as long as it is tried ends the session', async () => {
  const waited = { reason: 'SERVER_UNREACHABLE', since: morning } as const
  const asked = refused({ model: 'SERVER_UNREACHABLE' }, { waited, begun: evening, now: later(morning, 60) })
  await expect(asked).rejects.toMatchObject({ code: 'MODEL_UNREACHABLE' })
})
