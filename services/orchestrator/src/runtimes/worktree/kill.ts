import { internalCapabilities } from '@mosaic/contracts/agent-session'
import type { KillSeen } from '@mosaic/contracts/fleet'
import { newId } from '@mosaic/contracts/kernel'
import { BackOff } from '@mosaic/runtime'
import { metrics } from '@mosaic/telemetry'
import type { Sandbox } from '../../sandbox/index.ts'
import { isLive, type Report } from '../../domain/agent-session/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'

/** What became of a sandbox that was killed. */
export type Ending = {
  readonly signalledAt: Date
  readonly signalled: Promise<number>
  /** Settles with the proof. @throws HaltedError when this process stops before */
  readonly over: Promise<{ readonly exitedAt: Date; readonly clearedAt: Date }>
}

/** Sends the signal right now, and looks for its effect whatever else there is to do. */
export function end(run: Run, sandbox: Sandbox): Ending {
  const signalledAt = run.deps.clock.now()
  const signalled = sandbox.signalKill().then((sent) => sent.signalled)
  const over = proveEnd(run, sandbox)
  for (const promise of [signalled, over]) promise.catch(() => undefined)
  return { signalledAt, signalled, over }
}

/**
 * Writes the receipt of a kill, a fact per step with the time at which it was observed: nothing waits for a fact to be
 * written. "Killed" is written only when the kernel (or the engine) has shown that nothing of it is alive, however long
 * that takes.
 * @param ending Of the sandbox that there was when the request came in.
 */
export async function kill(run: Run, ending: Ending | undefined): Promise<void> {
  await run.makingSandbox
  // Halted as well: they have been signalled by now.
  await run.checking
  const { journal, workplace } = run
  const own = ending ?? (workplace ? end(run, workplace.sandbox) : await leftovers(run))
  const { signalledAt, signalled, over } = asSeen(own, run.deps.struck.seen(journal.sessionId))
  const record = (report: Report, at: Date) => run.record(report, newId(), at)
  const sent = { kind: 'process', signal: 'SIGKILL', processes: await signalled } as const
  await record({ type: 'RecordKillSignal', sent }, signalledAt)
  const { exitedAt, clearedAt } = await over
  await record({ type: 'RecordKillExit' }, exitedAt)
  const latencyMs = Math.max(0, clearedAt.getTime() - (journal.killRequestedAt ?? signalledAt).getTime())
  metrics.kills.observe(latencyMs / 1000)
  await record({ type: 'RecordKilled', latencyMs, proof: internalCapabilities.killProof }, clearedAt)
  run.deps.struck.forget(journal.sessionId)
}

/** What the killer was first at happened when it saw it happen. That nothing is left is looked for all the same. */
function asSeen(own: Ending, seen: KillSeen | undefined): Ending {
  if (!seen) return own
  const clearedAt = new Date(seen.clearedAt)
  return {
    signalledAt: new Date(seen.signalledAt),
    signalled: own.signalled.then((more) => seen.processes + more),
    over: own.over.then(() => ({ exitedAt: clearedAt, clearedAt })),
  }
}

/** Of a session without a sandbox in this process. */
async function leftovers(run: Run): Promise<Ending> {
  const { session } = run.journal
  if (isLive(session)) await endLeftovers(run, session.spec, session.place)
  const at = run.deps.clock.now()
  return { signalledAt: at, signalled: Promise.resolve(0), over: Promise.resolve({ exitedAt: at, clearedAt: at }) }
}

async function proveEnd(run: Run, sandbox: Sandbox): Promise<{ exitedAt: Date; clearedAt: Date }> {
  const { clock } = run.deps
  await exit(run, sandbox)
  const exitedAt = clock.now()
  await noDescendants(run, sandbox)
  return { exitedAt, clearedAt: clock.now() }
}

async function exit(run: Run, sandbox: Sandbox): Promise<void> {
  while (!(await sandbox.awaitExit(run.deps.limits.exitMs)).exited) {
    run.stopping.throwIfAborted()
    run.deps.logger.warn({ sessionId: run.journal.sessionId }, 'a killed sandbox does not end, signalling again')
    await sandbox.signalKill()
  }
}

async function noDescendants(run: Run, sandbox: Sandbox): Promise<void> {
  const backOff = new BackOff({ firstMs: 10, longestMs: 500 })
  for (;;) {
    const alive = await sandbox.descendants()
    if (alive.length === 0) return
    run.deps.logger.warn({ sessionId: run.journal.sessionId, alive }, 'descendants outlived the kill')
    await sandbox.signalKill()
    await backOff.pause(run.stopping)
    run.stopping.throwIfAborted()
  }
}
