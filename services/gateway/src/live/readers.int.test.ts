import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isCaughtUp, type LiveStack, startLiveStack, subscription, upTo } from '../../test/live-stack.ts'
import { openSocket, readSse, revisionsOf } from '../../test/readers.ts'

let stack: LiveStack
beforeAll(async () => void (stack = await startLiveStack()))
afterAll(() => stack.close())

async function readEvents(query: string): Promise<{ position: string; streamId: string }[]> {
  const response = await fetch(`${stack.gateway.url}/api/events?${query}`, { headers: stack.gateway.bearer })
  return ((await response.json()) as { items: { position: string; streamId: string }[] }).items
}

describe('resuming', () => {
  test('goes on after Last-Event-ID', async () => {
    const sessionId = await stack.newSession()
    await stack.appendAll(sessionId, 9)
    const reader = readSse(stack.streamOf(sessionId), { ...stack.gateway.bearer, 'last-event-id': '6' })
    await eventually('caught up', () => reader.frames.some(isCaughtUp))
    expect([revisionsOf(reader.frames), reader.ids]).toEqual([
      [7, 8, 9],
      ['7', '8', '9'],
    ])
    reader.close()
  })

  test('the events of the workspace go on after a position, filtered by type', async () => {
    const sessionId = await stack.newSession()
    await stack.appendAll(sessionId, 3)
    const [first] = await readEvents(`stream=agentSession-${sessionId}&limit=1`)
    const reader = readSse(
      `${stack.gateway.url}/api/events/stream?from=${first!.position}&type=MessageRecorded`,
      stack.gateway.bearer,
    )
    await eventually('history', () => revisionsOf(reader.frames).length === 3)
    await stack.append(sessionId, 'and live')
    await eventually('live', () => revisionsOf(reader.frames).length === 4)
    expect(revisionsOf(reader.frames)).toEqual([1, 2, 3, 4])
    reader.close()
  })
})

test('an event that cannot be parsed goes out as it stands, and nothing breaks on it', async () => {
  const sessionId = await stack.newSession()
  const reader = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
  await eventually('caught up', () => reader.frames.some(isCaughtUp))
  await stack.appendUnreadable(sessionId)
  await stack.append(sessionId, 'after it')
  await eventually('both', () => revisionsOf(reader.frames).at(-1) === 2)
  expect(revisionsOf(reader.frames)).toEqual(upTo(2))
  const history = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
  await eventually('history', () => history.frames.some(isCaughtUp))
  expect(revisionsOf(history.frames)).toEqual(upTo(2))
  for (const each of [reader, history]) each.close()
})

test("an event that is nobody's made each reader take the next for a gap and begin again, for ever: now it is said", async () => {
  const sessionId = await stack.newSession()
  const reader = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
  await eventually('caught up', () => reader.frames.some(isCaughtUp))
  await stack.appendUnreadable(sessionId, { metadata: { not: 'ours' } })
  await stack.append(sessionId, 'after it')
  const history = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
  for (const { frames } of [reader, history]) {
    await eventually('the event after it', () => revisionsOf(frames).at(-1) === 2)
    expect(revisionsOf(frames)).toEqual([0, 2])
    expect(frames).toContainEqual({ type: 'passed-over', revision: 1, position: expect.any(String) })
  }
  for (const each of [reader, history]) each.close()
})

test('an event id that stands in two streams reaches the readers of both, and of the workspace', async () => {
  const sessionIds = [await stack.newSession(), await stack.newSession()]
  const urls = [...sessionIds.map(stack.streamOf), `${stack.gateway.url}/api/events/stream?type=AgentPauseRequested`]
  const readers = urls.map((url) => readSse(url, stack.gateway.bearer))
  await eventually('all caught up', () => readers.every(({ frames }) => frames.some(isCaughtUp)))
  await stack.appendToEach(sessionIds)
  await stack.append(sessionIds[0]!, 'and on')
  const seen = () => readers.map(({ frames }) => revisionsOf(frames))
  await eventually('all of it', () =>
    isDeepStrictEqual(seen(), [
      [0, 1, 2],
      [0, 1],
      [1, 1],
    ]),
  )
  for (const reader of readers) reader.close()
})

describe('the socket', () => {
  test('sends live frames of sessions that are watched, and the fleet its events alone', async () => {
    const sessionId = await stack.newSession()
    const socket = await openSocket(stack.gateway.url, stack.gateway.bearer)
    socket.send(subscription(sessionId))
    socket.send({ type: 'subscribe', id: 'fleet', topic: { kind: 'fleet' } })
    await eventually(
      'both caught up',
      () => socket.framesOf(sessionId).length > 1 && socket.framesOf('fleet').length > 0,
    )
    const frame = { kind: 'started', sessionId, messageId: randomUUID(), turn: 1 } as const
    await eventually('the live frame', () => {
      stack.agents.publishLive('others', frame)
      stack.agents.publishLive('default', frame)
      return socket.framesOf(sessionId).some(({ type }) => type === 'live')
    })
    await stack.append(sessionId, 'hello')
    await eventually('the event', () => revisionsOf(socket.framesOf('fleet')).length > 0)
    expect(socket.framesOf('fleet').some(({ type }) => type === 'live')).toBe(false)
    socket.close()
  })

  test('brings who comes late to where the agent is', async () => {
    const sessionId = await stack.newSession()
    const socket = await openSocket(stack.gateway.url, stack.gateway.bearer)
    const frame = { sessionId, messageId: randomUUID() }
    const delta = { ...frame, kind: 'delta', block: 0, blockType: 'text', toolName: null } as const
    const words = { ...delta, offset: 0, text: 'Hello there' }
    await eventually('the words', () => {
      stack.agents.publishLive('default', { ...frame, kind: 'started', turn: 1 })
      stack.agents.publishLive('default', { ...delta, offset: 0, text: 'Hello ' })
      stack.agents.publishLive('default', { ...delta, offset: 6, text: 'there' })
      const id = randomUUID()
      socket.send({ ...subscription(sessionId), id })
      return socket.received.some(
        (each) => each.type === 'frame' && each.frame.type === 'live' && isDeepStrictEqual(each.frame.frame, words),
      )
    })
    socket.close()
  })

  test('answers what it cannot read or do, and stays open', async () => {
    const elsewhere = await stack.newSession('others')
    const missing = randomUUID()
    const socket = await openSocket(stack.gateway.url, stack.gateway.bearer)
    for (const frame of ['{', { type: 'dance' }, subscription(missing), subscription(elsewhere), { type: 'ping' }])
      socket.send(frame)
    await eventually('all answers', () => socket.received.length === 5)
    const problems = socket.received.flatMap((frame) =>
      frame.type === 'problem' ? [[frame.id, frame.problem.code]] : [],
    )
    expect(problems.slice(0, 2)).toEqual([
      [null, 'VALIDATION_FAILED'],
      [null, 'VALIDATION_FAILED'],
    ])
    expect(problems).toContainEqual([missing, 'SESSION_NOT_FOUND'])
    expect(problems).toContainEqual([elsewhere, 'WRONG_WORKSPACE'])
    socket.send({ type: 'unsubscribe', id: 'nothing' })
    await eventually('unsubscribed', () => socket.received.some(({ type }) => type === 'unsubscribed'))
    socket.close()
  })

  test('drops a reader who does not read, and lets it resume where it was', async () => {
    const sessionId = await stack.newSession()
    const slow = await openSocket(stack.gateway.url, stack.gateway.bearer)
    slow.send(subscription(sessionId))
    await eventually('caught up', () => slow.framesOf(sessionId).length === 2)
    const quick = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
    slow.socket.pause()
    const large = 'x'.repeat(200_000)
    for (let sent = 0; sent < 60; sent++) await stack.append(sessionId, large)
    await eventually('the quick one has it all', () => revisionsOf(quick.frames).at(-1) === 60)
    slow.socket.resume()
    const dropped = await eventually('dropped', () =>
      slow.framesOf(sessionId).find((frame) => frame.type === 'dropped'),
    )
    const { revision } = dropped as { revision: number }
    expect(revision).toBeLessThan(60)
    expect(revisionsOf(slow.framesOf(sessionId))).toEqual(upTo(revision))
    slow.send({ ...subscription(sessionId, revision), id: 'again' })
    await eventually('resumed', () => revisionsOf(slow.framesOf('again')).at(-1) === 60)
    expect(revisionsOf(slow.framesOf('again'))).toEqual(upTo(60).slice(revision + 1))
    quick.close()
    slow.close()
  })
})

describe('another workspace', () => {
  test('is seen in no stream, list or history', async () => {
    const all = readSse(`${stack.gateway.url}/api/events/stream`, stack.gateway.bearer)
    await eventually('reading', () => all.frames.length > 0)
    const elsewhere = await stack.newSession('others')
    const own = await stack.newSession()
    await eventually('the own one', () =>
      all.frames.some((frame) => frame.type === 'event' && frame.event.streamId.endsWith(own)),
    )
    expect(all.frames.some((frame) => frame.type === 'event' && frame.event.metadata.workspaceId !== 'default')).toBe(
      false,
    )
    expect(await readEvents(`stream=agentSession-${elsewhere}`)).toEqual([])
    expect((await readEvents('limit=1000')).some(({ streamId }) => streamId.endsWith(elsewhere))).toBe(false)
    const stream = await fetch(stack.streamOf(elsewhere), { headers: stack.gateway.bearer })
    expect(stream.status).toBe(403)
    all.close()
  })
})
