// Reading $all; only the scenario's own events are kept.
import { es, brief, order, cmp } from '../context.mjs'

const { END, BACKWARDS } = es
const collect = async (stream, keep = () => true) => {
  const out = []
  for await (const e of stream) if (keep(e)) out.push(e)
  return out
}

export default {
  'forwards after a position, across streams': async (t) => {
    const mark = await t.mark()
    for (const n of ['a', 'b', 'a', 'c', 'b']) await t.client.appendToStream(t.s(n), t.seq(2, n))
    const events = await t.allSince(mark)
    return {
      events: events.map(brief),
      commit: order(events.map((e) => e.event.position.commit)),
      prepare: order(events.map((e) => e.event.position.prepare)),
    }
  },
  'positions inside one batch': async (t) => {
    const mark = await t.mark()
    const { position } = await t.client.appendToStream(t.s(), t.seq(5))
    const events = await t.allSince(mark)
    return {
      commit: order(events.map((e) => e.event.position.commit)),
      prepare: order(events.map((e) => e.event.position.prepare)),
      commitEqualsPrepare: events.map((e) => e.event.position.commit === e.event.position.prepare),
      lastIsResult: events.at(-1).event.position.commit === position.commit,
    }
  },
  'from a position includes that event forwards, excludes it backwards': async (t) => {
    await t.fill(t.s(), 3)
    const [, b] = await t.list(t.s())
    const keep = (e) => t.own(e)
    const from = { fromPosition: b.event.position }
    return {
      forwards: (await collect(t.client.readAll(from), keep)).map(brief),
      backwards: (await collect(t.client.readAll({ ...from, direction: BACKWARDS, maxCount: 20 }), keep)).map(brief),
    }
  },
  'stream read and $all give the same position': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s(), 3)
    const a = await t.list(t.s())
    const b = await t.allSince(mark)
    return a.map(
      (e, i) =>
        e.event.position.commit === b[i].event.position.commit &&
        e.event.position.prepare === b[i].event.position.prepare &&
        e.commitPosition === b[i].commitPosition,
    )
  },
  'backwards from the end': async (t) => {
    for (const n of ['a', 'b']) await t.fill(t.s(n), 3)
    const all = await collect(t.client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 400 }))
    return { own: all.filter((e) => t.own(e)).map(brief), order: order(all.map((e) => e.event.position.commit)) }
  },
  'forwards from the end and backwards from the start': async (t) => ({
    forwardsFromEnd: (await collect(t.client.readAll({ fromPosition: END }), (e) => t.own(e))).length,
    backwardsFromStart: (await collect(t.client.readAll({ direction: BACKWARDS }))).length,
  }),
  maxCount: async (t) => {
    await t.fill(t.s(), 30)
    const out = {}
    for (const maxCount of [1, 2, 25]) out[maxCount] = (await collect(t.client.readAll({ maxCount }))).length
    return out
  },
  'from the start: order over a thousand events': async (t) => {
    await t.fill(t.s(), 50)
    const events = await collect(t.client.readAll({ maxCount: 1000 }))
    return { order: order(events.map((e) => e.event.position.commit)), enough: events.length >= 50 }
  },
  'metadata, soft delete and tombstone show up as events': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s('a'), 1)
    await t.client.setStreamMetadata(t.s('a'), { maxCount: 5 })
    await t.client.deleteStream(t.s('a'))
    await t.fill(t.s('b'), 1)
    const { position } = await t.client.tombstoneStream(t.s('b'))
    const events = await t.allSince(mark)
    return {
      events: events.map((e) => ({
        line: brief(e),
        isJson: e.event.isJson,
        data: e.event.isJson ? e.event.data : Buffer.from(e.event.data).toString(),
      })),
      tombstoneIsLast: cmp(position.commit, events.at(-1).event.position.commit),
    }
  },
  'deleted and cut events stay in $all until a scavenge': async (t) => {
    const mark = await t.mark()
    for (const n of ['soft', 'hard', 'cut']) await t.fill(t.s(n), 2)
    await t.client.deleteStream(t.s('soft'))
    await t.client.tombstoneStream(t.s('hard'))
    await t.client.setStreamMetadata(t.s('cut'), { truncateBefore: 2 })
    return (await t.allSince(mark)).map(brief)
  },
  'links resolved': async (t) => {
    await t.fill(t.s('a'), 2, 'A')
    const mark = await t.mark()
    await t.client.appendToStream(t.s('links'), [t.link(t.s('a'), 1), t.link(t.s('a'), 7)])
    return {
      resolved: (await t.allSince(mark, { resolveLinkTos: true })).map(brief),
      plain: (await t.allSince(mark)).map(brief),
    }
  },
  'positions that are no event': async (t) => {
    await t.fill(t.s(), 2)
    const [e] = await t.list(t.s())
    const { commit } = e.event.position
    const at = (fromPosition) =>
      t.within(
        2000,
        collect(t.client.readAll({ fromPosition, maxCount: 5 })).then((l) => l.length),
      )
    return {
      prepareAboveCommit: await at({ commit, prepare: commit + 10n }),
      beyondEnd: await at({ commit: commit + 1_000_000_000n, prepare: commit + 1_000_000_000n }),
      max: await at({ commit: 18446744073709551615n, prepare: 18446744073709551615n }),
    }
  },
}
