// F14: secrets in everything that people and agents say. `node planted-secrets.ts [--agents 3] [--seed N]`
// In prompts, names, addresses, words, inputs and outputs of tools, errors, files, commits and their messages, whole and cut
// over two messages or outputs. Passes when none of them is in the log, the read models, NATS, what programs log, live words
// or any answer, none reaches the repository, and the agents end as if nothing had been.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { hasEnded, sessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { startInstance } from '@mosaic/e2e/instance'
import { createRepository, git } from '@mosaic/e2e/repositories'
import { Random } from './eventstore-random.ts'
import { marked, planted, secretText, trace } from './planted-text.ts'

const { values } = parseArgs({ options: { agents: { type: 'string' }, seed: { type: 'string' } } })
const wanted = Number(values.agents ?? 3)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const random = new Random(seed)
const patienceMs = 300_000
const custom = 'acme_live_'
/** What an agent wrote is in its worktree and in what is kept of that: there it may be. */
const agentsOwn = new Set(['git', 'setup'])
console.log(`seed ${seed}, ${wanted} agents`)

const faults: string[] = []
/** What was answered and said, by where. */
const heard = new Map<string, string>()
const hear = (where: string, text: string) => heard.set(where, (heard.get(where) ?? '') + text)

const instance = await startInstance({
  demo: false,
  speed: 50,
  env: { ANTHROPIC_API_KEY: secretText(random, 40), MOSAIC_LOG_LEVEL: 'debug' },
})
try {
  const repository = createRepository(instance.folder)
  await instance.json('secrets', 'pattern', 'add', 'Acme key', `${custom}[A-Za-z0-9]{24}`)
  const { stdout } = await instance.mosaic('secrets', 'pattern', 'list')
  if (!stdout.includes('Acme key')) faults.push(`the pattern is not listed: ${stdout}`)
  await refusedAddress()
  const listening = new AbortController()
  const streams = [listen(gatewayRoutes.eventsStream.path, listening.signal)]
  const ids = []
  for (let n = 0; n < wanted; n++) {
    const id = await spawn(repository, n)
    ids.push(id)
    streams.push(listen(`/api/mission-control/sessions/${id}/stream`, listening.signal))
    await ask('POST', `/api/mission-control/sessions/${id}/inject`, { text: `It is ${planted(random, custom)}.` })
  }
  for (const id of ids) await untilEnded(id)
  listening.abort()
  await Promise.all(streams)
  await lookEverywhere(ids)
  if (git(repository, 'log', '--all', '-p').includes(trace)) faults.push('the repository holds one')
} finally {
  await instance.close()
}
for (const [where, text] of heard) if (text.includes(trace)) faults.push(`${where}: ${around(text)}`)
for (const fault of faults) console.log(`✗ ${fault}`)
if (faults.length > 0) console.log(`again with: --agents ${wanted} --seed ${seed}`)
console.log(`${heard.size} places looked at`)
console.log(faults.length === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed')
process.exit(faults.length > 0 ? 1 : 0)

function around(text: string): string {
  const at = text.indexOf(trace)
  return JSON.stringify(text.slice(Math.max(0, at - 120), at + 60))
}

async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const answer = await instance.request(method, path, body).catch((error: unknown) => String(error))
  hear(`${method} ${path}`, JSON.stringify(answer))
  return answer
}

/** An address that holds a password is not taken, and the answer does not repeat it. */
async function refusedAddress(): Promise<void> {
  const body = { repository: `https://ada:${secretText(random, 20)}@git.example/x`, branch: 'main', task: 'x' }
  const answer = await ask('POST', gatewayRoutes.spawn.path, body)
  if (typeof answer !== 'string') faults.push('an address with a password was taken')
}

/** Everything that is said live and that happens, as the gateway streams it. */
async function listen(path: string, signal: AbortSignal): Promise<void> {
  const authorization = `Bearer ${readFileSync(join(instance.data, 'token'), 'utf8').trim()}`
  const url = new URL(path, instance.run.gateway)
  try {
    const { body, status } = await fetch(url, { headers: { authorization, accept: 'text/event-stream' }, signal })
    if (status !== 200) faults.push(`${path} answers ${status}`)
    const decoder = new TextDecoder()
    for await (const bytes of body ?? [])
      hear(path.replaceAll(/[0-9a-f-]{36}/g, 'ID'), decoder.decode(bytes, { stream: true }))
  } catch (error) {
    if (!signal.aborted) faults.push(`${path}: ${String(error)}`)
  }
}

async function spawn(repository: string, n: number): Promise<string> {
  const body = {
    repository,
    branch: 'main',
    sandbox: 'bubblewrap',
    model: scenario(n),
    name: `agent ${n} ghp_${secretText(random, 36)}`,
  }
  const answer = await ask('POST', gatewayRoutes.spawn.path, { ...body, task: `Use ${planted(random, custom)} well.` })
  if (typeof answer === 'string') throw new Error(answer)
  return gatewayRoutes.spawn.answer.parse(answer).sessionId
}

function halves(secret: string): [string, string] {
  const at = random.between(8, secret.length - 8)
  return [secret.slice(0, at), secret.slice(at)]
}

/** What an agent does, in an order of its own. It ends where it has asked, been refused and been told of errors. */
function scenario(n: number): string {
  const call = (tool: string, input: object) => ({ call: { tool, input } })
  const shell = (command: string) => call('shell', { command, timeout_seconds: 60 })
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const some = () => planted(random, custom)
  const look = call('list_files', {})
  /** Said in two messages; and read in two parts out of a file that was written whole. */
  const saidInTwo = (): object[] => {
    const [one, other] = halves(marked(random))
    return [
      { say: `it is ${one}`, ...look },
      { say: `${other} and then more`, ...look },
    ]
  }
  const readInTwo = (): object[] => {
    const [one, other] = halves(marked(random))
    return [
      call('write_file', { path: 'half.txt', content: one + other }),
      shell(`head -c ${one.length} half.txt`),
      shell(`tail -c +${one.length + 1} half.txt`),
    ]
  }
  const kinds: (() => object[])[] = [
    () => [{ say: `I will use ${some()} for this, and then go on with it for a while.`, ...look }],
    saidInTwo,
    () => [shell(`echo ${quoted(some())}`)],
    () => [shell(`echo ${quoted(some())} >&2; exit 3`)],
    readInTwo,
    () => [call('read_file', { path: `none/${marked(random)}` })],
    () => [call('write_file', { path: `notes/${random.between(1, 9)}.txt`, content: some() })],
    () => [call('edit_file', { path: 'README.md', old_text: some(), new_text: some() })],
    () => [
      call('write_file', { path: 'key.env', content: `a\n${some()}\n` }),
      call('commit', { message: 'feat: keys' }),
    ],
    () => [call('commit', { message: `feat: with ${marked(random)}` })],
    () => [call('ask_operator', { question: `Is it ${some()}?`, default_answer: some(), timeout_seconds: 1 })],
    () => [shell(`git ls-remote ${quoted(`https://ada:${secretText(random, 20)}@127.0.0.1:1/x`)}`)],
  ]
  const steps: object[] = [look]
  while (kinds.length > 0) steps.push(...kinds.splice(random.between(0, kinds.length - 1), 1)[0]!())
  const finish = { ...call('finish', { summary: `Done with ${some()}.`, outcome: 'completed' }) }
  steps.push({ ...finish, repeat: { while: { isError: true }, max: 1 } })
  const folder = join(instance.folder, 'scenarios')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${n}.yaml`)
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ name: `planted-${n}`, description: 'of a test', agents: [{ name: 'one', steps }] }),
  )
  return `scripted:${file}`
}

async function untilEnded(id: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    const { status } = sessionView.parse(await instance.request('GET', `/api/mission-control/sessions/${id}`))
    if (hasEnded(status)) {
      if (status !== 'completed') faults.push(`an agent is ${status}`)
      return
    }
    await pause(500)
  }
  faults.push('an agent does not end')
}

/** Every answer that tells of the agents, what the CLI prints of them, and all bytes that the engines and programs keep. */
async function lookEverywhere(ids: readonly string[]): Promise<void> {
  for (const path of ['sessions', 'audit', 'dashboard']) await ask('GET', `/api/mission-control/${path}`)
  await ask('GET', `${gatewayRoutes.events.path}?limit=1000`)
  for (const id of ids) {
    for (const command of [
      ['agent', 'show'],
      ['agent', 'messages'],
      ['work', 'diff'],
      ['secrets', 'report'],
    ]) {
      const { stdout, stderr } = await instance.mosaic(...command, id)
      hear(`mosaic ${command.join(' ')}`, stdout + stderr)
    }
    const report = (await instance.json('secrets', 'report', id)) as { outcome: string }[]
    for (const outcome of ['covered', 'blocked'])
      if (!report.some((found) => found.outcome === outcome)) faults.push(`nothing is reported as ${outcome}`)
  }
  keptIn(instance.data)
}

function keptIn(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (folder === instance.data && agentsOwn.has(entry.name)) continue
    if (entry.isDirectory()) keptIn(path)
    else if (entry.isFile()) {
      const where = relative(instance.data, path)
      hear(where.replace(/\d+/g, '0'), '')
      const bytes = readFileSync(path)
      const at = bytes.indexOf(trace)
      if (at >= 0) faults.push(`${where}: ${JSON.stringify(bytes.toString('latin1', Math.max(0, at - 120), at + 60))}`)
    }
  }
}
