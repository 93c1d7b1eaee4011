// F17: a repository that an agent wrote tries to start a program outside of its sandbox.
// `node git-escape.ts [--repositories 10000] [--seed N]`: that many traps, most of them repositories, some to a worktree.
// Passes when the canary is absent, no file of the host has changed, and mirror and origin are sound.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { GitFault, type GitWorkspace, type Worktree } from '@mosaic/orchestrator/git'
import { Random } from './eventstore-random.ts'
import { EscapeGround } from './git-escape-ground.ts'
import { setTraps, swapScript } from './git-hostile-worktree.ts'

const { values } = parseArgs({ options: { repositories: { type: 'string' }, seed: { type: 'string' } } })
const wanted = Number(values.repositories ?? 120)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const random = new Random(seed)
const mostInOne = 24
const otherWorkChance = 0.3
const swapChance = 0.05
console.log(`seed ${seed}, ${wanted} traps`)

using ground = new EscapeGround()
const faults: string[] = []

/** The traps are worth nothing unless they go off where nothing holds them. */
const unheld = ground.workspace('process')
for (let round = 0; round < 20 && !ground.canaryIsThere(); round += 1) await play(unheld, `unheld-${round}`, 8)
if (!ground.canaryIsThere()) faults.push('no trap goes off, not even without a sandbox')
ground.clean()

const held = ground.workspace('locked')
let set = 0
const begun = performance.now()
for (let round = 0; set < wanted && faults.length === 0; round += 1) {
  const count = Math.min(wanted - set, random.between(1, mostInOne))
  const names = await play(held, `t${round}`, count)
  set += count
  const found = ground.findings()
  if (found.length > 0) faults.push(...found, `in round ${round}: ${names.join(', ')}`)
}
faults.push(...ground.unsound())
const seconds = (performance.now() - begun) / 1000
console.log(`${set} traps in ${seconds.toFixed(0)} s, ${((seconds * 1000) / set).toFixed(0)} ms each; ${ground.said()}`)
for (const fault of faults) console.log(`✗ ${fault}`)
if (faults.length > 0) console.log(`again with: --repositories ${wanted} --seed ${seed}`)
console.log(`${faults.length === 0 ? set : set - 1} passed, ${faults.length === 0 ? 0 : 1} failed`)
process.exitCode = faults.length > 0 ? 1 : 0

/** Everything that the orchestrator has git do, on a worktree full of traps. */
async function play(git: GitWorkspace, taskId: string, count: number): Promise<readonly string[]> {
  const work = await worktree(git, taskId)
  const names = setTraps({ ...ground.maker, random }, work.path, count)
  const swapping = random.next() < swapChance ? swap(work) : undefined
  const sandbox = { kind: 'process', whileStill: <T>(step: () => Promise<T>) => step() } as const
  const trailers = { 'Mosaic-Session': taskId }
  const committed = await attempt('commit', () => git.commit(work, { message: 'Work', trailers }, sandbox))
  if (random.next() < 0.3) await attempt('status', () => git.changedFiles(work, sandbox).then(() => true))
  if (random.next() < 0.3) await attempt('merge', () => git.mergeBranch(work, { branch: 'other', trailers }, sandbox))
  swapping?.kill('SIGKILL')
  if (committed && random.next() < otherWorkChance) {
    const lead = await worktree(git, `${taskId}-lead`)
    await attempt('merge into another', () => git.mergeBranch(lead, { branch: work.branch, trailers }, sandbox))
    await git.removeWorktree({ agentId: 'a', taskId: `${taskId}-lead` })
  }
  await attempt('keep', () => git.keepUncommitted(work, { sessionId: taskId, trailers, push: true }, 'process'))
  await git.removeWorktree({ agentId: 'a', taskId })
  if (existsSync(work.path)) faults.push(`${work.path} is still there`)
  return names
}

async function worktree(git: GitWorkspace, taskId: string): Promise<Worktree> {
  const request = { repository: ground.origin, baseBranch: 'main', branch: `mosaic/${taskId}`, agentId: 'a', taskId }
  const made = await git.createWorktree(request)
  if (!made.ok) throw new Error(made.error.message)
  return made.value
}

/** A refusal and a git that gives up are answers; anything else is a fault. */
async function attempt(
  what: string,
  action: () => Promise<boolean | { ok: true } | { ok: false; error: { code: string } }>,
) {
  try {
    const answer = await action()
    const isFine = typeof answer === 'boolean' || answer.ok
    ground.note(what, isFine ? 'ok' : answer.error.code)
    return isFine
  } catch (error) {
    if (!(error instanceof GitFault)) throw error
    ground.note(what, 'GitFault')
    return false
  }
}

function swap(work: Worktree) {
  return spawn('sh', ['-c', swapScript(ground.hostFolder)], { cwd: work.path, stdio: 'ignore' })
}
