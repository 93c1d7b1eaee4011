import { BackOff } from '@mosaic/runtime'
import type { Sandbox } from '../../sandbox/index.ts'
import { isLive } from '../../domain/agent-session/index.ts'
import { endLeftovers } from './leftovers.ts'
import type { Run } from './run.ts'

/**
 * Ends the session's whole process tree and writes the receipt, a fact per step as it is observed. "Killed" is written
 * only when the kernel (or the engine) has shown that nothing of it is alive, however long that takes.
 * @param signalled The signal that was sent when the request came in, where there was a sandbox.
 */
export async function kill(run: Run, signalled: Promise<{ signalled: number }> | undefined): Promise<void> {
  await run.makingSandbox
  const { journal, workplace } = run
  const sandbox = workplace?.sandbox
  if (!sandbox && isLive(journal.session)) await endLeftovers(run, journal.session.spec, journal.session.place)
  const first = (await signalled?.catch(() => undefined)) ?? (await sandbox?.signalKill())
  const sent = { kind: 'process', signal: 'SIGKILL', processes: first?.signalled ?? 0 } as const
  await run.record({ type: 'RecordKillSignal', sent })
  if (sandbox) await exit(run, sandbox)
  await run.record({ type: 'RecordKillExit' })
  if (sandbox) await noDescendants(run, sandbox)
  const now = run.deps.clock.now()
  const latencyMs = Math.max(0, now.getTime() - (journal.killRequestedAt ?? now).getTime())
  await run.record({ type: 'RecordKilled', latencyMs })
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
