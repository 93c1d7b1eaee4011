// P12: spawn command → first model request, ÷ the same sandbox and `git worktree add` by hand.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startInstance } from '@mosaic/e2e/instance'
import { createRepository } from '@mosaic/e2e/repositories'
import { apiOf } from '../api.ts'
import { compare, median, timed } from '../compare.ts'

const perRound = 8
const execute = promisify(execFile)

/** An endpoint of the Messages API that only says when it was asked; the agent is killed then. */
async function startListener() {
  let onRequest: () => void = () => undefined
  const server = createServer((_, response) => {
    onRequest()
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: 'only listening' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked: () => new Promise<void>((resolve) => (onRequest = resolve)),
    close: () => server.close(),
  }
}

const sandboxByHand = (worktree: string) =>
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

export async function run(): Promise<void> {
  const listener = await startListener()
  const env = { ANTHROPIC_BASE_URL: listener.url, ANTHROPIC_API_KEY: 'none-needed-here' }
  const instance = await startInstance({ demo: false, env })
  const repository = createRepository()
  const scratch = mkdtempSync(join(tmpdir(), 'mosaic-bench-'))
  let made = 0
  try {
    const api = apiOf(instance)
    await compare({
      name: 'spawn',
      unit: '× bubblewrap + git worktree add (ms)',
      better: 'lower',
      bar: '≤ 1.3 with Docker',
      ours: {
        name: 'spawn command → first model request',
        run: async () => {
          const taken: number[] = []
          for (let n = 0; n < perRound; n++) {
            taken.push(
              await timed(async () => {
                const asked = listener.asked()
                await api.spawnAgent({
                  repository,
                  task: 'Say hello.',
                  model: 'claude-sonnet-4-5',
                  sandbox: 'bubblewrap',
                })
                await asked
              }),
            )
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
                await sandboxByHand(worktree)
              }),
            )
          }
          return median(taken)
        },
      },
    })
  } finally {
    await instance.close()
    listener.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}
