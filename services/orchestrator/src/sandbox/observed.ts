import { inSpan, metrics } from '@mosaic/telemetry'
import type { ExecResult, Sandbox, SandboxProvider } from './contract.ts'

/** Sandboxes whose commands are measured and traced: how long and with what end, never what they were. */
export const observed = (provider: SandboxProvider): SandboxProvider => ({
  ...provider,
  create: (spec) =>
    inSpan('make sandbox', { attributes: { 'mosaic.sandbox': provider.kind } }, async () =>
      observedSandbox(await provider.create(spec)),
    ),
})

const observedSandbox = (sandbox: Sandbox): Sandbox => ({
  ...sandbox,
  exec: (command, options) =>
    inSpan('sandbox command', { attributes: { 'mosaic.sandbox': sandbox.kind } }, async (span) => {
      const result = await sandbox.exec(command, options)
      const outcome = outcomeOf(result)
      metrics.sandboxCommands.observe({ sandbox: sandbox.kind, outcome }, result.durationMs / 1000)
      span?.set({ 'mosaic.outcome': outcome, 'process.exit.code': result.exitCode ?? -1 })
      return result
    }),
})

function outcomeOf({ full, timedOut, aborted, exitCode }: ExecResult): string {
  if (full !== undefined) return 'disk full'
  if (timedOut) return 'timed out'
  if (aborted) return 'aborted'
  return exitCode === 0 ? 'succeeded' : 'failed'
}
