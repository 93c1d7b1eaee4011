// Reading one stream.
import { es, brief, order, revs } from '../context.mjs'

const { START, END, FORWARDS, BACKWARDS } = es
const read = async (t, s, options) => {
  const r = await t.attempt(t.list(s, options))
  return r.error ? r : revs(r)
}

/** Reads in both directions from every kind of place. */
const everywhere = async (t, s, places) => {
  const out = {}
  for (const direction of [FORWARDS, BACKWARDS]) {
    for (const fromRevision of places) {
      out[`${direction} from ${fromRevision}`] = await read(t, s, { direction, fromRevision })
      out[`${direction} from ${fromRevision}, 2`] = await read(t, s, { direction, fromRevision, maxCount: 2 })
    }
  }
  return out
}
const PLACES = [START, END, 0n, 1n, 3n, 5n, 6n, 100n]

export default {
  'every direction and place': async (t) => {
    await t.fill(t.s(), 6)
    return everywhere(t, t.s(), PLACES)
  },
  'missing stream': (t) => everywhere(t, t.s(), [START, END, 3n]),
  'soft-deleted stream': async (t) => {
    await t.fill(t.s(), 4)
    await t.client.deleteStream(t.s())
    return everywhere(t, t.s(), [START, END, 3n])
  },
  'tombstoned stream': async (t) => {
    await t.fill(t.s(), 4)
    await t.client.tombstoneStream(t.s())
    return everywhere(t, t.s(), [START, END, 3n])
  },
  'soft-deleted and recreated stream': async (t) => {
    await t.fill(t.s(), 4)
    await t.client.deleteStream(t.s())
    const next = await t.append(t.s(), t.seq(2), es.NO_STREAM)
    return { next, reads: await everywhere(t, t.s(), [START, END, 0n, 2n, 4n, 5n]) }
  },
  'stream cut by $maxCount': async (t) => {
    await t.fill(t.s(), 6)
    await t.client.setStreamMetadata(t.s(), { maxCount: 2 })
    const cut = await everywhere(t, t.s(), [START, END, 1n, 3n, 4n, 5n])
    await t.fill(t.s(), 1)
    return { cut, later: await t.state(t.s()) }
  },
  'stream cut by $tb': async (t) => {
    await t.fill(t.s(), 6)
    await t.client.setStreamMetadata(t.s(), { truncateBefore: 3 })
    return everywhere(t, t.s(), [START, END, 1n, 2n, 3n, 5n, 6n])
  },
  'stream cut entirely by $tb': async (t) => {
    await t.fill(t.s(), 3)
    await t.client.setStreamMetadata(t.s(), { truncateBefore: 10 })
    const cut = await everywhere(t, t.s(), [START, END, 2n])
    return { cut, append: await t.append(t.s(), t.seq(2), 2n), after: await t.state(t.s()) }
  },
  'cut stream, more events than a page below the cut': async (t) => {
    await t.fill(t.s(), 400)
    await t.client.setStreamMetadata(t.s(), { truncateBefore: 390 })
    return {
      start: await read(t, t.s()),
      limited: await read(t, t.s(), { maxCount: 3 }),
      mid: await read(t, t.s(), { fromRevision: 10n, maxCount: 5 }),
      back: await read(t, t.s(), { direction: BACKWARDS, fromRevision: END }),
    }
  },
  'stream cut by $maxAge': async (t) => {
    await t.fill(t.s(), 3)
    await t.client.setStreamMetadata(t.s(), { maxAge: 3600 })
    const young = await read(t, t.s())
    await t.client.setStreamMetadata(t.s(), { maxAge: 1 })
    await new Promise((r) => setTimeout(r, 2100))
    const old = await everywhere(t, t.s(), [START, END])
    await t.fill(t.s(), 1)
    return { young, old, fresh: await read(t, t.s()) }
  },
  '$maxCount and $tb together': async (t) => {
    await t.fill(t.s(), 10)
    const out = []
    for (const metadata of [
      { maxCount: 5, truncateBefore: 7 },
      { maxCount: 2, truncateBefore: 3 },
      {},
      { maxCount: 100 },
    ]) {
      await t.client.setStreamMetadata(t.s(), metadata)
      out.push({ metadata, state: await t.state(t.s()) })
    }
    return out
  },
  'maxCount values': async (t) => {
    await t.fill(t.s(), 5)
    const out = {}
    for (const maxCount of [1, 4, 5, 6, 1000000]) out[maxCount] = await read(t, t.s(), { maxCount })
    return out
  },
  'maxCount 0': async (t) => {
    await t.fill(t.s(), 2)
    return t.within(2000, read(t, t.s(), { maxCount: 0 }))
  },
  'negative and huge revisions': async (t) => {
    await t.fill(t.s(), 2)
    const at = async (fromRevision, direction) => {
      try {
        return await read(t, t.s(), { fromRevision, direction })
      } catch (e) {
        return { threw: e.constructor.name, type: e.type }
      }
    }
    return {
      negative: await at(-1n, FORWARDS),
      maxInt64: [await at(9223372036854775807n, FORWARDS), await at(9223372036854775807n, BACKWARDS)],
      aboveInt64: [await at(9223372036854775808n, FORWARDS), await at(9223372036854775808n, BACKWARDS)],
      maxUint64: [await at(18446744073709551615n, FORWARDS), await at(18446744073709551615n, BACKWARDS)],
      tooLarge: await at(18446744073709551616n, FORWARDS),
    }
  },
  'more events than a page': async (t) => {
    for (let i = 0; i < 3; i++) await t.fill(t.s(), 400)
    return {
      forwards: await read(t, t.s()),
      backwards: order((await t.list(t.s(), { direction: BACKWARDS, fromRevision: END })).map((e) => e.event.revision)),
      tail: await read(t, t.s(), { fromRevision: 1190n }),
    }
  },
  'shape of an event': async (t) => {
    await t.client.appendToStream(t.s(), t.ev('T', { a: 1 }, 'a', { m: 2 }))
    const [e] = await t.list(t.s())
    const { commitPosition, ...rest } = e
    const { position, ...event } = rest.event
    return {
      resolved: Object.keys(e).sort(),
      commitPosition: typeof commitPosition,
      event,
      positionEqualsCommitPosition: position && [
        position.commit === commitPosition,
        position.prepare === commitPosition,
      ],
    }
  },
  'links: resolved or not': async (t) => {
    await t.fill(t.s('a'), 3, 'A')
    await t.client.appendToStream(t.s('links'), [t.link(t.s('a'), 2), t.ev('plain'), t.link(t.s('a'), 0)])
    return {
      resolved: await t.read(t.s('links'), { resolveLinkTos: true }),
      backwards: await t.read(t.s('links'), { resolveLinkTos: true, direction: BACKWARDS, fromRevision: END }),
      raw: (await t.list(t.s('links'))).map((e) => [
        brief(e),
        e.event.isJson,
        e.event.type === '$>' ? Buffer.from(e.event.data).toString() : '',
      ]),
    }
  },
  'links: to what is gone': async (t) => {
    for (const n of ['soft', 'hard', 'cut']) await t.fill(t.s(n), 3, n)
    await t.client.appendToStream(t.s('links'), [
      t.link(t.s('soft'), 1),
      t.link(t.s('hard'), 1),
      t.link(t.s('cut'), 0),
      t.link(t.s('cut'), 2),
      t.link(t.s('cut'), 9),
      t.link(t.s('missing'), 0),
    ])
    await t.client.deleteStream(t.s('soft'))
    await t.client.tombstoneStream(t.s('hard'))
    await t.client.setStreamMetadata(t.s('cut'), { truncateBefore: 2 })
    const events = await t.list(t.s('links'), { resolveLinkTos: true })
    return events.map((e) => ({ line: brief(e), keys: Object.keys(e).sort(), commitPosition: typeof e.commitPosition }))
  },
  'links: malformed': async (t) => {
    const bad = (data) => es.binaryEvent({ type: '$>', data: Buffer.from(data) })
    await t.client.appendToStream(t.s(), [bad('nonsense'), bad('x@y'), bad('@'), bad('')])
    return t.within(3000, t.read(t.s(), { resolveLinkTos: true }))
  },
  'links: json link and link to a link': async (t) => {
    await t.fill(t.s('a'), 1, 'A')
    await t.client.appendToStream(t.s('one'), es.jsonEvent({ type: '$>', data: `0@${t.s('a')}` }))
    await t.client.appendToStream(t.s('one'), t.link(t.s('a'), 0))
    await t.client.appendToStream(t.s('two'), t.link(t.s('one'), 1))
    return {
      one: await t.read(t.s('one'), { resolveLinkTos: true }),
      two: await t.read(t.s('two'), { resolveLinkTos: true }),
    }
  },
  'links: to a stream with @ in its name': async (t) => {
    await t.fill(t.s('a@b'), 2, 'A')
    await t.client.appendToStream(t.s('links'), t.link(t.s('a@b'), 1))
    return t.read(t.s('links'), { resolveLinkTos: true })
  },
  'two readers at once and cancel midway': async (t) => {
    await t.fill(t.s(), 300)
    const stream = t.client.readStream(t.s())
    let seen = 0
    for await (const _ of stream)
      if (++seen === 5) {
        await stream.cancel()
        break
      }
    const [a, b] = await Promise.all([read(t, t.s()), read(t, t.s(), { maxCount: 10 })])
    return { seen, a, b }
  },
}
