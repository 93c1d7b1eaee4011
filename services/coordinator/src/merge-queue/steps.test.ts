import { orchestratorRoutes, type RejectionCode, type Route } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type {
  MergeQueueEvent,
  PushedStack,
  PushStack,
  StackedLandings,
  StackLandings,
} from '@mosaic/contracts/merge-queue'
import { id } from '@mosaic/kit'
import type { Upstream } from '@mosaic/http'
import { expect, test } from 'vitest'
import { mergeQueue, type MergeQueue } from '../domain/merge-queue/merge-queue.ts'
import { nextStep } from './steps.ts'

const queueId = id(99)
const landingIds = [1, 2, 3, 4, 5].map(id)
const [forbids, , bad] = landingIds as [string, string, string]
const started = '2026-03-04T05:06:07.000Z'

type Answer = Result<unknown, Rejection<RejectionCode>>

/** An origin with one base, on which two branches do not go together, and an orchestrator that stacks, checks and pushes. */
class World {
  /** What the base has held, from its beginning. */
  readonly bases: (readonly string[])[] = [[]]
  calls = 0
  /** Nothing of `frozen` may land until that is over. */
  isFrozen = false
  /** Somebody has the base checked out: only they move it. */
  isCheckedOut = false
  /** After how many calls somebody else puts a commit of theirs on the base. */
  foreignAfter: number | undefined
  /** The second of these conflicts with the first. */
  conflict: readonly [string, string] | undefined
  #offered: readonly string[] | undefined

  get base(): readonly string[] {
    return this.bases.at(-1)!
  }

  isRed = (branches: readonly string[]): boolean => branches.includes(forbids) && branches.includes(bad)

  answer(route: Route, body: unknown): Answer {
    if (route === orchestratorRoutes.stackLandings) return ok(this.#stack(body as StackLandings))
    if (route === orchestratorRoutes.pushStack) return ok(this.#push(body as PushStack))
    const { commit } = body as { commit: string }
    const isRed = this.isRed(JSON.parse(commit) as string[])
    const tests = { name: 'tests', kind: 'mechanical', passed: !isRed, ran: true, details: [], durationMs: 1 }
    return ok({ approved: !isRed, gates: [tests] })
  }

  #stack({ landings }: StackLandings): StackedLandings {
    const [first, second] = this.conflict ?? []
    const obstacle = { code: 'MERGE_CONFLICT' as const, message: 'it conflicts', files: ['a.txt'] }
    const isWithBase = first !== undefined && this.base.includes(first)
    const inConflict = landings.some(({ landingId }) => landingId === first) || isWithBase ? second : undefined
    const left = landings
      .filter(({ landingId }) => landingId === inConflict)
      .map(({ landingId }) => ({ landingId, obstacle, behind: isWithBase ? [] : [first!] }))
    const inIt = landings.filter(({ landingId }) => landingId !== inConflict)
    if (inIt.length === 0) return { stack: null, left, isYolo: false }
    const on = inIt.filter(({ landingId }) => !this.base.includes(landingId))
    const branches = inIt.map(({ landingId }, index) => {
      const below = [...this.base, ...on.slice(0, index + 1).map((each) => each.landingId)]
      return { landingId, sessionId: landingId, branch: landingId, commit: JSON.stringify(below) }
    })
    const commit = JSON.stringify([...this.base, ...on.map(({ landingId }) => landingId)])
    const stack = {
      baseCommit: JSON.stringify(this.base),
      commit,
      tree: commit,
      profile: 'standard' as const,
      branches,
    }
    return { stack, left, isYolo: false }
  }

  /** Whoever has the base checked out moves it to what was offered. */
  merge(): void {
    if (this.#offered) this.bases.push(this.#offered)
    this.#offered = undefined
    this.isCheckedOut = false
  }

  #push({ baseCommit, commit }: PushStack): PushedStack {
    const [now, to] = [JSON.stringify(this.base), JSON.parse(commit) as string[]]
    if (to.every((branch) => this.base.includes(branch))) return { outcome: 'landed' }
    if (now !== baseCommit) return { outcome: 'moved' }
    if (this.isCheckedOut) {
      this.#offered = to
      return { outcome: 'held', ref: 'refs/mosaic/landings/1' }
    }
    this.bases.push(to)
    return { outcome: 'landed' }
  }
}

/** Where a run is cut off: before a call did anything, after it has, or before what it came to was recorded. */
type Cut = { readonly at: number; readonly where: 'before' | 'after' | 'unrecorded' }

/** Far more than any run takes. */
const mostRounds = 500

/** Takes a queue of all branches to its end, from its log alone, cut off once. */
async function run(world: World, cut?: Cut, frozen: readonly string[] = []): Promise<readonly MergeQueueEvent[]> {
  const gone: Answer = err({ code: 'ORCHESTRATOR_UNAVAILABLE', message: 'it is gone' })
  const isCut = (where: Cut['where']) => cut?.where === where && world.calls === cut.at
  const orchestrator = {
    call: async (route: Route, { body }: { body?: unknown } = {}) => {
      world.calls += 1
      if (world.calls === world.foreignAfter) world.bases.push([...world.base, 'of somebody else'])
      if (isCut('before')) return gone
      const answer = world.answer(route, body)
      return isCut('after') ? gone : answer
    },
  } as Upstream
  const log: MergeQueueEvent[] = landingIds.map((landingId) => requested(landingId))
  const deps = { orchestrator, clock: { now: () => new Date(started) }, batch: 8, mostTimes: 0 }
  const frozenNow = () => (world.isFrozen ? { landingIds: frozen, message: 'the fleet is frozen' } : null)
  let unrecorded = cut?.where === 'unrecorded'
  for (let rounds = 0; rounds < mostRounds; rounds++) {
    const queue = log.reduce<MergeQueue>(mergeQueue.evolve, mergeQueue.initialState)
    if (queue.status === 'none') throw new Error('nothing was asked for')
    const step = await nextStep(deps, queue, { workspaceId: 'default', frozen: frozenNow() })
    if (!step.ok) continue
    if (step.value === null && frozenNow()) {
      world.isFrozen = false
      continue
    }
    if (step.value === null && world.isCheckedOut) {
      world.merge()
      continue
    }
    if (step.value === null) return log
    if (unrecorded && world.calls === cut?.at) {
      unrecorded = false
      continue
    }
    const decided = mergeQueue.decide(step.value, queue)
    if (!decided.ok) throw new Error(decided.error.message)
    log.push(...decided.value)
  }
  throw new Error(`it does not come to its end: ${log.map(({ type }) => type).join(', ')}`)
}

const requested = (landingId: string): MergeQueueEvent => ({
  type: 'LandingRequested',
  data: {
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
  },
})

/** Every place in a run where it may be cut off. */
async function cutsOf(world: World): Promise<Cut[]> {
  await run(world)
  return Array.from({ length: world.calls }, (_, index) => index + 1).flatMap((at) =>
    (['before', 'after', 'unrecorded'] as const).map((where): Cut => ({ at, where })),
  )
}

const clean = new World()
const cuts = await cutsOf(clean)

test('a run has a step of every kind', () => expect(clean.calls).toBeGreaterThan(8))

test.each(cuts)(
  'cut off $where call $at: four land, one comes back, none is lost, and the base is never red',
  async (cut) => {
    const world = new World()
    const log = await run(world, cut)
    expect(world.bases.filter(world.isRed)).toEqual([])
    expect(world.base.toSorted()).toEqual(landingIds.filter((landingId) => landingId !== bad))
    const landed = log.flatMap((event) => (event.type === 'LandingBatchLanded' ? event.data.branches : []))
    expect(landed.map(({ landingId }) => landingId).toSorted()).toEqual(world.base.toSorted())
    const back = log.flatMap((event) => (event.type === 'LandingReturned' ? [event.data.landingId] : []))
    expect(back).toEqual([bad])
  },
)

const worldOf = (over: Partial<World>): World => Object.assign(new World(), over)
const [, before, , behind] = landingIds as [string, string, string, string]
const worlds: [string, Partial<World>, readonly string[]][] = [
  ['somebody has the base checked out', { isCheckedOut: true }, [bad]],
  ['somebody else pushes before the first push', { foreignAfter: 3 }, [bad]],
  ['somebody else pushes while the rest is tried', { foreignAfter: 8 }, [bad]],
  ['two conflict with each other', { conflict: [before, behind] }, [bad, behind]],
]

test.each(worlds)('where %s, what may land does, wherever it is cut off', async (_, over, comeBack) => {
  for (const cut of [undefined, ...(await cutsOf(worldOf(over)))]) {
    const world = worldOf(over)
    const log = await run(world, cut)
    const said = JSON.stringify(cut)
    expect(world.bases.filter(world.isRed), said).toEqual([])
    const theirs = landingIds.filter((landingId) => !comeBack.includes(landingId))
    expect(world.base.filter((branch) => landingIds.includes(branch)).toSorted(), said).toEqual(theirs)
    expect(world.base.includes('of somebody else'), said).toBe(world.foreignAfter !== undefined)
    const back = log.flatMap((event) => (event.type === 'LandingReturned' ? [event.data.landingId] : []))
    expect(back.toSorted(), said).toEqual([...comeBack])
  }
})

test('what agents have made that the fleet is frozen for waits and says so, while others land', async () => {
  const world = new World()
  world.isFrozen = true
  const log = await run(world, undefined, [bad])
  const types = log.map(({ type }) => type)
  const [halted, resumed] = [types.indexOf('LandingQueueHalted'), types.indexOf('LandingQueueResumed')]
  expect(log[halted]).toMatchObject({ data: { message: 'the fleet is frozen' } })
  const before = log.slice(halted, resumed)
  const tried = before.flatMap((event) => (event.type === 'LandingBatchStarted' ? event.data.landingIds : []))
  expect(tried.toSorted()).toEqual(landingIds.filter((landingId) => landingId !== bad))
  expect(before.some(({ type }) => type === 'LandingBatchLanded')).toBe(true)
  expect(log.slice(resumed).filter(({ type }) => type === 'LandingBatchStarted')).not.toEqual([])
  expect(types.filter((type) => type === 'LandingQueueHalted')).toHaveLength(1)
})

test('a freeze while a batch has passed and not landed yet holds it where it is, until the end of the freeze', async () => {
  const world = new World()
  const passed: MergeQueueEvent[] = [
    requested(forbids),
    { type: 'LandingBatchStarted', data: { queueId, batchId: id(90), landingIds: [forbids], at: started } },
    {
      type: 'LandingBatchStacked',
      data: {
        queueId,
        batchId: id(90),
        stack: { baseCommit: '[]', commit: '[]', tree: 't', profile: 'minimal', branches: [] },
      },
    },
    { type: 'LandingBatchChecked', data: { queueId, batchId: id(90), approved: true, gates: [] } },
  ]
  const queue = passed.reduce<MergeQueue>(mergeQueue.evolve, mergeQueue.initialState)
  if (queue.status === 'none') throw new Error('nothing was asked for')
  const orchestrator = {
    call: async (route: Route, { body }: { body?: unknown } = {}) => world.answer(route, body),
  } as Upstream
  const deps = { orchestrator, clock: { now: () => new Date(started) }, batch: 8, mostTimes: 0 }
  const frozen = { landingIds: [forbids], message: 'the fleet is frozen' }
  const next = (from: typeof queue, now: typeof frozen | null) =>
    nextStep(deps, from, { workspaceId: 'default', frozen: now })
  expect(await next(queue, frozen)).toEqual(ok({ type: 'HaltQueue', message: frozen.message }))
  const halted = { ...queue, halted: frozen.message }
  expect(await next(halted, frozen)).toEqual(ok(null))
  expect(await next(halted, null)).toEqual(ok({ type: 'ResumeQueue' }))
  expect(await next(queue, null)).toMatchObject({ value: { type: 'RecordLanded' } })
})
