import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actorHeaders } from '@mosaic/contracts/http'
import type { TerminalAsk, TerminalFrame } from '@mosaic/contracts/messaging'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { TestRepository } from '../../../test/user-repository.ts'

let harness: Harness
let client: Client
const settings = process.env['MOSAIC_TEST_SANDBOX'] ? {} : { MOSAIC_SANDBOX: 'bubblewrap' }

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator(settings)
})
afterAll(() => harness.close())

const workspaceOf = async (sessionId: string) => (await harness.events(sessionId))[0]!.metadata.workspaceId
const as = (operatorId: string) => ({
  [actorHeaders.operatorId]: operatorId,
  [actorHeaders.operatorName]: operatorId.toUpperCase(),
})

/** A session's terminal as somebody sees it who watches from its beginning. */
class Watched {
  readonly sessionId: string
  readonly workspaceId: string
  readonly frames: TerminalFrame[] = []

  private constructor(sessionId: string, workspaceId: string) {
    this.sessionId = sessionId
    this.workspaceId = workspaceId
    harness.messaging.terminals.watch(workspaceId, sessionId, (frame) => this.frames.push(frame))
  }

  static async spawn(repository: TestRepository, command: string, over: object = {}): Promise<Watched> {
    const sessionId = await client.spawn({
      runtime: 'pty',
      command,
      repository: repository.path,
      task: 'Look around.',
      gates: 'minimal',
      ...over,
    })
    return new Watched(sessionId, await workspaceOf(sessionId))
  }

  ask(ask: TerminalAsk) {
    return harness.messaging.terminals.ask(this.workspaceId, this.sessionId, ask)
  }

  async screen() {
    const answer = await this.ask({ kind: 'look' })
    return answer?.ok && answer.screen?.kind === 'screen' ? answer.screen : undefined
  }

  shows(text: string | RegExp): Promise<unknown> {
    return eventually(`the screen shows ${text}`, async () => {
      const shown = (await this.screen())?.text ?? ''
      return typeof text === 'string' ? shown.includes(text) : text.test(shown)
    })
  }

  take(operatorId: string) {
    return client.post(`/agents/${this.sessionId}/terminal/take`, {}, as(operatorId))
  }

  async type(text: string, operatorId = 'ada') {
    const answer = await this.ask({ kind: 'type', operatorId, text })
    if (!answer?.ok) throw new Error(`not typed: ${JSON.stringify(answer)}`)
  }

  async typed() {
    return (await harness.events(this.sessionId)).flatMap((event) =>
      event.type === 'TerminalTyped' ? [event.data] : [],
    )
  }

  async said() {
    return (await harness.events(this.sessionId)).flatMap(({ type, data }) =>
      type === 'MessageRecorded' && data.role === 'agent'
        ? data.content.map((block) => (block.type === 'text' ? block.text : ''))
        : [],
    )
  }

  over() {
    return harness.reached(this.sessionId, 'AgentResourcesReleased')
  }
}

/** Bash that says when it is ready, with nobody's settings. */
const bash = 'PS1="ready$ " bash --norc --noprofile'

test('a person takes control of a shell, types there, and ends it: what was changed is committed', async () => {
  using repository = new TestRepository()
  const terminal = await Watched.spawn(repository, bash)
  await terminal.shows('ready$')
  expect((await terminal.take('ada')).status).toBe(202)
  await terminal.type('tty; stty size; ')
  await terminal.type('echo made > made.txt\r')
  await terminal.shows(/\/dev\/pts\/\d+/)
  await terminal.shows('30 100')
  await terminal.type('exit\r')
  const { data } = await harness.reached(terminal.sessionId, 'AgentCompleted')
  expect(data.summary).toContain('ended with 0.')
  await terminal.over()
  expect((await harness.reached(terminal.sessionId, 'CommitRecorded')).data).toMatchObject({ files: 1 })
  const typed = await terminal.typed()
  expect(typed.map(({ text }) => text).join('')).toBe('tty; stty size; echo made > made.txt\rexit\r')
  expect(typed[0]).toMatchObject({ operatorId: 'ada', operatorName: 'ADA' })
  expect((await terminal.said()).join('\n')).toContain('/dev/pts/')
  const [, ...rest] = terminal.frames
  expect(rest.map(({ seq }, at) => seq - terminal.frames[at]!.seq)).toEqual(rest.map(() => 1))
  expect(terminal.frames.at(-1)?.kind).toBe('ended')
})

test('job control, the size and what a program asks of its terminal are those of a real one', async () => {
  using repository = new TestRepository()
  const terminal = await Watched.spawn(repository, bash)
  await terminal.shows('ready$')
  await terminal.take('ada')
  await terminal.type('trap "echo resized" WINCH; sleep 1000\r')
  await terminal.shows('sleep 1000')
  await terminal.type('\u001a')
  await terminal.shows('Stopped')
  await terminal.ask({ kind: 'resize', operatorId: 'ada', columns: 61, rows: 17 })
  await terminal.type('kill %1; stty size\r')
  await terminal.shows('17 61')
  await terminal.type('sleep 1000\r')
  await terminal.type('\u0003')
  await terminal.type(`read -s -d R -p $'\\e[6n' where; echo "at \${where#*[}"\r`)
  await terminal.shows(/at \d+;\d+/)
  await terminal.type('seq 3 > numbers; less numbers\r')
  await terminal.shows('(END)')
  await terminal.type('q')
  await terminal.type('exit 0\r')
  await terminal.over()
})

test('what is typed where the terminal shows nothing is in no log, whoever hides it', async () => {
  using repository = new TestRepository()
  const raw = `require('readline').createInterface({input: process.stdin}); process.stdin.setRawMode(true); process.stdout.write('raw? '); let n = 0; process.stdin.on('data', (d) => { for (const c of String(d)) { if (c === '\\r') { console.log('\\r\\ngot ' + n); process.exit(0) } n++; process.stdout.write('*') } })`
  const terminal = await Watched.spawn(
    repository,
    `stty -echo; printf 'password? '; read line; stty echo; echo "got \${#line}"; node -e "${raw}"`,
  )
  await terminal.shows('password?')
  await terminal.take('ada')
  await terminal.type('s3cret-of-the-line\r')
  await terminal.shows('got 18')
  await terminal.shows('raw?')
  for (const key of 'hunter2-of-the-raw') await terminal.type(key)
  await terminal.type('\r')
  await terminal.over()
  const typed = await terminal.typed()
  const log = JSON.stringify(await harness.events(terminal.sessionId))
  expect(log).not.toMatch(/s3cret|hunter2/)
  expect(
    typed.filter(({ text }) => text === null).reduce((sum, { characters }) => sum + characters, 0),
  ).toBeGreaterThanOrEqual(36)
  expect(
    typed
      .map(({ text }) => text ?? '')
      .join('')
      .replaceAll(/[\r]/g, ''),
  ).toBe('')
})

test('one person types at a time: who takes over is told from whom, and whoever has not is refused', async () => {
  using repository = new TestRepository()
  const terminal = await Watched.spawn(repository, bash)
  await terminal.shows('ready$')
  expect(await terminal.ask({ kind: 'type', operatorId: 'ada', text: 'x' })).toMatchObject({
    code: 'TERMINAL_NOT_HELD',
  })
  await Promise.all([terminal.take('ada'), terminal.take('grace')])
  const taken = (await harness.events(terminal.sessionId)).flatMap((event) =>
    event.type === 'TerminalControlTaken' ? [event.data] : [],
  )
  expect(taken).toHaveLength(2)
  expect(taken[0]?.from).toBeNull()
  expect(taken[1]?.from?.operatorId).toBe(taken[0]?.operatorId)
  const [first, second] = [taken[0]!.operatorId, taken[1]!.operatorId]
  await eventually('the second has it', async () => (await terminal.screen())?.controller?.operatorId === second)
  expect(await terminal.ask({ kind: 'type', operatorId: first, text: 'x' })).toMatchObject({
    code: 'TERMINAL_NOT_HELD',
    message: `the terminal is controlled by ${second.toUpperCase()}`,
  })
  expect(await terminal.ask({ kind: 'resize', operatorId: first, columns: 80, rows: 24 })).toMatchObject({ ok: false })
  await terminal.type('echo mine\r', second)
  await terminal.shows('mine')
  const released = (operatorId: string) =>
    client.post(`/agents/${terminal.sessionId}/terminal/release`, {}, as(operatorId))
  expect((await released(first)).body['code']).toBe('TERMINAL_NOT_HELD')
  expect((await released(second)).status).toBe(202)
  await client.post(`/agents/${terminal.sessionId}/kill`)
  await terminal.over()
})

test('what somebody says without having taken control is typed, with Enter', async () => {
  using repository = new TestRepository()
  const terminal = await Watched.spawn(repository, bash)
  await terminal.shows('ready$')
  await client.post(`/agents/${terminal.sessionId}/inject`, { text: 'echo heard > heard.txt' })
  const { worktree } = await harness.place(terminal.sessionId)
  await eventually('it was run', () => existsSync(join(worktree, 'heard.txt')))
  await client.post(`/agents/${terminal.sessionId}/inject`, { text: 'exit' })
  expect((await harness.reached(terminal.sessionId, 'AgentCompleted')).data.outcome).toBe('finished')
  await terminal.over()
})

describe('whatever a program writes', () => {
  test.each([
    ['without end', 'yes MOSAIC', 'MOSAIC'],
    ['that is no text', 'cat /dev/urandom', /./s],
    [
      'as a title, for the clipboard, as a link or a picture',
      `printf '\\033]0;t\\007\\033]52;c;aGk=\\007\\033]8;;http://x/\\007l\\033]8;;\\007\\033Pq#0\\033\\\\\\033[?1049h\\033[2J\\033[Hbare'; sleep 1000`,
      'bare',
    ],
  ])('%s, it is shown, others are not held up, and it is killed with a receipt', async (_, command, text) => {
    using repository = new TestRepository()
    const terminal = await Watched.spawn(repository, command)
    await terminal.shows(text)
    const before = performance.now()
    expect((await client.get('/health')).status).toBe(200)
    expect(performance.now() - before).toBeLessThan(2_000)
    await client.post(`/agents/${terminal.sessionId}/kill`)
    expect((await harness.reached(terminal.sessionId, 'AgentKilled')).data.proof).toBe('kernel')
    await terminal.over()
    const bytes = JSON.stringify(await harness.events(terminal.sessionId)).length
    expect(bytes).toBeLessThan(200_000)
  })
})

test('a pause freezes it; what forks without pause is killed with a receipt', async () => {
  using repository = new TestRepository()
  const terminal = await Watched.spawn(repository, 'n=0; while :; do n=$((n+1)); echo $n > counter; sleep 0.05 & done')
  const { worktree } = await harness.place(terminal.sessionId)
  const counter = () => (existsSync(join(worktree, 'counter')) ? readFileSync(join(worktree, 'counter'), 'utf8') : '')
  await eventually('it counts', () => Number(counter()) > 3)
  await client.post(`/agents/${terminal.sessionId}/pause`)
  await harness.reached(terminal.sessionId, 'AgentPaused')
  const before = counter()
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(counter()).toBe(before)
  await client.post(`/agents/${terminal.sessionId}/resume`)
  await eventually('it counts on', () => counter() !== before)
  await client.post(`/agents/${terminal.sessionId}/kill`)
  expect((await harness.reached(terminal.sessionId, 'AgentKilled')).data.proof).toBe('kernel')
  expect(await harness.types(terminal.sessionId)).toContain('AgentDescendantsCleared')
  await terminal.over()
})

test('terminated, it is hung up on; ended with another code than 0, its session has failed', async () => {
  using repository = new TestRepository()
  const hungUp = await Watched.spawn(repository, `trap 'echo hung up > hup.txt; exit' HUP; while :; do sleep 0.1; done`)
  await hungUp.shows(/^/)
  const { worktree } = await harness.place(hungUp.sessionId)
  await eventually('it runs', async () => (await hungUp.screen()) !== undefined)
  await new Promise((resolve) => setTimeout(resolve, 500))
  await client.post(`/agents/${hungUp.sessionId}/terminate`)
  expect((await harness.reached(hungUp.sessionId, 'AgentCompleted')).data.outcome).toBe('terminated')
  expect((await harness.reached(hungUp.sessionId, 'UncommittedWorkKept')).data.files).toBe(1)
  expect(worktree).not.toBe('')
  const failed = await Watched.spawn(repository, 'echo the last words; exit 3')
  expect((await harness.reached(failed.sessionId, 'AgentFailed')).data).toMatchObject({
    code: 'AGENT_PROGRAM_FAILED',
    message: expect.stringContaining('ended with 3'),
  })
  expect((await failed.said()).join('')).toContain('the last words')
  await Promise.all([hungUp.over(), failed.over()])
})

test('one whose orchestrator ends is said to be lost, and begun anew when it is continued', async () => {
  using repository = new TestRepository()
  const terminal = await Watched.spawn(repository, bash)
  await terminal.shows('ready$')
  await client.close()
  client = await harness.orchestrator(settings)
  expect((await harness.reached(terminal.sessionId, 'AgentFailed')).data.code).toBe('TERMINAL_LOST')
  await terminal.over()
  const answer = await client.post(`/agents/${terminal.sessionId}/continue`, { text: 'Again.' })
  expect(answer.status).toBe(202)
  const again = String(answer.body['sessionId'])
  await eventually('a terminal is there', () =>
    harness.messaging.terminals.ask(terminal.workspaceId, again, { kind: 'look' }),
  )
  await client.post(`/agents/${again}/kill`)
  await harness.reached(again, 'AgentResourcesReleased')
})

test.each([
  ['without a command', { command: undefined }, 'command'],
  ['without a sandbox', { sandbox: 'process' }, 'sandbox'],
  ['with a model', { model: 'scripted:x' }, 'model'],
  ['with turns', { maxTurns: 3 }, 'maxTurns'],
  ['with a command that is keys', { command: 'ls\u001b' }, 'command'],
])('a spawn %s is refused by its field', async (_, wrong, field) => {
  using repository = new TestRepository()
  const body = { runtime: 'pty', command: 'bash', repository: repository.path, task: 'x', ...wrong }
  const answer = await client.post('/agents/spawn', body)
  expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([400, 'VALIDATION_FAILED', field])
})
