import { type AgentUser, giveWritable } from './agent-user.ts'
import { becomeBubblewrap, findBubblewrap, limitsPids } from './bubblewrap-launch.ts'
import type { OneShot, RunningOneShot } from './contract.ts'
import { launchAs } from './launch.ts'
import { insideScratch, limitedScript, oneShotEnvironment, runningChild } from './one-shot.ts'
import type { Shells } from './shells.ts'

/** The script is pid 1 of its own pid namespace: what it leaves behind ends with it, and it with bwrap. */
export async function runOnceInBubblewrap(
  program: OneShot,
  { user, shells }: { readonly user: AgentUser | undefined; readonly shells: Shells },
): Promise<RunningOneShot> {
  const { folder, mounts, limits } = program
  const { program: bwrap, version } = await findBubblewrap()
  await giveWritable(mounts, user)
  const { program: command, sourceOf } = launchAs(
    bwrap,
    user,
    mounts.map(({ path }) => path),
  )
  const shell = shells.take(limits)
  const { child, cgroup } = shell
  becomeBubblewrap(shell, {
    program: command,
    view: { folder, mounts, limits, version, sourceOf },
    script: limitedScript(program.script, limits, limitsPids(user, cgroup)),
    environment: oneShotEnvironment(program, insideScratch),
  })
  const release = () => {
    shells.keepOneSoon()
    return cgroup.remove()
  }
  return runningChild(child, { kill: shell.end, release })
}
