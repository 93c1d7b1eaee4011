import { randomUUID } from 'node:crypto'
import type { AgentProvider, Sender, StreamReader } from '@mosaic/contracts/agent-provider'
import {
  hasEnded,
  type RuntimeCapabilities,
  type RuntimeKind,
  type SessionStatus,
} from '@mosaic/contracts/agent-session'
import { type CommandAnswer, streamFrame, type StreamFrame } from '@mosaic/contracts/http'
import type { Rejection, Result } from '@mosaic/contracts/kernel'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

export type ProviderUnderTest = {
  readonly provider: AgentProvider
  /** What runs its sessions, and what they promise. */
  readonly runtime: RuntimeKind
  readonly capabilities: RuntimeCapabilities
  /** A session of this provider that asks its operator whether to go on, and finishes when it is answered. */
  spawn(): Promise<CommandAnswer>
  close(): Promise<void>
}

const here = { workspaceId: 'default' }
const elsewhere = { workspaceId: 'elsewhere' }
const ada = (): Sender => ({ operatorId: 'ada', name: 'Ada Løvelace', workspaceId: 'default', commandId: randomUUID() })
const nobody = '01890000-0000-7000-8000-000000000001'

/** What every provider of agents' sessions must do, whatever runs them. */
export function providerConformance(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as a provider of sessions`, () => {
    let under: ProviderUnderTest
    let provider: AgentProvider
    beforeAll(async () => void ({ provider } = under = await start()))
    afterAll(() => under.close())

    const session = async (id: string) => valueOf(await provider.getSession(id, here))
    const reached = (id: string, status: SessionStatus) =>
      eventually(`${id} is ${status}`, async () => {
        const found = await provider.getSession(id, here)
        if (!found.ok || found.value.status !== status) return undefined
        return found.value
      })
    const waiting = async () => {
      const { sessionId } = await under.spawn()
      await reached(sessionId, 'waiting')
      return sessionId
    }
    const listen = async (id: string, afterRevision = -1) => {
      const frames: StreamFrame[] = []
      const reader: StreamReader = {
        send: (frame) => void frames.push(streamFrame.parse(JSON.parse(frame))),
        isFull: () => false,
        drained: async () => true,
      }
      const from = { afterRevision, open: () => reader }
      return { frames, ...valueOf(await provider.subscribeToMessages(id, from, here)) }
    }

    test('lists and shows a session from the moment that its spawn was answered, with what control means', async () => {
      const { sessionId, position } = await under.spawn()
      const viewer = { ...here, after: position }
      const shown = valueOf(await provider.getSession(sessionId, viewer))
      expect(shown).toMatchObject({ sessionId, runtime: under.runtime, capabilities: under.capabilities })
      const listed = valueOf(await provider.listSessions({ limit: 1 }, viewer))
      expect(listed.items.map((each) => each.sessionId)).toEqual([sessionId])
    })

    test('shows nothing to another workspace, and says what is not there', async () => {
      const sessionId = await waiting()
      expect(valueOf(await provider.listSessions({ limit: 50 }, elsewhere)).items).toEqual([])
      const open = () => expect.fail('nobody may read')
      const refusals = await Promise.all([
        provider.getSession(sessionId, elsewhere),
        provider.getSession(nobody, here),
        provider.subscribeToMessages(nobody, { afterRevision: -1, open }, here),
        provider.subscribeToMessages(sessionId, { afterRevision: -1, open }, elsewhere),
        provider.kill(nobody, { tree: false }, ada()),
        provider.kill(sessionId, { tree: false }, { ...ada(), ...elsewhere }),
      ])
      const gone = ['SESSION_NOT_FOUND', 'WRONG_WORKSPACE']
      for (const refusal of refusals) expect(gone).toContain(codeOf(refusal))
      expect(hasEnded((await session(sessionId)).status)).toBe(false)
    })

    test('streams history and what comes without a gap, until it is unsubscribed', async () => {
      const sessionId = await waiting()
      const [whole, left] = [await listen(sessionId), await listen(sessionId)]
      left.unsubscribe()
      await left.ended
      const before = left.frames.length
      valueOf(await provider.injectMessage(sessionId, { text: 'Yes.', pauseBeforeSend: false }, ada()))
      await reached(sessionId, 'completed')
      const revisions = () => whole.frames.flatMap((frame) => (frame.type === 'event' ? [frame.event.revision] : []))
      const { revision } = await session(sessionId)
      await eventually('all is told', () => (revisions().at(-1) ?? -1) >= revision)
      expect(revisions()).toEqual(revisions().map((_, index) => index))
      expect(left.frames).toHaveLength(before)

      const rest = await listen(sessionId, revision - 1)
      await eventually('the rest is told', () => rest.frames.some(({ type }) => type === 'caught-up'))
      const [first] = rest.frames
      expect(first?.type === 'event' && first.event.revision).toBe(revision)
      for (const each of [whole, rest]) each.unsubscribe()
      await Promise.all([whole.ended, rest.ended])
    })

    test('brings an operator’s words to the agent, once, and shows who said them', async () => {
      const sessionId = await waiting()
      const sender = ada()
      const words = { text: 'Go on, please.', pauseBeforeSend: false }
      const { position } = valueOf(await provider.injectMessage(sessionId, words, sender))
      expect((await provider.injectMessage(sessionId, words, sender)).ok).toBe(true)
      await reached(sessionId, 'completed')
      const { items } = valueOf(await provider.getMessages(sessionId, { limit: 100 }, { ...here, after: position }))
      const said = items.flatMap((entry) => (entry.kind === 'message' ? [entry] : []))
      expect(said.map(({ role }) => role)).toEqual(expect.arrayContaining(['system', 'user', 'agent', 'operator']))
      expect(said.filter(({ role }) => role === 'operator')).toMatchObject([
        { content: [{ text: 'Go on, please.' }], operator: { name: 'Ada Løvelace' } },
      ])
    })

    test('pauses and goes on, or says that it cannot', async () => {
      const sessionId = await waiting()
      if (under.capabilities.pause === 'none') {
        expect(codeOf(await provider.pause(sessionId, {}, ada()))).toBe('CONTROL_NOT_SUPPORTED')
        expect(await session(sessionId)).toMatchObject({ status: 'waiting', pending: null })
        return
      }
      valueOf(await provider.pause(sessionId, { reason: 'lunch' }, ada()))
      await reached(sessionId, 'paused')
      expect(codeOf(await provider.pause(sessionId, {}, ada()))).toBe('SESSION_ALREADY_PAUSED')
      valueOf(await provider.resume(sessionId, {}, ada()))
      await reached(sessionId, 'waiting')
    })

    test('terminates: the session completes', async () => {
      const sessionId = await waiting()
      valueOf(await provider.terminate(sessionId, { note: 'Enough.', tree: false }, ada()))
      expect(await reached(sessionId, 'completed')).toMatchObject({ summary: 'Enough.' })
      expect(codeOf(await provider.injectMessage(sessionId, { text: 'Hello?', pauseBeforeSend: false }, ada()))).toBe(
        'SESSION_ENDED',
      )
    })

    test('kills, and says by what it is known', async () => {
      const sessionId = await waiting()
      valueOf(await provider.kill(sessionId, { reason: 'runaway', tree: false }, ada()))
      expect(await reached(sessionId, 'killed')).toMatchObject({ killProof: under.capabilities.killProof })
    })
  })
}

function valueOf<T>(answer: Result<T, Rejection>): T {
  if (answer.ok) return answer.value
  throw new Error(`${answer.error.code}: ${answer.error.message}`)
}

const codeOf = (answer: Result<unknown, Rejection>) => (answer.ok ? undefined : answer.error.code)
