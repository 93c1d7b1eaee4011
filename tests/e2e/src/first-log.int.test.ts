import {
  agentSessionEvents,
  conversationEntry,
  internalCapabilities,
  type SessionView,
  sessionView,
} from '@mosaic/contracts/agent-session'
import { dashboardView } from '@mosaic/contracts/fleet'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { parseEvent } from '@mosaic/contracts/kernel'
import { auditEntry } from '@mosaic/contracts/operator'
import { connectEventStore } from '@mosaic/event-store'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { firstAnswers, layLog, layRepository } from './first-log.ts'
import { type OpenedLog, openLog } from './opened-log.ts'

// A log that version 0.1 wrote is opened by the program as it is now: first without anybody who runs sessions, to see
// that everything in it still means what it meant; then with an orchestrator, which takes up the sessions left alive.

type Row = Readonly<Record<string, unknown>>

/** The data of a notice as the present version of its event has it. */
function upcast({ eventType, data }: Row): unknown {
  const parsed = parseEvent(agentSessionEvents, { type: String(eventType), data, schemaVersion: 1 })
  if (!parsed.ok) throw new Error(parsed.reason.message)
  return parsed.data
}

/** What version 0.1 called otherwise. What is not named here has kept its name. */
const asNow = {
  session: ({ provider: modelProvider, ...row }: Row) =>
    sessionView.parse({
      ...row,
      budget: null,
      network: null,
      skills: null,
      labels: [],
      externalKey: null,
      timeoutSeconds: null,
      approvals: null,
      runtime: 'internal',
      capabilities: internalCapabilities,
      modelProvider,
      killProof: row['status'] === 'killed' ? 'kernel' : null,
      push: row['headCommit'] === null ? null : { state: 'pushed', as: row['branch'] },
      predecessor: null,
      successorSessionId: null,
      merged: null,
      isPruned: false,
    }),
  entry: (row: Row) => conversationEntry.parse(row['kind'] === 'notice' ? { ...row, data: upcast(row) } : row),
  audit: (row: object) => auditEntry.parse(row),
  dashboard: (row: object) => dashboardView.parse(row),
}
/** What version 0.1 did not say, though its log knew it. */
const asThen = (session: SessionView): SessionView => ({ ...session, requestedBy: null, outcome: null })

/** Read models whose rows have another form since, with the reason: their digests are others, their meaning is not. */
const reshaped: Readonly<Record<string, string>> = {
  'session-tree':
    'a session has terms, a runtime with its capabilities, a model provider, a kill proof, a wait for its model, calls not counted, where its commits are and what became of them, who took it up, its sandbox’s guarantees, who asked for it, and how it has completed',
  conversation: 'notices carry the present version of their event',
  dashboard: 'calls whose tokens or price are not known are counted',
}

const before = firstAnswers()
const { paused, waiting, interrupted, dying } = before.left
let log: OpenedLog

beforeAll(async () => {
  layRepository()
  log = await openLog(layLog)
})
afterAll(() => log?.close())

const reached = (id: string, status: SessionView['status']) =>
  eventually(
    `${id} to be ${status}`,
    async () => {
      const session = await log.session(id)
      return session.status === status && session
    },
    60_000,
  )

test('every event of it is understood, and none is parked', async () => {
  const store = connectEventStore({ connectionString: log.eventStore, instanceId: 'test' })
  const quarantined: unknown[] = []
  let understood = 0
  for await (const item of store.readAll()) {
    if (item.kind === 'event') understood++
    else quarantined.push(item)
  }
  await store.close()
  expect(quarantined).toEqual([])
  expect(understood).toBe(397)
  await eventually('the read models to be there', async () => (await log.projections()).every(({ lag }) => lag === 0))
  expect((await log.projections()).flatMap(({ parked }) => parked)).toEqual([])
})

test.each(Object.entries(before.verify))('the read model %s is what it was', async (name, was) => {
  const { equal, firstDifference, position, rows, liveDigest } = await log.ask(gatewayRoutes.verifyProjection, {
    params: { name },
  })
  expect({ equal, firstDifference, position, rows }).toEqual({
    equal: true,
    firstDifference: null,
    position: was.position,
    rows: was.rows,
  })
  if (reshaped[name] === undefined) expect(liveDigest).toBe(was.liveDigest)
  else expect(liveDigest, reshaped[name]).not.toBe(was.liveDigest)
})

test('every read model that there is now can be built from it', async () => {
  for (const { name } of await log.projections()) {
    expect(await log.ask(gatewayRoutes.verifyProjection, { params: { name } })).toMatchObject({ name, equal: true })
  }
})

test('its sessions, conversations, audit and numbers mean what they meant', async () => {
  const sessions = await log.sessions()
  expect(sessions.map(asThen)).toEqual(before.sessions.map((row) => asNow.session(row)))
  const askedBy = ({ parentSessionId }: SessionView) => (parentSessionId === null ? 'operator' : 'agent')
  expect(sessions.map(({ requestedBy }) => requestedBy?.kind)).toEqual(sessions.map(askedBy))
  const hasOutcome = ({ outcome }: SessionView) => outcome !== null
  expect(sessions.map(hasOutcome)).toEqual(sessions.map(({ status }) => status === 'completed'))
  for (const [id, entries] of Object.entries(before.messages)) {
    expect(await log.conversation(id)).toEqual(entries.map((row) => asNow.entry(row)))
  }
  const audit = await log.ask(gatewayRoutes.audit, { query: { limit: 200 } })
  expect(audit.items).toEqual(before.audit.map((row) => asNow.audit(row)))
  expect(await log.ask(gatewayRoutes.dashboard)).toEqual(asNow.dashboard(before.dashboard))
  expect(await log.ask(gatewayRoutes.layout)).toEqual(before.layout)
})

test('an orchestrator takes up the sessions that were left alive', async () => {
  await log.startDeciders()
  expect(await reached(dying, 'killed')).toMatchObject({ pending: null })
  await reached(interrupted, 'completed')
  expect([(await log.session(paused)).status, (await log.session(waiting)).status]).toEqual(['paused', 'waiting'])
})

test('the kill that nobody was there to carry out has its whole receipt', async () => {
  await expect
    .poll(async () => (await log.session(dying)).killReceipt.map(({ step }) => step))
    .toEqual(['requested', 'signalled', 'exit-observed', 'descendants-cleared', 'resources-released'])
})

test('the command that was cut off says so, and the session went on after it', async () => {
  const command = (await log.conversation(interrupted)).find((entry) => entry.kind === 'tool')
  expect(command).toMatchObject({ name: 'shell', isError: true, output: expect.stringMatching(/^Interrupted/) })
  expect(await log.session(interrupted)).toMatchObject({ summary: 'Went on after the command.', failure: null })
})

test('the question takes its answer', async () => {
  const { waiting: question } = await log.session(waiting)
  expect(question).toMatchObject({ question: 'Which colour?', options: ['green', 'red'] })
  await log.ask(gatewayRoutes.inject, { params: { id: waiting }, body: { text: 'green' } })
  expect(await reached(waiting, 'completed')).toMatchObject({ summary: 'The colour: green.', waiting: null })
})

test('the paused one goes on when it is resumed', async () => {
  await log.ask(gatewayRoutes.inject, { params: { id: paused }, body: { text: 'Please stop now.' } })
  expect((await log.session(paused)).status).toBe('paused')
  await log.ask(gatewayRoutes.resume, { params: { id: paused }, body: {} })
  expect(await reached(paused, 'completed')).toMatchObject({ summary: 'Stopped when asked to.' })
})

test('nothing has happened to the sessions that were over', async () => {
  const left = new Set(Object.values(before.left))
  const over = <Listed extends { sessionId: string }>(listed: readonly Listed[]) =>
    listed.filter(({ sessionId }) => !left.has(sessionId))
  const then = before.sessions.map((row) => asNow.session(row))
  expect(over(await log.sessions()).map(asThen)).toEqual(over(then))
})
