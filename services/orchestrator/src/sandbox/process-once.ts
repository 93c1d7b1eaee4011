import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OneShot, RunningOneShot } from './contract.ts'
import { limitedScript, oneShotEnvironment, runningChild } from './one-shot.ts'

/** Not locked in; its group is ended together, and that is all that can be said. */
export async function runOnceAsProcess(program: OneShot): Promise<RunningOneShot> {
  const scratch = await mkdtemp(join(tmpdir(), 'mosaic-once-'))
  const child = spawn('/bin/sh', ['-c', limitedScript(program.script, program.limits, false)], {
    cwd: program.folder,
    env: oneShotEnvironment(program, scratch),
    stdio: 'pipe',
    detached: true,
  })
  const kill = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // Nobody of the group is left.
    }
  }
  const release = () => rm(scratch, { recursive: true, force: true })
  const running = await runningChild(child, { kill, release })
  return { ...running, exitCode: running.exitCode.finally(kill) }
}
