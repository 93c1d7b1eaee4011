import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'
import { TestRepository } from '../../test/user-repository.ts'
import { hashOf, repositoryIdOf } from '../repositories/index.ts'

let harness: Harness
let client: Client
const repositories: TestRepository[] = []
const secret = 'correct-horse-battery-staple'

const startClient = () => harness.orchestrator({ NPM_TOKEN: secret, MOSAIC_SANDBOX: 'bubblewrap' })

beforeAll(async () => {
  harness = await Harness.start()
  client = await startClient()
})
afterAll(() => harness.close())
afterEach(() => {
  for (const repository of repositories.splice(0)) repository[Symbol.dispose]()
})

/** A repository whose settings are approved. */
async function approved(settings: string, files: Readonly<Record<string, string>> = {}): Promise<TestRepository> {
  const repository = new TestRepository({ ...files, 'mosaic.yaml': settings })
  repositories.push(repository)
  const body = { repository: repository.path, hash: hashOf(settings) }
  expect((await client.post('/repositories/approve', body)).status).toBe(202)
  return repository
}

const spawn = ({ path }: TestRepository, steps: readonly Step[], more: object = {}) =>
  client.spawn({ repository: path, task: 'x', model: scenario(steps), ...more })
const spawnIdle = (repository: TestRepository) => spawn(repository, [finish()])
const released = (id: string) => harness.reached(id, 'AgentResourcesReleased')
const stepsOf = async (id: string) =>
  (await harness.events(id)).flatMap(({ type, data }) => (type === 'SetupStepCompleted' ? [data] : []))
const resultsOf = ({ path }: TestRepository) =>
  join(harness.data, 'setup', repositoryIdOf({ workspaceId: 'default', repository: path }), 'results')
const results = (repository: TestRepository) => {
  try {
    return readdirSync(resultsOf(repository))
  } catch {
    return []
  }
}

const installing = `setup:
  - name: install
    run: |
      mkdir deps
      cat lock > deps/made
      pwd > deps/where
    inputs: [lock]
    outputs: [deps]
`

test('setup is done before the agent starts, once: the next agent has its result, and neither commits it', async () => {
  const repository = await approved(installing, { lock: 'one\n' })
  const work = [
    shell('cat deps/made deps/where && echo more > work.txt'),
    { call: { tool: 'commit', input: { message: 'work' } } },
    finish(),
  ]
  const first = await spawn(repository, work)
  await released(first)
  const types = await harness.types(first)
  const inOrder = ['SetupStepStarted', 'SetupStepCompleted', 'AgentSpawned', 'AgentStarted'] as const
  expect(types.filter((type) => (inOrder as readonly string[]).includes(type))).toEqual(inOrder)
  expect(await stepsOf(first)).toMatchObject([{ step: 'install', cached: false, exitCode: 0 }])

  const second = await spawn(repository, work)
  await released(second)
  expect(await stepsOf(second)).toMatchObject([{ step: 'install', cached: true, exitCode: 0 }])
  for (const id of [first, second]) {
    const output = (await harness.reached(id, 'ToolCompleted', ({ name }) => name === 'shell')).data.output
    expect(output).toContain('one\n/workspace')
    const { branch } = (await harness.reached(id, 'CommitRecorded')).data
    expect(repository.git('diff', '--name-only', `main...${branch}`)).toBe('work.txt')
  }
})

test('what an agent does to its copy, no other agent has', async () => {
  const repository = await approved(installing, { lock: 'one\n' })
  await released(await spawn(repository, [shell('echo poison > deps/made; chmod -R a+w deps'), finish()]))
  const next = await spawn(repository, [shell('cat deps/made'), finish()])
  expect((await harness.reached(next, 'ToolCompleted')).data.output).toBe('one')
})

test('a changed input is installed anew', async () => {
  const repository = await approved(installing, { lock: 'one\n' })
  await released(await spawnIdle(repository))
  repository.commit('two', { lock: 'two\n' })
  const next = await spawn(repository, [shell('cat deps/made'), finish()])
  expect((await harness.reached(next, 'ToolCompleted')).data.output).toBe('two')
  expect(await stepsOf(next)).toMatchObject([{ cached: false }])
})

test('of agents that come at once one installs, and the others have it from there', async () => {
  const repository = await approved(installing, { lock: 'one\n' })
  const ids = await Promise.all([1, 2, 3, 4].map(() => spawnIdle(repository)))
  await Promise.all(ids.map(released))
  const steps = (await Promise.all(ids.map(stepsOf))).flat()
  expect(steps.map(({ cached }) => cached).toSorted()).toEqual([false, true, true, true])
})

test('what is built from an agent’s branch is kept for nobody', async () => {
  const settings = 'setup:\n  - name: build\n    run: sh build.sh\n    inputs: [lock]\n    outputs: [deps]\n'
  const repository = await approved(settings, { lock: 'one\n', 'build.sh': 'mkdir deps; echo fine > deps/made\n' })
  const poisoner = await spawn(repository, [
    shell('echo "mkdir deps; echo poison > deps/made" > build.sh'),
    { call: { tool: 'commit', input: { message: 'poison' } } },
    finish(),
  ])
  await released(poisoner)
  const { branch } = (await harness.reached(poisoner, 'CommitRecorded')).data
  repository.commit('another lock', { lock: 'two\n' })
  const kept = results(repository)
  await released(await spawn(repository, [finish()], { branch }))
  expect(results(repository)).toEqual(kept)
})

test('an agent that was continued had its own files set up for every other agent, with secrets that agents do not see', async () => {
  const settings = `caches: [go]
setup:
  - name: build
    run: sh build.sh
    outputs: [deps]
  - name: download
    run: sh download.sh
    pass: [NPM_TOKEN]
`
  const repository = await approved(settings, {
    'build.sh': 'mkdir deps; echo fine > deps/made\n',
    'download.sh': 'true\n',
  })
  const look = shell('cat deps/made; cat seen 2>/dev/null; ls "$GOMODCACHE"')
  const poisoner = await spawn(repository, [
    shell('echo "mkdir deps; echo poison > deps/made" > build.sh'),
    shell(`echo 'printf %s "$NPM_TOKEN" | rev > seen; touch "$GOMODCACHE/poison"; true' > download.sh`),
    { call: { tool: 'commit', input: { message: 'poison' } } },
    finish(),
    look,
    finish(),
  ])
  await released(poisoner)
  // As when other results have taken its place.
  for (const name of results(repository)) rmSync(join(resultsOf(repository), name), { recursive: true })
  const answer = await client.post(`/agents/${poisoner}/continue`, { text: 'On.' })
  const continued = String(answer.body['sessionId'])
  const seen = await harness.reached(continued, 'ToolCompleted', ({ name }) => name === 'shell')
  expect(seen.data.output).toBe('poison')
  await released(continued)
  const next = await spawn(repository, [look, finish()])
  expect((await harness.reached(next, 'ToolCompleted')).data.output).toBe('fine')
})

test('a step that fails fails the session, and says how it ended', async () => {
  const repository = await approved(
    'setup:\n  - name: install\n    run: |\n      echo no such package >&2\n      exit 3\n',
  )
  const id = await spawnIdle(repository)
  const { code, message } = (await harness.reached(id, 'AgentFailed')).data
  expect([code, message]).toEqual(['SETUP_FAILED', 'the setup step “install” ended with 3: no such package'])
  await released(id)
  expect(await harness.types(id)).not.toContain('AgentStarted')
  expect(results(repository)).toEqual([])
})

test('a step that wants the network it has not is told so', async () => {
  const repository = await approved(
    'setup:\n  - name: install\n    run: "getent hosts x.example || { echo Could not resolve host: x.example; exit 6; }"\n',
  )
  const { message } = (await harness.reached(await spawnIdle(repository), 'AgentFailed')).data
  expect(message).toContain('this sandbox has no network')
})

test('a step that could not reach a private registry failed without a word of whom it had asked', async () => {
  const repository = await approved(
    'setup:\n  - name: install\n    run: "curl -s --fail https://registry.corp.example/ || exit 7"\n    hosts: [registry.example.org]\n',
  )
  const { message } = (await harness.reached(await spawnIdle(repository), 'AgentFailed')).data
  expect(message).toContain('registry.corp.example:443 was not reached: it is not among the hosts')
})

test('an agent is killed while it is set up, and nothing of it is left', async () => {
  const repository = await approved('setup:\n  - name: install\n    run: sleep 600\n')
  const id = await spawnIdle(repository)
  await harness.reached(id, 'SetupStepStarted')
  expect((await client.post(`/agents/${id}/kill`)).status).toBe(202)
  await harness.reached(id, 'AgentKilled')
  await released(id)
  expect(await harness.types(id)).not.toContain('AgentStarted')
})

test('an agent is terminated while it is set up', async () => {
  const repository = await approved('setup:\n  - name: install\n    run: sleep 600\n')
  const id = await spawnIdle(repository)
  await harness.reached(id, 'SetupStepStarted')
  await client.post(`/agents/${id}/terminate`)
  expect((await harness.reached(id, 'AgentCompleted')).data.outcome).toBe('terminated')
})

test('a setup that the end of the orchestrator cut off is done anew', async () => {
  const run = 'test -e once || { touch once; mkdir deps; sleep 600; }; mkdir deps'
  const repository = await approved(`setup:\n  - name: install\n    run: '${run}'\n    outputs: [deps]\n`)
  const id = await spawnIdle(repository)
  const worktrees = join(harness.data, 'git/worktrees')
  const hasBegun = () => readdirSync(worktrees).some((name) => existsSync(join(worktrees, name, 'deps')))
  await eventually('the setup to have begun', hasBegun)
  await client.close()
  client = await startClient()
  await released(id)
  const types = await harness.types(id)
  expect(types.filter((type) => type === 'SetupStepStarted')).toHaveLength(2)
  expect(types).toContain('AgentCompleted')
})

test('a secret is passed by name to whom it is for, and stands in no event', async () => {
  const settings = `environment:
  GREETING: hello
setup:
  - name: install
    run: echo "with $NPM_TOKEN, $GREETING"
    pass: [NPM_TOKEN]
`
  const repository = await approved(settings)
  const id = await spawn(repository, [shell('echo "$GREETING ${NPM_TOKEN:-nothing}"'), finish()])
  expect((await harness.reached(id, 'ToolCompleted')).data.output).toBe('hello nothing')
  const [step] = await stepsOf(id)
  expect(step?.output).toMatch(/^with \[redacted: .*\], hello$/)
  expect(JSON.stringify(await harness.events(id))).not.toContain(secret)
})

test('a variable that Mosaic itself does not have is named', async () => {
  const repository = await approved('pass: [NOT_SET_ANYWHERE]\n')
  const { code, message } = (await harness.reached(await spawnIdle(repository), 'AgentFailed')).data
  expect(code).toBe('SETUP_FAILED')
  expect(message).toContain('NOT_SET_ANYWHERE')
})

test('commands run in the working folder', async () => {
  const settings = 'workdir: app\nsetup:\n  - name: look\n    run: ls > seen\n'
  const repository = await approved(settings, { 'app/one': '' })
  const id = await spawn(repository, [shell('basename "$PWD"; cat seen'), finish()])
  expect((await harness.reached(id, 'ToolCompleted')).data.output).toBe('app\none\nseen')
})

test('the agent is told what was set up, whom it reaches, and the repository’s own words as such', async () => {
  const settings = `${installing}network:\n  hosts: [api.example.com]\n`
  const repository = await approved(settings, { lock: 'one\n', 'AGENTS.md': 'Use tabs.\n' })
  const id = await spawnIdle(repository)
  const { content } = (await harness.reached(id, 'MessageRecorded', ({ role }) => role === 'system')).data
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('')
  expect(text).toContain('- Set up already, before you began: install (mkdir deps).')
  expect(text).toContain('they reach api.example.com alone')
  expect(text).toContain(`[begin AGENTS.md ${id.slice(-12)}]\nUse tabs.\n[end AGENTS.md ${id.slice(-12)}]`)
})

test('what a setup has downloaded every agent reads in a folder of its own, and writes for nobody else', async () => {
  const download = 'test -e $npm_config_cache/made || echo downloaded > $npm_config_cache/made; touch $GOMODCACHE/made'
  const repository = await approved(`caches: [npm, go]\nsetup:\n  - name: download\n    run: ${download}\n`)
  const look = 'cat $npm_config_cache/*; ls $GOMODCACHE'
  const poison = 'echo poison > $npm_config_cache/made; echo own > $npm_config_cache/own; touch $GOMODCACHE/own; true'
  const first = await spawn(repository, [shell(poison), shell(look), finish()])
  const seen = await harness.reached(first, 'ToolCompleted', ({ output }) => output.includes('downloaded'))
  expect(seen.data.output).toBe('downloaded\nown\nmade')
  await released(first)
  const next = await spawn(repository, [shell(look), finish()])
  expect((await harness.reached(next, 'ToolCompleted')).data.output).toBe('downloaded\nmade')
})
