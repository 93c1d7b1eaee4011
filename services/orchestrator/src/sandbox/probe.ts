import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Availability, SandboxProvider } from './contract.ts'

const execWithinMs = 10_000

/** A sandbox is available when a real one starts, runs a command and ends. */
export async function probe(provider: SandboxProvider): Promise<Availability> {
  const worktreePath = await mkdtemp(join(tmpdir(), 'mosaic-probe-'))
  try {
    const sandbox = await provider.create({ sessionId: `probe-${randomUUID()}`, worktreePath })
    try {
      const result = await sandbox.exec('echo works', { timeoutMs: execWithinMs, maxOutputBytes: 1_000 })
      if (result.stdout === 'works\n') return { ok: true, guarantees: sandbox.guarantees }
      return { ok: false, reason: result.stderr.trim() || `a trivial command answered ${result.exitCode}` }
    } finally {
      await sandbox.dispose()
    }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  } finally {
    await rm(worktreePath, { recursive: true, force: true })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
