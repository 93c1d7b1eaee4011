import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient, type LiveConnection, ProblemError, UnreachableError } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import type { Recorded, RecordedEvent } from '@mosaic/contracts/kernel'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { createRepository } from './repositories.ts'

let instance: Instance
let repository: string
let client: Client
let live: LiveConnection
beforeAll(async () => {
  instance = await startInstance({ demo: false, speed: 20 })
  repository = createRepository(instance.folder)
  const token = readFileSync(join(instance.data, 'token'), 'utf8').trim()
  client = createClient({ url: instance.run.gateway, token })
  live = client.connect()
})
afterAll(async () => {
  live?.close()
  await instance?.close()
})

const spawn = (scenario: string) =>
  client.spawnAgent({ repository, branch: 'main', task: 'look around', model: `scripted:${scenario}` })
const say = (id: string, text: string) => client.call(gatewayRoutes.inject, { params: { id }, body: { text } })
const statusOf = async (sessionId: string) => (await client.getAgentStatus(sessionId)).status

/** A session's events as the WebSocket brings them. */
function watch(sessionId: string): Recorded<AgentSessionEvent>[] {
  const events: Recorded<AgentSessionEvent>[] = []
  live.watchAgent(sessionId, { event: (event) => events.push(event) })
  return events
}

async function readToEnd(sessionId: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  const done = new AbortController()
  for await (const frame of client.follow(gatewayRoutes.stream, { params: { id: sessionId }, signal: done.signal })) {
    if (frame.type === 'event') events.push(frame.event)
    if (frame.type === 'caught-up') done.abort()
  }
  return events
}

test('spawns an agent, follows it to its end, and is told how it is', async () => {
  const { sessionId } = await spawn('commit-file')
  const events = watch(sessionId)
  await eventually('the end', () => events.some(({ type }) => type === 'AgentCompleted'), 60_000)
  await eventually('the read model', async () => (await statusOf(sessionId)) === 'completed')
  expect((await readToEnd(sessionId)).slice(0, events.length)).toEqual(events)
})

test('goes on without a gap or a repeat when the gateway dies under socket and stream', async () => {
  const { sessionId } = await spawn('long-runner')
  const events = watch(sessionId)
  const streamed: number[] = []
  const stop = new AbortController()
  const following = (async () => {
    const stream = client.follow(gatewayRoutes.stream, { params: { id: sessionId }, signal: stop.signal })
    for await (const frame of stream) if (frame.type === 'event') streamed.push(frame.event.revision)
  })()
  await eventually('some events', () => events.length > 3 && streamed.length > 3, 60_000)
  await instance.kill('gateway')
  await eventually('the gateway', () => client.call(gatewayRoutes.me).then(Boolean, () => false), 60_000)
  for (const text of ['one', 'two', 'three']) await say(sessionId, text)
  const said = ({ type }: { type: string }) => type === 'OperatorMessageInjected'
  await eventually('what was said', () => events.filter(said).length === 3, 60_000)
  await eventually('the same over the stream', () => streamed.length >= events.length, 60_000)
  stop.abort()
  await following
  for (const revisions of [events.map(({ revision }) => revision), streamed])
    expect(revisions).toEqual(revisions.map((_, at) => at))
})

test('kills one, and then all that are left', async () => {
  const { sessionId } = await spawn('long-runner')
  await eventually('a start', async () => (await statusOf(sessionId)) === 'running', 60_000)
  await client.killAgent(sessionId, 'enough')
  await eventually('the kill', async () => (await statusOf(sessionId)) === 'killed', 60_000)
  const { sessionIds } = await client.killAllAgents({ reason: 'enough of all' })
  expect(sessionIds).not.toContain(sessionId)
  expect(sessionIds).toHaveLength(1)
  for (const id of sessionIds) await eventually('all killed', async () => (await statusOf(id)) === 'killed', 60_000)
})

test('throws what the gateway has against it, by code and field', async () => {
  const refused = await client
    .spawnAgent({ repository: '/nowhere', task: 'x', model: 'scripted:hello' })
    .catch((e) => e)
  expect(refused).toBeInstanceOf(ProblemError)
  expect([refused.code, Object.keys(refused.fields)]).toEqual(['REPOSITORY_NOT_FOUND', ['repository']])
})

test('throws that nobody is there, and is told when it is signed out', async () => {
  const nobody = createClient({ url: 'http://127.0.0.1:1' })
  await expect(nobody.call(gatewayRoutes.me)).rejects.toThrow(UnreachableError)
  const stranger = createClient({ url: instance.run.gateway })
  let told = 0
  stranger.onSignedOut(() => told++)
  await expect(stranger.call(gatewayRoutes.me)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(told).toBe(1)
  const refused = stranger.connect()
  try {
    await eventually('the socket says so too', () => told > 1)
  } finally {
    refused.close()
  }
})

test('says that there is no such agent, to whoever watches it', async () => {
  const problems: string[] = []
  const sessionId = '01890000-0000-7000-8000-00000000dead'
  live.watchAgent(sessionId, { event: () => {}, problem: ({ code }) => problems.push(code) })
  await eventually('the problem', () => problems.length > 0)
  expect(problems).toEqual(['SESSION_NOT_FOUND'])
})
