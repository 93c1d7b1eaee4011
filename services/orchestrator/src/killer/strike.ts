import { setTimeout as wait } from 'node:timers/promises'
import type { LiveSession, Strike, StrikeAnswer } from '@mosaic/contracts/fleet'
import type { Clock } from '@mosaic/contracts/kernel'
import { strikeGroups, strikeRemains } from '../sandbox/remains.ts'
import type { DockerEngine } from '../sandbox/docker-engine.ts'
import { strikeContainers } from './containers.ts'
import type { InHand } from './in-hand.ts'
import type { KillLedger } from './kill-ledger.ts'
import type { LiveSessions } from './live-sessions.ts'
import { isMeant, noteFor } from './meant.ts'
import { Notes } from './notes.ts'
import { Watch } from './watch.ts'

export type StrikeDeps = {
  readonly ledger: KillLedger
  readonly alive: LiveSessions
  readonly inHand: InHand
  readonly engine: DockerEngine
  readonly clock: Clock
  /** Called once it is noted and carried out. */
  readonly onStruck: () => void
}

/** How long the orchestrator has to say that it has a kill in hand, which it does at once. In milliseconds. */
const graceMs = 300
const lookEveryMs = 10
/** How long an answer waits for the proof. */
const patienceMs = 5_000

/**
 * Carries out what the orchestrator does not get to: notes it, so that nobody runs those sessions again and all of it comes
 * into the log, and ends their processes. Answered with the proof, or with those of whom there is none yet: these are
 * signalled again and again for as long as the orchestrator has not taken them up.
 */
export async function carryOut(asked: Strike, deps: StrikeDeps): Promise<StrikeAnswer> {
  if (await deps.inHand.within(asked.commandId, graceMs)) return { struck: false, sessionIds: [], unconfirmed: [] }
  const until = performance.now() + patienceMs
  const hit = (await whenItCan(() => deps.alive.all(), until)).filter((session) => isMeant(asked, session))
  if (hit.length === 0 && asked.target.kind === 'session') return { struck: false, sessionIds: [], unconfirmed: [] }
  const notes = new Notes(notesOf(asked, hit, deps), deps.onStruck)
  notes.write()
  const sandboxIds = new Set(hit.flatMap((session) => session.sandboxIds))
  const watch = new Watch(hit, { ledger: deps.ledger, signalledAt: deps.clock.now() })
  const look = async () => {
    notes.write()
    const [processes, containers] = await Promise.all([
      strikeRemains(sandboxIds),
      strikeContainers(deps.engine, sandboxIds).catch(() => sandboxIds),
    ])
    watch.look({ processes, containers }, deps.clock.now())
  }
  /** What cannot be looked at now is looked at again: only what was seen to have ended has. */
  const tryLook = () => look().catch(() => undefined)
  strikeFirst(watch, sandboxIds)
  for (let pauseMs = lookEveryMs; ; pauseMs = Math.min(2 * pauseMs, 200)) {
    await tryLook()
    if (watch.isOver() || performance.now() > until) break
    await wait(pauseMs)
  }
  if (!watch.isTakenUp() || !notes.areWritten) void goOn({ watch, notes, tryLook })
  return { struck: true, sessionIds: hit.map(({ sessionId }) => sessionId), unconfirmed: watch.unconfirmed() }
}

type Open = { readonly watch: Watch; readonly notes: Notes; readonly tryLook: () => Promise<void> }

async function goOn({ watch, notes, tryLook }: Open): Promise<void> {
  while (!notes.areWritten || !watch.isTakenUp()) {
    await wait(1000)
    if (watch.isOver()) notes.write()
    else await tryLook()
  }
}

/** What this process is short of for the moment, e.g. file descriptors, may be given back. @throws the last fault */
async function whenItCan<T>(work: () => T, until: number): Promise<T> {
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (performance.now() > until) throw error
      await wait(lookEveryMs)
    }
  }
}

function strikeFirst(watch: Watch, sandboxIds: ReadonlySet<string>): void {
  try {
    watch.saw(strikeGroups(sandboxIds))
  } catch {
    // Whoever looks for what is left strikes it as well.
  }
}

/** What is to be written into the ledger, a file each. */
function notesOf(asked: Strike, hit: readonly LiveSession[], { ledger }: StrikeDeps): (() => void)[] {
  const sessionIds = hit.map(({ sessionId }) => sessionId)
  const ofSessions = sessionIds.map((sessionId) => () => ledger.noteNow(sessionId, noteFor(asked, sessionId)))
  const { target, ...request } = asked
  if (target.kind !== 'scope') return ofSessions
  const { killAllId, scope } = target
  return [() => ledger.noteAll({ ...request, killAllId, scope, sessionIds }), ...ofSessions]
}
