import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sessionView } from '@mosaic/contracts/agent-session'
import { commandAnswer, gatewayRoutes, killAllAnswer, problem } from '@mosaic/contracts/http'
import { recordedEvent } from '@mosaic/contracts/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes } from '../cli.ts'

const main = join(import.meta.dirname, '../main.ts')
const data = mkdtempSync(join(tmpdir(), 'mosaic-cli-'))
const repository = mkdtempSync(join(tmpdir(), 'mosaic-cli-repository-'))

type Ran = { code: number; stdout: string; stderr: string }

/** Runs one command line in the repository's folder; standard input is what is given. */
function mosaic(args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const settings = {
      cwd: repository,
      env: { ...process.env, NO_COLOR: '1', MOSAIC_SCRIPTED_SPEED: '50', MOSAIC_DATA_DIR: data, ...env },
      timeout: 240_000,
    }
    const child = execFile(process.execPath, [main, ...args], settings, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
    child.stdin?.end(input)
  })
}
const json = async (...args: string[]): Promise<unknown> => {
  const ran = await mosaic([...args, '--json'])
  expect(ran.code, ran.stderr).toBe(0)
  return JSON.parse(ran.stdout)
}
const spawnOf = (scenario: string) => [
  'agent',
  'spawn',
  '--repo',
  '.',
  '--task',
  'look around',
  '--model',
  `scripted:${scenario}`,
]
const spawned = async (scenario: string): Promise<string> => {
  const args = spawnOf(scenario)
  return commandAnswer.parse(await json(...args)).sessionId
}

beforeAll(async () => {
  execFileSync('git', ['init', '-q', '-b', 'main', repository])
  writeFileSync(join(repository, 'README.md'), '# thing\n')
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  execFileSync('git', ['-C', repository, 'add', '.'])
  execFileSync('git', ['-C', repository, ...identity, 'commit', '-qm', 'first'])
  const up = await mosaic(['up', '--detach', '--no-demo', '--port', '0'])
  expect(up.code, up.stdout + up.stderr).toBe(0)
}, 240_000)
afterAll(async () => {
  await mosaic(['down'])
  for (const folder of [data, repository]) rmSync(folder, { recursive: true, force: true })
}, 60_000)

describe('agent', () => {
  test('spawn --wait --json prints the session that has ended, and its outcome is the exit code', async () => {
    const args = ['agent', 'spawn', '--repo', '.', '--task', '-', '--model', 'scripted:commit-file', '--wait', '--json']
    const ran = await mosaic(args, 'leave a note\n')
    expect(ran.code, ran.stderr).toBe(0)
    const session = sessionView.parse(JSON.parse(ran.stdout))
    expect(session).toMatchObject({ status: 'completed', task: 'leave a note', repository, commits: 1 })
    expect(await json('agent', 'show', session.sessionId.slice(0, 13))).toMatchObject({ sessionId: session.sessionId })
    const shown = await mosaic(['agent', 'show', session.name])
    expect(shown.stdout).toContain('✓ completed')
    const messages = gatewayRoutes.messages.answer.parse(await json('agent', 'messages', session.sessionId))
    expect(messages.items.some((entry) => entry.kind === 'tool' && entry.name === 'commit')).toBe(true)
  })

  test('spawn --follow --json prints its events as JSON lines, in order, until it has ended', async () => {
    const ran = await mosaic([
      'agent',
      'spawn',
      '--repo',
      '.',
      '--task',
      'x',
      '--model',
      'scripted:hello',
      '--follow',
      '--json',
    ])
    const events = ran.stdout
      .trim()
      .split('\n')
      .map((line) => recordedEvent.parse(JSON.parse(line)))
    expect(events.map(({ revision }) => revision)).toEqual(events.map((_, at) => at))
    expect([events[0]?.type, events.at(-1)?.type, ran.code]).toEqual([
      'AgentSpawnRequested',
      'AgentResourcesReleased',
      0,
    ])
  })

  test('is paused, spoken to, resumed and killed; the receipt comes in step by step', async () => {
    const id = await spawned('long-runner')
    commandAnswer.parse(await json('agent', 'pause', id, '--reason', 'think'))
    const sent = await mosaic(['agent', 'inject', id, '--json'], 'take your time\n')
    expect(sent.code, sent.stderr).toBe(0)
    commandAnswer.parse(await json('agent', 'resume', id))
    const killed = await mosaic(['agent', 'kill', id, '--reason', 'enough'])
    expect(
      killed.stdout
        .split('\n')
        .map((line) => line.split(/\s+/)[1])
        .filter(Boolean),
    ).toEqual(['requested', 'signalled', 'exit-observed', 'descendants-cleared'])
    const again = await mosaic(['agent', 'kill', id, '--json'])
    expect([again.code, problem.parse(JSON.parse(again.stderr)).code]).toEqual([exitCodes.refused, 'SESSION_ENDED'])
    const waited = await mosaic(['agent', 'messages', id, '--follow'])
    expect([waited.code, waited.stdout.includes('take your time')]).toEqual([exitCodes.failed, true])
    const { items } = gatewayRoutes.audit.answer.parse(await json('audit', 'list', '--session', id))
    expect(items.map(({ action }) => action)).toEqual([
      'AgentKillRequested',
      'AgentResumeRequested',
      'OperatorMessageInjected',
      'AgentPauseRequested',
      'AgentSpawnRequested',
    ])
  })

  test('kill-all asks first, and kills all', async () => {
    const id = await spawned('long-runner')
    const unasked = await mosaic(['agent', 'kill-all'])
    expect([unasked.code, unasked.stderr]).toEqual([exitCodes.usage, expect.stringContaining('--yes')])
    const answer = (await json('agent', 'kill-all', '--yes')) as object
    expect(killAllAnswer.parse(answer).sessionIds).toEqual([id])
    expect(answer).toMatchObject({ killed: [id], durationMs: expect.any(Number) })
    const { roots } = gatewayRoutes.tree.answer.parse(await json('agent', 'tree'))
    expect(roots.find(({ sessionId }) => sessionId === id)?.status).toBe('killed')

    expect(await json('fleet', 'show')).toMatchObject({
      freezes: [{ scope: { kind: 'all' }, frozenBy: { kind: 'operator' } }],
    })
    expect(await json('fleet', 'unfreeze', '--reason', 'all clear')).toMatchObject({ changed: true })
    expect(await json('fleet', 'unfreeze')).toMatchObject({ changed: false })
  })

  test('a frozen fleet spawns nothing, and says how it is unfrozen', async () => {
    await mosaic(['fleet', 'freeze', '--provider', 'scripted', '--reason', 'release'])
    const shown = await mosaic(['fleet', 'show'])
    expect(shown.stdout).toContain('agents on scripted')
    const refused = await mosaic(spawnOf('long-runner'))
    expect([refused.code, refused.stderr]).toEqual([
      exitCodes.refused,
      expect.stringContaining('mosaic fleet unfreeze'),
    ])
    expect((await mosaic(['fleet', 'unfreeze'])).stdout).toContain('spawned again')
  })

  test.each([
    [
      'a repository that is not there',
      ['--repo', '/nowhere', '--task', 'x', '--model', 'scripted:hello'],
      4,
      'repository',
    ],
    [
      'a branch that is not there',
      ['--repo', '.', '--branch', 'no', '--task', 'x', '--model', 'scripted:hello'],
      4,
      'branch',
    ],
    ['a model that is not there', ['--repo', '.', '--task', 'x', '--model', 'scripted:no'], 4, 'model'],
    ['a blank task', ['--repo', '.', '--task', ' ', '--model', 'scripted:hello'], 2, 'task'],
  ])('%s is refused, the field named, nothing spawned', async (_what, args, code, field) => {
    const ran = await mosaic(['agent', 'spawn', ...args, '--json'])
    expect([ran.code, problem.parse(JSON.parse(ran.stderr)).field, ran.stdout]).toEqual([code, field, ''])
  })
})

describe('events', () => {
  test('are read between two moments, and show their dates', async () => {
    const read = async (...span: string[]) =>
      gatewayRoutes.events.answer.parse(await json('events', 'read', '--limit', '1000', ...span))
    const { items } = await read('--since', '1h')
    expect(items.length).toBeGreaterThan(1)
    const middle = items[Math.floor(items.length / 2)]!.metadata.occurredAt
    const [before, since] = [await read('--until', middle), await read('--since', middle)]
    expect([...before.items, ...since.items].map(({ id }) => id).toSorted()).toEqual(
      items.map(({ id }) => id).toSorted(),
    )
    expect((await read('--until', '1h')).items).toEqual([])
    const shown = await mosaic(['events', 'read', '--since', middle, '--limit', '1'])
    expect(shown.stdout).toContain(middle.slice(0, 10))
    const refused = await mosaic(['events', 'read', '--since', 'yesterday'])
    expect([refused.code, refused.stderr]).toEqual([exitCodes.usage, expect.stringContaining('how long ago')])
  })

  test('are read backwards and forwards, and followed until the reader has enough', async () => {
    const newest = gatewayRoutes.events.answer.parse(await json('events', 'read', '--backwards', '--limit', '2'))
    expect(newest.items).toHaveLength(2)
    const first = await new Promise<string>((resolve) => {
      const env = { ...process.env, MOSAIC_DATA_DIR: data }
      const tail = spawn(process.execPath, [main, 'events', 'tail', '--from', '0', '--json'], { env })
      let text = ''
      tail.stdout.on('data', (chunk) => {
        text += chunk
        // Going away in the middle of it is a normal end.
        if (text.includes('\n')) tail.stdout.destroy()
      })
      tail.on('exit', (code) => resolve(`${code} ${text.split('\n')[0]}`))
    })
    expect(first.slice(0, 2)).toBe('0 ')
    expect(recordedEvent.parse(JSON.parse(first.slice(2))).type).toBe('WorkspaceCreated')
  })
})

describe('who may', () => {
  test('--readonly looks, and is refused where it would change something', async () => {
    const listed = await mosaic(['agent', 'list', '--readonly'])
    expect([listed.code, listed.stderr]).toEqual([exitCodes.ok, ''])
    const ran = await mosaic(['agent', 'kill-all', '--yes', '--readonly', '--json'])
    expect([ran.code, problem.parse(JSON.parse(ran.stderr)).code]).toEqual([exitCodes.refused, 'FORBIDDEN'])
  })

  test('a link signs an observer in', async () => {
    const { url } = gatewayRoutes.createSignInLink.answer.parse(await json('link', '--role', 'observer'))
    const [gateway, token] = url.split('/#token=')
    const response = await fetch(`${gateway}${gatewayRoutes.signIn.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    expect(await response.json()).toMatchObject({ name: 'Guest (observer)', role: 'observer' })
  })

  test('a wrong token is refused', async () => {
    const gateway = (JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { gateway: string }).gateway
    const ran = await mosaic(['agent', 'list'], '', { MOSAIC_GATEWAY_URL: gateway, MOSAIC_TOKEN: 'mosaic_wrong' })
    expect([ran.code, ran.stderr]).toEqual([exitCodes.refused, expect.stringContaining('UNAUTHENTICATED')])
  })

  test('a gateway that is not there is exit code 3', async () => {
    const ran = await mosaic(['agent', 'list'], '', {
      MOSAIC_GATEWAY_URL: 'http://127.0.0.1:1',
      MOSAIC_TOKEN: 'mosaic_x',
    })
    expect([ran.code, ran.stderr]).toEqual([exitCodes.notRunning, expect.stringContaining('cannot be reached')])
  })
})

describe('what a newcomer ran into', () => {
  const scenario = (name: string, steps: string) => {
    const text = `name: x\ndescription: x\nagents: [{ name: a, steps: [${steps}] }]\n`
    writeFileSync(join(data, name), text)
    return join(data, name)
  }

  test('a scenario could be checked only with a Node of their own', async () => {
    const env = { PATH: '/usr/bin:/bin' }
    const good = await mosaic(['model', 'check', scenario('good.yaml', '{ say: hello }')], '', env)
    expect([good.code, good.stdout]).toEqual([0, expect.stringContaining('good.yaml: ok, scenario "x" with 1 agent')])
    const bad = await mosaic(['model', 'check', scenario('bad.yaml', '{ sag: hello }')], '', env)
    expect([bad.code, bad.stdout]).toEqual([exitCodes.failed, expect.stringContaining('unknown key "sag"')])
  })

  test.each([
    ['events', 'read'],
    ['audit', 'list'],
  ])('%s %s of a reversed span found nothing', async (...command) => {
    const ran = await mosaic([...command, '--since', '2026-02-01', '--until', '2026-01-01', '--json'])
    expect(ran.code).not.toBe(0)
    expect(problem.parse(JSON.parse(ran.stderr))).toMatchObject({
      code: 'VALIDATION_FAILED',
      field: 'since',
      detail: expect.stringContaining('expected since to be no later than until'),
    })
  })

  test('a repository that is not there was told of in words of git', async () => {
    const missing = join(repository, 'nowhere')
    const ran = await mosaic(['repo', 'inspect', './nowhere'])
    expect([ran.code, ran.stderr]).toEqual([
      exitCodes.refused,
      expect.stringContaining(`There is no folder ${missing}`),
    ])
    expect(ran.stderr).not.toContain('access rights')
  })

  test('a program could not learn from the status where the console is, nor in what agents run', async () => {
    const seen = (await json('status')) as { sandbox: unknown; console: string }
    expect(seen.sandbox).toMatchObject({ kind: expect.any(String), guarantees: expect.any(Object) })
    expect(seen.console).toMatch(/^http:\/\/127\.0\.0\.1:\d+/)
  })
})
