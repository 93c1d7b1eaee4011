import { eventually } from '@mosaic/kit'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { assistant, calling, OpenclawGateway, result, user } from '../../../test/openclaw-gateway.ts'
import { TestProviders, withOpenclaw } from '../../../test/with-openclaw.ts'
import { adoptedId } from './names.ts'

let harness: Harness
let client: Client
let gateway: OpenclawGateway
let providerId: string
const providers = new TestProviders()

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({}, withOpenclaw(providers))
})
beforeEach(async () => {
  gateway = await OpenclawGateway.start()
  ;({ providerId } = providers.add('house', gateway.url, gateway.manners.token))
})
afterEach(async () => {
  providers.set([])
  await gateway.stop()
})
afterAll(() => harness.close())

const key = 'agent:main:main'
const idOf = (sessionKey = key) => adoptedId({ providerId, sessionKey })
const said = async (sessionId: string) =>
  (await harness.events(sessionId)).flatMap(({ type, data }) => {
    if (type === 'MessageRecorded')
      return data.content.map((block) => `${data.role}: ${'text' in block ? block.text : block.type}`)
    if (type === 'ToolCompleted') return [`${data.name}: ${data.output}`]
    return []
  })
const heard = (sessionId: string, text: string) =>
  harness.reached(sessionId, 'MessageRecorded', ({ content }) => JSON.stringify(content).includes(text))
const spawn = () => client.spawn({ runtime: 'openclaw', provider: 'house', task: 'Do the thing.' })
const reachable = () => eventually('a contact', () => providers.contacts.some(({ state }) => state === 'reached'))
const sent = (method: string) => gateway.asked.filter((one) => one.method === method)

test('a session that was there before is adopted with all that was said and done', async () => {
  gateway.add(key, [user('hello'), calling('c1', 'ls'), result('c1', 'a.txt'), assistant('There is one file.')])
  await heard(idOf(), 'There is one file.')
  expect(await harness.types(idOf())).toEqual([
    'AgentSpawnRequested',
    'AgentAdopted',
    'SessionClaimed',
    'AgentSpawned',
    'AgentStarted',
    'MessageRecorded',
    'MessageRecorded',
    'ToolInvoked',
    'ToolCompleted',
    'MessageRecorded',
  ])
  expect(await said(idOf())).toEqual(['user: hello', 'agent: tool_use', 'exec: a.txt', 'agent: There is one file.'])
})

test('a session is begun there, told its task once, heard, and spoken to: at work it is interrupted', async () => {
  await reachable()
  const sessionId = await spawn()
  const sessionKey = `agent:main:mosaic-${sessionId}`
  await eventually('the task', () => sent('sessions.send').length === 1)
  gateway.say(sessionKey, assistant('On it.'))
  await heard(sessionId, 'On it.')
  await client.post(`/agents/${sessionId}/inject`, { text: 'Rather the other thing.' })
  await harness.reached(sessionId, 'OperatorMessageDelivered')
  expect(sent('chat.send')[0]?.params).toMatchObject({ queueMode: 'interrupt', message: 'Rather the other thing.' })
  gateway.say(sessionKey, assistant('The other thing.'))
  gateway.active(sessionKey, false)
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  await client.post(`/agents/${sessionId}/inject`, { text: 'Thanks.' })
  await eventually('an answer there', () => sent('sessions.send').length === 2)
  expect(await said(sessionId)).toEqual(['user: Do the thing.', 'agent: On it.', 'agent: The other thing.'])
  expect([...gateway.sessions.keys()]).toEqual([sessionKey])
})

test('a session that waits goes on when it is spoken to at the gateway', async () => {
  gateway.add(key, [user('hello'), assistant('Hi.')])
  await harness.reached(idOf(), 'AgentWaitingForOperator')
  gateway.active(key, true)
  await harness.reached(idOf(), 'OperatorQuestionExpired')
})

test('a kill is what the gateway reports, and a terminate ends what is under way', async () => {
  gateway.add(key, [user('hello')], { isActive: true })
  gateway.add('agent:main:other', [user('hello')], { isActive: true })
  await heard(idOf(), 'hello')
  await heard(idOf('agent:main:other'), 'hello')
  await client.post(`/agents/${idOf()}/kill`)
  expect((await harness.reached(idOf(), 'AgentKilled')).data.proof).toBe('reported')
  await client.post(`/agents/${idOf('agent:main:other')}/terminate`)
  await harness.reached(idOf('agent:main:other'), 'AgentResourcesReleased')
  expect([...gateway.sessions.values()].map(({ isActive }) => isActive)).toEqual([false, false])
})

test('a pause is refused: the gateway has none', async () => {
  gateway.add(key, [user('hello')])
  await heard(idOf(), 'hello')
  const { body } = await client.post(`/agents/${idOf()}/pause`)
  expect(body['code']).toBe('CONTROL_NOT_SUPPORTED')
})

test('what its agent wants to run is asked of a person, and decided as they say', async () => {
  gateway.add(key, [user('hello')], { isActive: true })
  await heard(idOf(), 'hello')
  gateway.ask('a1', key, 'rm -rf build')
  const { data } = await harness.reached(idOf(), 'AgentWaitingForOperator')
  expect(data).toMatchObject({ options: ['Allow once', 'Allow always', 'Deny'] })
  expect(data.question).toContain('rm -rf build')
  await client.post(`/agents/${idOf()}/inject`, { text: 'Allow once' })
  await eventually('the decision', () => sent('exec.approval.resolve').length === 1)
  expect(sent('exec.approval.resolve')[0]?.params).toEqual({ id: 'a1', decision: 'allow-once' })
})

test('history that is shown out of order, again and with what is none of it is told once and in order', async () => {
  gateway.manners.order = (rows) => [{ nonsense: true }, ...rows.toReversed(), ...rows]
  gateway.add(key, [user('one'), calling('c', 'ls'), result('c', 'x'), assistant('two'), user('three')])
  await heard(idOf(), 'three')
  gateway.say(key, calling('c', 'pwd'), result('c', '/'), assistant('four'))
  await heard(idOf(), 'four')
  expect(await said(idOf())).toEqual([
    'user: one',
    'agent: tool_use',
    'exec: x',
    'agent: two',
    'user: three',
    'agent: tool_use',
    'exec: /',
    'agent: four',
  ])
})

test('what is said while either side is away is read when it is back, once', async () => {
  gateway.add(key, [user('one')])
  await heard(idOf(), 'one')
  await gateway.stop()
  await gateway.startAgain()
  gateway.say(key, assistant('two'))
  await heard(idOf(), 'two')
  await client.close()
  gateway.say(key, user('three'), calling('c', 'ls'), result('c', 'x'), assistant('four'))
  client = await harness.orchestrator({}, withOpenclaw(providers))
  await heard(idOf(), 'four')
  expect(await said(idOf())).toEqual([
    'user: one',
    'agent: two',
    'user: three',
    'agent: tool_use',
    'exec: x',
    'agent: four',
  ])
})

test('a session whose gateway is away is stale, and fresh again when it is back', async () => {
  gateway.add(key, [user('one')])
  await heard(idOf(), 'one')
  await gateway.stop()
  await harness.reached(idOf(), 'AgentContactLost')
  await gateway.startAgain()
  await harness.reached(idOf(), 'AgentContactRestored')
})

test.each([
  [
    'closes the connection in the handshake',
    (one: OpenclawGateway) => (one.manners.closesInHandshake = true),
    'BROKEN_OFF',
  ],
  ['speaks another version', (one: OpenclawGateway) => (one.manners.protocol = 5), 'OTHER_PROTOCOL'],
  ['wants another token', (one: OpenclawGateway) => (one.manners.token = 'rotated'), 'UNAUTHORIZED'],
])('a gateway that %s is said to, and hurts no other', async (_, spoil, code) => {
  const bad = await OpenclawGateway.start()
  const { token } = bad.manners
  spoil(bad)
  providers.add(code, bad.url, token)
  const found = await eventually('its fault', () => providers.contacts.find((one) => one.name === code))
  expect(found).toMatchObject({ state: 'lost', code })
  gateway.add(key, [user('still here')])
  await heard(idOf(), 'still here')
  await bad.stop()
})

test('floods, frames of 100 MB, deep nests and events of sessions that nobody knows end nothing', async () => {
  gateway.add(key, [user('one')])
  await heard(idOf(), 'one')
  for (let at = 0; at < 5000; at++) gateway.tell('session.message', { sessionKey: `nobody-${at}` })
  gateway.sendRaw('not json')
  gateway.sendRaw('['.repeat(100_000))
  gateway.sendRaw(JSON.stringify({ type: 'event', event: 'agent', payload: { sessionKey: key, stream: 'assistant' } }))
  gateway.say(key, assistant('two'))
  await heard(idOf(), 'two')
  const before = gateway.connections
  gateway.sendRaw(`"${'x'.repeat(100 * 1024 * 1024)}"`)
  await eventually('another connection', () => gateway.connections > before)
  gateway.say(key, assistant('three'))
  await heard(idOf(), 'three')
  expect(await said(idOf())).toEqual(['user: one', 'agent: two', 'agent: three'])
})

test('a gateway that tells nothing by itself is looked at now and then', async () => {
  gateway.manners.events = []
  gateway.add(key, [user('one')])
  gateway.dropAll()
  await heard(idOf(), 'one')
  gateway.sessions.get(key)!.rows.push({ role: 'user', content: 'two', __openclaw: { id: 'two', seq: 2 } })
  await heard(idOf(), 'two')
})

test('a session that the gateway has no more comes to its end', async () => {
  gateway.add(key, [user('one')])
  await heard(idOf(), 'one')
  gateway.sessions.delete(key)
  gateway.tell('sessions.changed', { sessionKey: key, reason: 'delete' })
  await harness.reached(idOf(), 'AgentCompleted')
})

test('a spawn at a provider that is not there, or with what a gateway decides, is refused by its field', async () => {
  const ask = async (body: object) => {
    const answer = await client.post('/agents/spawn', { runtime: 'openclaw', task: 'x', ...body })
    return [answer.body['code'], answer.body['field']]
  }
  expect(await ask({})).toEqual(['VALIDATION_FAILED', 'provider'])
  expect(await ask({ provider: 'nowhere' })).toEqual(['AGENT_PROVIDER_NOT_FOUND', 'provider'])
  expect(await ask({ provider: 'house', repository: '/r' })).toEqual(['VALIDATION_FAILED', 'repository'])
})
