import { randomUUID } from 'node:crypto'
import { type AgentUser, giveWritable } from './agent-user.ts'
import { findBubblewrap, limitsPids, spawnBubblewrap } from './bubblewrap-launch.ts'
import { createCgroup } from './cgroup.ts'
import { cgroupName } from './clean-up.ts'
import type { OneShot, RunningOneShot } from './contract.ts'
import { launchAs } from './launch.ts'
import { insideScratch, limitedScript, oneShotEnvironment, runningChild } from './one-shot.ts'

/** The script is pid 1 of its own pid namespace: what it leaves behind ends with it, and it with bwrap. */
export async function runOnceInBubblewrap(program: OneShot, user: AgentUser | undefined): Promise<RunningOneShot> {
  const { folder, mounts, limits } = program
  const { program: bwrap, version } = await findBubblewrap()
  await giveWritable(mounts, user)
  const cgroup = createCgroup(cgroupName(`once-${randomUUID()}`), limits)
  const { prefix, sourceOf } = launchAs(user, [bwrap, ...mounts.map(({ path }) => path)])
  const child = spawnBubblewrap({
    cgroup,
    program: [...prefix, sourceOf(bwrap)],
    view: { folder, mounts, limits, version, sourceOf },
    script: limitedScript(program.script, limits, limitsPids(user, cgroup)),
    environment: oneShotEnvironment(program, insideScratch),
  })
  return runningChild(child, () => cgroup.remove())
}
