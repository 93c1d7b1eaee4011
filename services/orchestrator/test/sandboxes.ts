import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxProviders, type SandboxSettings } from '../src/sandbox/choose-provider.ts'
import type { ExecResult, Sandbox, SandboxProvider, SandboxSpec } from '../src/sandbox/contract.ts'

export type Candidate = { readonly provider: SandboxProvider; readonly works: boolean; readonly title: string }

/** The one kind that a run is for, which must work then: nothing is left out of it unseen. */
const only = process.env['MOSAIC_TEST_SANDBOX']

/** For tests: every kind of sandbox, and whether it works on this machine. One suite runs on each that does. */
export async function candidates(settings: SandboxSettings = {}): Promise<Candidate[]> {
  const wanted = sandboxProviders(settings).filter(({ kind }) => only === undefined || kind === only)
  return Promise.all(
    wanted.map(async (provider) => {
      const answer = await provider.available()
      const title = answer.ok ? provider.kind : `${provider.kind} (left out: ${answer.reason})`
      if (only !== undefined && !answer.ok) throw new Error(title)
      return { provider, works: answer.ok, title }
    }),
  )
}

/** A sandbox on a worktree of its own; gone at the end of the block. */
export class TestSandbox implements AsyncDisposable {
  readonly sessionId = randomUUID()
  readonly folder = mkdtempSync(join(tmpdir(), 'mosaic-sandbox-test-'))
  sandbox!: Sandbox

  static async start(provider: SandboxProvider, spec: Partial<SandboxSpec> = {}): Promise<TestSandbox> {
    const test = new TestSandbox()
    const { sessionId, folder } = test
    test.sandbox = await provider.create({ sessionId, worktreePath: folder, ...spec })
    return test
  }

  run(command: string, timeoutMs = 20_000, maxOutputBytes = 100_000): Promise<ExecResult> {
    return this.sandbox.exec(command, { timeoutMs, maxOutputBytes })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.dispose()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A line of /proc/PID/status, '' when there is no such process. */
export function statusLine(pid: number, name: string): string {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s*(.*)$`, 'm'))
    return line?.[1] ?? ''
  } catch {
    return ''
  }
}
