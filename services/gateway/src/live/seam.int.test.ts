import { problem } from '@mosaic/contracts/http'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isCaughtUp, type LiveStack, startLiveStack, subscription, upTo } from '../../test/live-stack.ts'
import { openSocket, readSse, revisionsOf } from '../../test/readers.ts'

let stack: LiveStack
beforeAll(async () => void (stack = await startLiveStack()))
afterAll(() => stack.close())

describe('the seam between log and NATS', () => {
  test('has no gap and no repeat for readers who come at any moment of a busy session', async () => {
    const sessionId = await stack.newSession()
    const sse: ReturnType<typeof readSse>[] = []
    const socket = await openSocket(stack.gateway.url, stack.gateway.bearer)
    const ids: string[] = []
    await stack.appendAll(sessionId, 600, (done) => {
      if (done % 40 !== 0) return
      sse.push(readSse(stack.streamOf(sessionId), stack.gateway.bearer))
      const id = `at ${done}`
      ids.push(id)
      socket.send({ ...subscription(sessionId), id })
    })
    const readers = () => [...sse.map(({ frames }) => frames), ...ids.map((id) => socket.framesOf(id))]
    await eventually(
      'everyone has it all',
      () => readers().every((frames) => revisionsOf(frames).at(-1) === 600 && frames.some(isCaughtUp)),
      30_000,
    )
    for (const frames of readers()) {
      expect(revisionsOf(frames)).toEqual(upTo(600))
      expect(frames.filter(isCaughtUp)).toHaveLength(1)
    }
    for (const reader of sse) reader.close()
    socket.close()
  })

  test('stays whole while NATS goes and comes back', async () => {
    const sessionId = await stack.newSession()
    const reader = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
    const all = readSse(`${stack.gateway.url}/api/events/stream`, stack.gateway.bearer)
    await eventually('both read', () => reader.frames.length > 1 && all.frames.length > 0)
    await stack.appendAll(sessionId, 50)
    await stack.nats.stop()
    await stack.appendAll(sessionId, 50)
    await eventually('the log takes over', () => revisionsOf(reader.frames).at(-1) === 100)
    const status = await fetch(`${stack.gateway.url}/api/status`, { headers: stack.gateway.bearer })
    expect(await status.json()).toMatchObject({ components: { nats: { status: 'unhealthy' } } })

    // An empty disk at that: the relay fills the new server from the log.
    await stack.nats.start()
    await stack.appendAll(sessionId, 50)
    await eventually('everything is there', () => revisionsOf(reader.frames).at(-1) === 150, 20_000)
    await eventually(
      'NATS has it again',
      async () => {
        const answer = await fetch(`${stack.gateway.url}/api/status`, { headers: stack.gateway.bearer })
        const { components } = (await answer.json()) as { components: Record<string, { status: string }> }
        if (components['nats']?.status === 'healthy') return true
        await stack.append(await stack.newSession(), 'elsewhere')
        return false
      },
      20_000,
    )
    await stack.appendAll(sessionId, 10)
    await eventually('and goes on', () => revisionsOf(reader.frames).at(-1) === 160)
    expect(revisionsOf(reader.frames)).toEqual(upTo(160))
    const own = all.frames.filter((frame) => frame.type === 'event' && frame.event.streamId.endsWith(sessionId))
    // The first event was on its way when this reader came: it may have got that one, too.
    expect(upTo(160).slice(revisionsOf(own)[0])).toEqual(revisionsOf(own))
    expect(revisionsOf(own)[0]).toBeLessThanOrEqual(1)
    reader.close()
    all.close()
  }, 60_000)

  test('stays whole while the relay is away', async () => {
    const sessionId = await stack.newSession()
    const reader = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
    await eventually('reading', () => reader.frames.length > 1)
    await stack.relay.stop('SIGKILL')
    await stack.appendAll(sessionId, 20)
    await eventually('the log takes over', () => revisionsOf(reader.frames).at(-1) === 20)
    await stack.relay.restart()
    await stack.appendAll(sessionId, 20)
    await eventually('everything is there', () => revisionsOf(reader.frames).at(-1) === 40)
    expect(revisionsOf(reader.frames)).toEqual(upTo(40))
    reader.close()
  })
})

describe('while the event store is away', () => {
  test('commands that need it answer 503, and streams go on where they were when it is back', async () => {
    const sessionId = await stack.newSession()
    await stack.appendAll(sessionId, 20)
    const reader = readSse(stack.streamOf(sessionId), stack.gateway.bearer)
    await eventually('caught up', () => reader.frames.some(isCaughtUp))
    const link = await fetch(`${stack.gateway.url}/api/sign-in/links`, {
      method: 'POST',
      headers: stack.gateway.bearer,
    })
    const { url } = (await link.json()) as { url: string }
    const signIn = () =>
      fetch(`${stack.gateway.url}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: url.split('#token=')[1] }),
      })

    await stack.store.stop()
    const refused = await signIn()
    expect([refused.status, problem.parse(await refused.json()).code]).toEqual([503, 'STORE_UNAVAILABLE'])
    const stream = await fetch(stack.streamOf(sessionId), { headers: stack.gateway.bearer })
    expect([stream.status, problem.parse(await stream.json()).code]).toEqual([503, 'STORE_UNAVAILABLE'])

    await stack.store.start()
    // Nothing was recorded, so the link is still good.
    await eventually('signed in', async () => (await signIn()).status === 200, 20_000)
    await stack.appendAll(sessionId, 20)
    await eventually('the rest', () => revisionsOf(reader.frames).at(-1) === 40, 20_000)
    expect(revisionsOf(reader.frames)).toEqual(upTo(40))
    reader.close()
  })
})

test('a gateway that stops ends every stream, and does not wait for their readers', async () => {
  const stopping = await stack.another()
  const sessionId = await stack.newSession()
  const headers = stopping.bearer
  const stream = await fetch(`${stopping.url}/api/mission-control/sessions/${sessionId}/stream`, { headers })
  const socket = await openSocket(stopping.url, headers)
  socket.send(subscription(sessionId))
  await eventually('both stream', () => socket.framesOf(sessionId).length > 0)
  const stalled = await openSocket(stopping.url, headers)
  stalled.socket.pause()
  const closed = new Promise<number>((resolve) => socket.socket.on('close', resolve))
  const startedAt = performance.now()
  await stopping.close()
  expect(performance.now() - startedAt).toBeLessThan(30_000)
  expect(await closed).toBe(1001)
  expect(await stream.text()).toContain('caught-up')
  stalled.close()
})
