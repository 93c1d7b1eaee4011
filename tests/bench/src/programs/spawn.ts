// P12: spawn command → first model request, ÷ the same sandbox and `git worktree add` by hand; and how long agents that
// are spawned at once on one repository wait for theirs, and for the first command that they run in their sandbox.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { type Instance, startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { connectEventStore, type EventStore } from '@mosaic/event-store'
import { eventually } from '@mosaic/kit'
import { firstCommands, nobodyWorks } from '../agents/first-commands.ts'
import { apiOf } from '../api.ts'
import { compare, median, percentile, timed } from '../compare.ts'

const perRound = 8
const image = 'mosaic-agent:latest'
const bars = { bubblewrap: 3, docker: 1.3 } as const
const atOnceMs = 10_000
type Kind = keyof typeof bars
const execute = promisify(execFile)

/** An endpoint of the Messages API that only says when it was asked; the agent is killed then. */
async function startListener() {
  let onRequest: () => void = () => undefined
  const askedAt: number[] = []
  const server = createServer((_, response) => {
    askedAt.push(performance.now())
    onRequest()
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: 'only listening' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    askedAt,
    asked: () => new Promise<void>((resolve) => (onRequest = resolve)),
    close: () => server.close(),
  }
}

const containerByHand = (worktree: string) =>
  execute('docker', [
    'run',
    '--rm',
    '--network',
    'none',
    '-v',
    `${worktree}:${worktree}`,
    '-w',
    worktree,
    image,
    'true',
  ])

const bubblewrapByHand = (worktree: string) =>
  execute('bwrap', [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--ro-bind',
    '/usr',
    '/usr',
    '--symlink',
    'usr/bin',
    '/bin',
    '--symlink',
    'usr/lib',
    '/lib',
    '--symlink',
    'usr/lib64',
    '/lib64',
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--tmpfs',
    '/tmp',
    '--bind',
    worktree,
    worktree,
    '--chdir',
    worktree,
    'sh',
    '-c',
    'true',
  ])

const byHand = { bubblewrap: bubblewrapByHand, docker: containerByHand }

/** Resolves once nothing of a session runs any more; its model's answer has failed it. */
const released = (store: EventStore, sessionId: string) =>
  eventually(
    'what an agent had is given back',
    async () => {
      for await (const item of store.readStream(agentSessionStream.of(sessionId)))
        if (item.kind !== 'quarantined' && item.event.type === 'AgentResourcesReleased') return true
      return false
    },
    60_000,
  )

/** From the command to the first request of each, its repository's mirror warm. */
async function allAtOnce(
  instance: Instance,
  { repository, askedAt, sandbox, atOnce }: { repository: string; askedAt: number[]; sandbox: Kind; atOnce: number },
): Promise<number[]> {
  const spawn = () =>
    apiOf(instance).spawnAgent({ repository, task: 'Say hello.', model: 'claude-sonnet-4-5', sandbox })
  const before = askedAt.length
  await spawn()
  await eventually('the mirror is warm', () => askedAt.length > before, 60_000)
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: atOnce }, spawn))
  await eventually('all have asked', () => askedAt.length >= before + 1 + atOnce, 300_000)
  return askedAt.slice(before + 1).map((at) => at - startedAt)
}

/**
 * @param options `--sandbox docker`, on the engine that DOCKER_HOST names (`pnpm with-docker`), in place of bubblewrap;
 * `--at-once 20`
 */
export async function run(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { sandbox: { type: 'string', default: 'bubblewrap' }, 'at-once': { type: 'string', default: '150' } },
  })
  const atOnce = Number(values['at-once'])
  const sandbox: Kind = values.sandbox === 'docker' ? 'docker' : 'bubblewrap'
  const listener = await startListener()
  const env = { ANTHROPIC_BASE_URL: listener.url, ANTHROPIC_API_KEY: 'none-needed-here' }
  const instance = await startInstance({ demo: false, env: { ...env, MOSAIC_LIMIT_INSTANCE: '1000' } })
  const store = connectEventStore({ connectionString: instance.run.eventstore, instanceId: 'bench' })
  const repository = createRepository()
  const scratch = mkdtempSync(join(tmpdir(), 'mosaic-bench-'))
  let made = 0
  try {
    const api = apiOf(instance)
    const { ratio } = await compare({
      name: 'spawn',
      unit: `× ${sandbox} + git worktree add (ms)`,
      better: 'lower',
      bar: `≤ ${bars[sandbox]}`,
      ours: {
        name: 'spawn command → first model request',
        run: async () => {
          const taken: number[] = []
          for (let n = 0; n < perRound; n++) {
            let sessionId = ''
            taken.push(
              await timed(async () => {
                const asked = listener.asked()
                const spawned = await api.spawnAgent({
                  repository,
                  task: 'Say hello.',
                  model: 'claude-sonnet-4-5',
                  sandbox,
                })
                sessionId = spawned.sessionId
                await asked
              }),
            )
            // As by hand, where the next begins once the last one's sandbox is gone.
            await released(store, sessionId)
          }
          return median(taken)
        },
      },
      reference: {
        name: 'by hand',
        run: async () => {
          const taken: number[] = []
          for (let n = 0; n < perRound; n++) {
            const worktree = join(scratch, String(++made))
            taken.push(
              await timed(async () => {
                await execute('git', [
                  '-C',
                  repository,
                  'worktree',
                  'add',
                  '--quiet',
                  '-b',
                  `bench-${made}`,
                  worktree,
                  'main',
                ])
                await byHand[sandbox](worktree)
              }),
            )
          }
          return median(taken)
        },
      },
    })
    const waits = await allAtOnce(instance, {
      repository: createRepository(),
      askedAt: listener.askedAt,
      sandbox,
      atOnce,
    })
    const [p50 = 0, last = 0] = [0.5, 1].map((share) => percentile(waits, share))
    console.log(
      `  ${atOnce} at once on one repository: p50 ${p50.toFixed(0)} ms, last ${last.toFixed(0)} ms; bar p50 < ${atOnceMs} ms`,
    )
    await nobodyWorks(instance)
    const begun = await firstCommands(instance, { repository: createRepository(), sandbox, count: atOnce })
    const [middle = 0, all = 0] = [0.5, 1].map((share) => percentile(begun, share))
    console.log(`  first command of each in its sandbox: p50 ${middle.toFixed(0)} ms, last ${all.toFixed(0)} ms`)
    if (ratio > bars[sandbox] || p50 >= atOnceMs) process.exitCode = 1
  } finally {
    await store.close()
    await instance.close()
    listener.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}
