// Real agents of other makers: `node main.ts [claude-code] [opencode] [codex] [gemini]`, all of them where none is named.
// Each mends a failing test, is asked for its model's key, has a step refused by a person, is picked up after a crash, and is
// killed in the midst of a command. Its last line is `N passed, N failed`.
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasEnded, sessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { startInstance } from '@mosaic/e2e/instance'
import { processesOf } from '@mosaic/e2e/processes'
import { git } from '@mosaic/e2e/repositories'
import { agents, type Foreign } from './agents.ts'
import { failingProject } from './failing-project.ts'

const wanted = process.argv.slice(2)
const chosen = agents.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
if (chosen.length === 0) throw new Error(`no such agent: ${wanted.join(', ')}`)

const unreachable = await whyNoRegistry()
if (unreachable) {
  console.log(`skipped: npm's registry cannot be reached: ${unreachable}`)
  process.exit(0)
}

let [passed, failed] = [0, 0]
const instance = await startInstance({ demo: false, speed: 20 })
try {
  for (const agent of chosen) {
    await attempt(`${agent.name} is installed`, () => instance.json('preset', 'install', agent.name))
    await attempt(`${agent.name} mends a test, its change passes the gates and is landed`, () => mends(agent))
    await attempt(`${agent.name} has its model's key nowhere`, () => findsNoKey(agent))
    await attempt(`${agent.name} does not do what a person says no to`, () => isRefused(agent))
    await attempt(`${agent.name} goes on with its own conversation after kill -9 of the orchestrator`, () =>
      goesOn(agent),
    )
    await attempt(`${agent.name} is killed in the midst of a command, and nothing of it is left`, () => isKilled(agent))
  }
} finally {
  await instance.close()
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** `null`: it answers. */
async function whyNoRegistry(): Promise<string | null> {
  try {
    await promisify(execFile)('npm', ['view', 'opencode-ai', 'version', '--loglevel=error'], { timeout: 30_000 })
    return null
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string }
    return (stderr?.trim().split('\n')[0] || message).slice(0, 300)
  }
}

async function attempt(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
    passed += 1
    console.log(`✓ ${name}`)
  } catch (error) {
    failed += 1
    console.log(`✗ ${name}\n${error instanceof Error ? error.stack : String(error)}`)
  }
}

function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

/** Scenarios play by what an agent's own tools are called. */
function scenario(name: string, steps: readonly object[]): string {
  const path = join(instance.folder, `${name}.yaml`)
  writeFileSync(path, JSON.stringify({ name, description: name, agents: [{ name: 'one', steps }] }))
  return `scripted:${path}`
}

async function spawn(agent: Foreign, steps: readonly object[], ...more: string[]) {
  const repository = failingProject(instance.folder)
  const model = scenario(`scenario-${Math.random().toString(36).slice(2)}`, steps)
  const options = ['--agent', agent.name, '--repo', repository, '--model', model, '--task', 'Mend the failing test.']
  const { sessionId } = (await instance.json('agent', 'spawn', ...options, ...more)) as { sessionId: string }
  return { sessionId, repository }
}

async function sessionOf(sessionId: string) {
  const path = gatewayRoutes.session.path.replace(':id', sessionId)
  return sessionView.parse(await instance.request('GET', path))
}

async function until(sessionId: string, holds: (view: Awaited<ReturnType<typeof sessionOf>>) => boolean) {
  for (let n = 0; n < 240; n++) {
    const view = await sessionOf(sessionId)
    if (holds(view)) return view
    must(!hasEnded(view.status), `it ended before: ${JSON.stringify(view)}`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`it took too long: ${JSON.stringify(await sessionOf(sessionId))}`)
}

async function mends(agent: Foreign): Promise<void> {
  const { sessionId, repository } = await spawn(agent, [
    { say: 'I run the tests.', call: agent.shell('npm test') },
    { say: 'It subtracts.', call: agent.shell("sed -i 's/a - b/a + b/' sum.js && npm test") },
    { say: 'Mended the sum.' },
  ])
  const view = await until(sessionId, ({ status }) => hasEnded(status))
  must(view.status === 'completed', JSON.stringify(view))
  const { stdout } = await instance.mosaic('agent', 'messages', sessionId)
  must(/fail 1/.test(stdout) && /pass 1/.test(stdout), `its tools are not seen:\n${stdout}`)
  const landed = await instance.mosaic('work', 'land', sessionId, '--yes')
  must(landed.code === 0, landed.stdout + landed.stderr)
  must(git(repository, 'show', 'main:sum.js').includes('a + b'), 'main does not have it')
}

async function findsNoKey(agent: Foreign): Promise<void> {
  const look =
    'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; grep -rs KEY "$CLAUDE_CONFIG_DIR" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$CODEX_HOME" "$GEMINI_CLI_HOME"; env'
  const { sessionId } = await spawn(agent, [{ call: agent.shell(look) }, { say: 'Looked.' }])
  await until(sessionId, ({ status }) => hasEnded(status))
  const { stdout } = await instance.mosaic('agent', 'messages', sessionId, '--full')
  must(stdout.includes('MOSAIC_SESSION_ID'), `it has not looked:\n${stdout}`)
  const key = readFileSync(join(instance.data, 'service-token'), 'utf8').trim()
  must(!stdout.includes(key), 'the key is in there')
}

async function isRefused(agent: Foreign): Promise<void> {
  const steps = [{ call: agent.shell('touch refused.txt') }, { say: 'So be it.' }]
  const { sessionId } = await spawn(agent, steps, '--approvals', 'ask')
  if (agent.asks) {
    await until(sessionId, ({ status }) => status === 'waiting')
    const answered = await instance.mosaic('approval', 'deny', sessionId)
    must(answered.code === 0, answered.stderr)
  }
  const view = await until(sessionId, ({ status }) => hasEnded(status))
  must(view.status === 'completed', JSON.stringify(view))
  // The test still fails: what was changed is not committed, and kept once all has been given back.
  const { stdout } = await instance.mosaic('agent', 'messages', sessionId, '--follow')
  const isMade = stdout.includes('not committed, kept')
  must(isMade !== agent.asks, `the file ${isMade ? 'was' : 'was not'} made`)
}

async function goesOn(agent: Foreign): Promise<void> {
  const { sessionId } = await spawn(agent, [
    { say: 'I begin.', call: agent.shell('touch begun; sleep 300') },
    { say: 'Went on.' },
  ])
  const { worktree } = await until(sessionId, ({ worktree: at }) => at !== null && existsSync(join(at, 'begun')))
  must(worktree !== null, 'it has no worktree')
  await instance.kill('orchestrator')
  const view = await until(sessionId, ({ status }) => hasEnded(status))
  must(view.status === 'completed', JSON.stringify(view))
  const { stdout } = await instance.mosaic('agent', 'messages', sessionId)
  must(stdout.includes('has taken up its own conversation'), `it has not:\n${stdout}`)
  const left = processesOf(worktree)
  must(left.length === 0, `there is left: ${JSON.stringify(left)}`)
}

async function isKilled(agent: Foreign): Promise<void> {
  const { sessionId } = await spawn(agent, [{ call: agent.shell('touch begun; sleep 300 & sleep 300') }])
  await until(sessionId, ({ worktree }) => worktree !== null && existsSync(join(worktree, 'begun')))
  const killed = await instance.mosaic('agent', 'kill', sessionId)
  must(killed.code === 0, killed.stdout + killed.stderr)
  const view = await until(sessionId, ({ status }) => status === 'killed')
  must(view.killProof === 'kernel', JSON.stringify(view.killReceipt))
}
