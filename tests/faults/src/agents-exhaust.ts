// F18: agents that use up what a machine has: disk, files, memory, processes. `node agents-exhaust.ts [--sandbox docker]` (root,
// for a small tmpfs; docker on the engine that DOCKER_HOST names)
// Passes when each can be killed within five seconds all the same, others go on, status says what is full, none is left.
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'

const { values } = parseArgs({ options: { sandbox: { type: 'string', default: 'bubblewrap' } } })
const megabyte = 1024 ** 2
const diskBytes = 800 * megabyte
const killWithinMs = 5_000
const patienceMs = 120_000

/**
 * What each runs, and what its agent is told once it has had its effect. At the pace of a disk: a tmpfs is full before
 * anybody on a busy machine can look.
 */
const greedy = {
  processes: { command: 'bomb() { while sleep 0.2; do bomb & done; }; bomb', told: null },
  memory: { command: 'tail /dev/zero', told: /exit code 137/ },
  files: {
    command: 'n=0; while :; do n=$((n+1)); : >file$n; [ $((n % 50)) = 0 ] && sleep 0.01; done',
    told: /over its quota/,
  },
  disk: {
    command: 'n=0; while :; do n=$((n+1)); head -c 1048576 /dev/zero >file$n; sleep 0.01; done',
    told: /over its quota/,
  },
  hidden: {
    command: 'exec 3>hidden; rm hidden; while head -c 1048576 /dev/zero >&3; do sleep 0.01; done',
    told: /killed: the disk|No space left/,
  },
} as const
const modest = 'while :; do echo tick >>ticks; sleep 0.2; done'

const faults: string[] = []
const disk = mkdtempSync(join(tmpdir(), 'mosaic-exhaust-'))
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},nr_inodes=100000`, 'tmpfs', disk])
process.env['MOSAIC_E2E_FOLDER'] = disk
const instance = await startInstance({
  demo: false,
  env: { MOSAIC_WORKTREE_MB: '200', MOSAIC_WORKTREE_FILES: '5000', MOSAIC_DISK_RESERVE_MB: '60' },
}).catch((error: unknown) => {
  giveDiskBack()
  throw error
})
try {
  const bystander = await spawnAgent('bystander', modest)
  const kinds = Object.keys(greedy) as (keyof typeof greedy)[]
  const ids = new Map<string, string>()
  for (const kind of kinds) ids.set(kind, await spawnAgent(kind, greedy[kind].command))
  for (const kind of kinds) await untilFelt(kind, ids.get(kind)!)

  const ballast = join(disk, 'ballast')
  await until('the bystander is alive', () => isTicking(bystander))
  for (const kind of ['processes', 'disk', 'hidden']) await timed(`kill ${kind}`, () => killOne(ids.get(kind)!))
  await until('status says what is full', async () => {
    // Again and again: what the killed ones held is given back meanwhile.
    fillUpTo(ballast, 30 * megabyte)
    return (await instance.mosaic('status')).stdout.includes(`disk of ${disk}`)
  })
  await until('the bystander goes on', () => isTicking(bystander))
  await timed('kill-all', () => killAll([bystander, ...ids.values()]))
} finally {
  rmSync(join(disk, 'ballast'), { force: true })
  await instance.close().catch((error: unknown) => faults.push(String(error)))
  giveDiskBack()
}
for (const fault of faults) console.log(`✗ ${fault}`)
console.log(faults.length === 0 ? 'passed' : `${faults.length} failed`)
process.exit(faults.length > 0 ? 1 : 0)

function giveDiskBack(): void {
  execFileSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
}

async function spawnAgent(name: string, command: string): Promise<string> {
  const scenarios = join(instance.folder, 'scenarios')
  mkdirSync(scenarios, { recursive: true })
  const file = join(scenarios, `${name}.yaml`)
  const call = { tool: 'shell', input: { command, timeout_seconds: 3000 } }
  // JSON is YAML.
  const agents = [{ name, steps: [{ call, repeat: { max: 1000 } }] }]
  writeFileSync(file, JSON.stringify({ name, description: name, agents }))
  const repository = createRepository(instance.folder)
  const args = ['--repo', repository, '--task', name, '--model', `scripted:${file}`, '--sandbox', values.sandbox]
  const { sessionId } = (await instance.json('agent', 'spawn', ...args)) as { sessionId: string }
  return sessionId
}

/** Waits until the limit has been met. */
async function untilFelt(kind: keyof typeof greedy, id: string): Promise<void> {
  const { told } = greedy[kind]
  if (told === null) return until(`${kind}: many`, () => processesOf(id).length > 100)
  await until(`${kind}: it was told`, async () =>
    told.test(JSON.stringify(await instance.json('agent', 'messages', id))),
  )
}

/** Pids of a session's programs, by what they were started with. */
function processesOf(...ids: readonly string[]): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1')
      return ids.some((id) => environment.includes(`MOSAIC_SESSION_ID=${id}`))
    } catch {
      return false
    }
  })
}

async function isTicking(id: string): Promise<boolean> {
  const { worktree } = (await instance.json('agent', 'show', id)) as { worktree: string }
  const ticks = () => readFileSync(join(worktree, 'ticks')).length
  const before = ticks()
  await until('a tick', () => ticks() > before)
  return true
}

function fillUpTo(file: string, left: number): void {
  const { bavail, bsize } = statfsSync(disk)
  appendFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - left)))
}

async function killOne(id: string): Promise<void> {
  await instance.request('POST', `/api/mission-control/sessions/${id}/kill`, {})
  await until('none of its processes is left', () => processesOf(id).length === 0)
}

async function killAll(all: readonly string[]): Promise<void> {
  await instance.request('POST', '/api/mission-control/kill-all', { confirm: 'KILL ALL' })
  await until('nobody’s processes are left', () => processesOf(...all).length === 0)
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  await work()
  const took = performance.now() - startedAt
  console.log(`${what}: ${Math.round(took)} ms`)
  if (took > killWithinMs) faults.push(`${what} took ${Math.round(took)} ms`)
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const holds = await Promise.resolve(condition()).catch(() => false)
    if (holds) return console.log(`  ${what}`)
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`)
    await pause(100)
  }
}
