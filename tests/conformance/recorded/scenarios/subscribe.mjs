// Catch-up subscriptions to a stream and to $all.
import { es, brief, order, ranges, revs, sleep } from '../context.mjs'

const { END } = es
const QUIET = 250 // how long to wait for events that must not come

/** Opens, waits until it is up, runs `act`, waits for `n` events and reports everything. */
const observe = async (t, sub, n, act = async () => {}, absent = false) => {
  const w = t.watch(sub)
  await w.confirmed()
  await w.caughtUp(absent ? 300 : 5000) // does not come while there is no stream
  await act(w)
  await w.has(n)
  await sleep(QUIET)
  const opened = [...w.log]
  await w.stop()
  return {
    w,
    result: {
      events: w.briefs,
      opened,
      afterUnsubscribe: w.log.slice(opened.length),
      ...(w.error && { error: w.error }),
    },
  }
}
const onStream =
  (options, n, prepare, act, absent = false) =>
  async (t) => {
    await prepare?.(t)
    return (await observe(t, t.client.subscribeToStream(t.s(), options), n, (w) => act?.(t, w), absent)).result
  }
/** A filtered subscription to $all from here on; only own events are reported. */
const onAll = async (t, filter, act, n, options = {}) => {
  const mark = await t.mark()
  const w = t.watch(t.client.subscribeToAll({ fromPosition: mark, filter, ...options }))
  await w.caughtUp()
  await act(w)
  const own = () => w.events.filter((e) => t.own(e))
  await w.until(() => own().length >= n)
  await sleep(QUIET)
  await w.stop()
  return {
    own: own().map(brief),
    foreign: w.events.filter((e) => !t.own(e)).length,
    commit: order(w.events.map((e) => (e.link ?? e.event).position.commit)),
    log: w.log,
  }
}
/** Writes a mix of streams and types to filter on. */
const mix = async (t) => {
  for (const [stream, type] of [
    ['a1', 'red'],
    ['a2', 'blue'],
    ['b1', 'redder'],
    ['a1', 'green'],
    ['b2', 'blue'],
  ]) {
    await t.client.appendToStream(t.s(stream), t.ev(t.s(type)))
  }
  await t.client.setStreamMetadata(t.s('a1'), { x: 1 })
}

const seam = (subscribe) => async (t) => {
  await t.fill(t.s(), 100)
  const write = (async () => {
    for (let i = 0; i < 500; i++) await t.client.appendToStream(t.s(), t.ev('T', { i }))
  })()
  const w = t.watch(await subscribe(t))
  await write
  const own = () => w.events.filter((e) => t.own(e) && e.event.streamId === t.s())
  if (!(await w.until(() => own().length >= 600, 2500))) await t.fill(t.s(), 1) // a real node may rest until the next write
  await w.until(() => own().length >= 600)
  await sleep(QUIET)
  const events = own().slice(0, 600)
  return {
    revisions: revs(events),
    count: events.length,
    confirmations: w.log.filter((l) => l === 'confirmation').length,
    first: w.log[0],
    caughtUp: w.log.includes('caughtUp'),
  }
}

export default {
  'stream from START, then live': onStream(
    {},
    5,
    (t) => t.fill(t.s(), 3),
    (t) => t.fill(t.s(), 2),
  ),
  'stream from END': onStream(
    { fromRevision: END },
    2,
    (t) => t.fill(t.s(), 3),
    (t) => t.fill(t.s(), 2),
  ),
  'stream from a revision is exclusive': onStream(
    { fromRevision: 1n },
    4,
    (t) => t.fill(t.s(), 4),
    (t) => t.fill(t.s(), 2),
  ),
  'stream from revision 0': onStream({ fromRevision: 0n }, 2, (t) => t.fill(t.s(), 3)),
  'stream from its last revision': onStream(
    { fromRevision: 2n },
    1,
    (t) => t.fill(t.s(), 3),
    (t) => t.fill(t.s(), 1),
  ),
  'stream from a revision not there yet': onStream(
    { fromRevision: 4n },
    1,
    (t) => t.fill(t.s(), 3),
    (t) => t.fill(t.s(), 3),
  ),
  'missing stream from START, created later': onStream({}, 3, undefined, (t) => t.fill(t.s(), 3), true),
  'missing stream from END, created later': onStream({ fromRevision: END }, 3, undefined, (t) => t.fill(t.s(), 3)),
  'missing stream from revision 5, created later': onStream(
    { fromRevision: 5n },
    2,
    undefined,
    (t) => t.fill(t.s(), 8),
    true,
  ),
  'missing stream: confirmation only': onStream({}, 0, undefined, undefined, true),
  'stream soft-deleted before': onStream(
    {},
    1,
    async (t) => {
      await t.fill(t.s(), 3)
      await t.client.deleteStream(t.s())
    },
    (t) => t.fill(t.s(), 1),
    true,
  ),
  'stream tombstoned before': onStream({}, 0, async (t) => {
    await t.fill(t.s(), 3)
    await t.client.tombstoneStream(t.s())
  }),
  'stream tombstoned before, from END': onStream({ fromRevision: END }, 0, async (t) => {
    await t.fill(t.s(), 3)
    await t.client.tombstoneStream(t.s())
  }),
  'stream soft-deleted while live, then recreated': onStream(
    {},
    5,
    (t) => t.fill(t.s(), 3),
    async (t, w) => {
      await w.has(3)
      await t.client.deleteStream(t.s())
      await sleep(100)
      await t.fill(t.s(), 2)
    },
  ),
  'stream tombstoned while live': onStream(
    {},
    3,
    (t) => t.fill(t.s(), 3),
    async (t, w) => {
      await w.has(3)
      await w.caughtUp()
      await t.client.tombstoneStream(t.s())
      await sleep(200)
    },
  ),
  'stream cut by $tb': onStream(
    {},
    3,
    async (t) => {
      await t.fill(t.s(), 5)
      await t.client.setStreamMetadata(t.s(), { truncateBefore: 3 })
    },
    (t) => t.fill(t.s(), 1),
  ),
  'stream cut by $maxCount while live': onStream(
    {},
    5,
    (t) => t.fill(t.s(), 1),
    async (t, w) => {
      await w.has(1)
      await t.client.setStreamMetadata(t.s(), { maxCount: 1 })
      await t.fill(t.s(), 4)
    },
  ),
  metastream: async (t) => {
    await t.client.setStreamMetadata(t.s(), { a: 1 })
    return (
      await observe(t, t.client.subscribeToStream(`$$${t.s()}`), 3, async () => {
        await t.client.setStreamMetadata(t.s(), { a: 2 })
        await t.client.setStreamMetadata(t.s(), { a: 3 })
      })
    ).result
  },
  'links resolved, before and live': async (t) => {
    await t.fill(t.s('a'), 2, 'A')
    const add = () => t.client.appendToStream(t.s('links'), [t.link(t.s('a'), 1), t.link(t.s('missing'), 0)])
    await add()
    return (
      await observe(t, t.client.subscribeToStream(t.s('links'), { resolveLinkTos: true }), 4, async (w) => {
        await w.caughtUp()
        await add()
      })
    ).result
  },
  'links not resolved': async (t) => {
    await t.client.appendToStream(t.s('links'), [t.link(t.s('a'), 1)])
    return (await observe(t, t.client.subscribeToStream(t.s('links')), 1)).result
  },
  'shape of a live event': async (t) => {
    const { w } = await observe(
      t,
      t.client.subscribeToStream(t.s()),
      1,
      () => t.client.appendToStream(t.s(), t.ev('T', { a: 1 }, 'a', { m: 1 })),
      true,
    )
    const [e] = w.events
    const { position, ...event } = e.event
    return {
      keys: Object.keys(e).sort(),
      commitPosition: typeof e.commitPosition,
      event,
      position: typeof position?.commit,
      id: typeof w.sub.id,
    }
  },
  'nothing comes after unsubscribe': async (t) => {
    const { w, result } = await observe(t, t.client.subscribeToStream(t.s()), 1, () => t.fill(t.s(), 1), true)
    await t.fill(t.s(), 3)
    await sleep(QUIET)
    return { ...result, seen: w.events.length }
  },
  'for await over a subscription': async (t) => {
    await t.fill(t.s(), 5)
    const seen = []
    const sub = t.client.subscribeToStream(t.s())
    for await (const e of sub) {
      seen.push(e.event.revision)
      if (seen.length === 4) break
    }
    return ranges(seen)
  },
  'seam: stream from START while 500 are appended': seam((t) => t.client.subscribeToStream(t.s())),
  'seam: $all from a position while 500 are appended': async (t) => {
    const mark = await t.mark()
    return seam((u) => u.client.subscribeToAll({ fromPosition: mark }))(t)
  },
  'seam: filtered $all while 500 are appended': async (t) => {
    const mark = await t.mark()
    return seam((u) =>
      u.client.subscribeToAll({ fromPosition: mark, filter: es.streamNameFilter({ prefixes: [u.s()] }) }),
    )(t)
  },
  'ten subscriptions see the same': async (t) => {
    await t.fill(t.s(), 20)
    const all = Array.from({ length: 10 }, () => t.watch(t.client.subscribeToStream(t.s())))
    await t.fill(t.s(), 20)
    const complete = () => all.every((w) => w.events.length >= 40)
    if (!(await all[0].until(complete, 2500))) await t.fill(t.s(), 1) // see above
    await all[0].until(complete)
    return [...new Set(all.map((w) => revs(w.events.slice(0, 40))))]
  },
  '$all from START delivers from the beginning': async (t) => {
    await t.fill(t.s(), 60)
    const mark = await t.mark()
    const w = t.watch(t.client.subscribeToAll())
    await w.has(50)
    const events = w.events.slice(0, 50)
    await w.stop()
    return {
      confirmed: w.log[0],
      commit: order(events.map((e) => e.event.position.commit)),
      older: events[0].event.position.commit < mark.commit,
    }
  },
  '$all from END delivers only what is new': async (t) => {
    await t.fill(t.s('old'), 2)
    const w = t.watch(t.client.subscribeToAll({ fromPosition: END }))
    await w.caughtUp()
    await t.fill(t.s('new'), 3)
    await w.until(() => w.events.filter((e) => t.own(e)).length >= 3)
    await sleep(QUIET)
    return { own: w.events.filter((e) => t.own(e)).map(brief), log: w.log.filter((l) => l !== 'event') }
  },
  '$all from a position is exclusive': async (t) => {
    await t.fill(t.s(), 4)
    const [, b] = await t.list(t.s())
    const w = t.watch(t.client.subscribeToAll({ fromPosition: b.event.position }))
    await w.until(() => w.events.filter((e) => t.own(e)).length >= 2)
    await sleep(QUIET)
    return w.events.filter((e) => t.own(e)).map(brief)
  },
  '$all with links resolved': async (t) => {
    await t.fill(t.s('a'), 2, 'A')
    const r = await onAll(
      t,
      undefined,
      () => t.client.appendToStream(t.s('links'), [t.link(t.s('a'), 1), t.link(t.s('a'), 9)]),
      2,
      { resolveLinkTos: true },
    )
    return r.own
  },
  'filter: event type prefixes': (t) =>
    onAll(t, es.eventTypeFilter({ prefixes: [t.s('red'), t.s('gre')] }), () => mix(t), 3),
  'filter: event type regex': (t) => onAll(t, es.eventTypeFilter({ regex: `^${t.s()}(red|blue)$` }), () => mix(t), 3),
  'filter: stream name prefix': (t) => onAll(t, es.streamNameFilter({ prefixes: [t.s('a')] }), () => mix(t), 3),
  'filter: two stream name prefixes, with metastreams': (t) =>
    onAll(t, es.streamNameFilter({ prefixes: [t.s('b'), `$$${t.s()}`] }), () => mix(t), 3),
  'filter: stream name regex': (t) => onAll(t, es.streamNameFilter({ regex: `${t.s()}[ab]2$` }), () => mix(t), 2),
  'filter: no match': (t) => onAll(t, es.streamNameFilter({ prefixes: [t.s('zzz')] }), () => mix(t), 0),
  'filter: excludeSystemEvents': async (t) => {
    const r = await onAll(t, es.excludeSystemEvents(), () => mix(t), 5)
    return { own: r.own, commit: r.commit }
  },
  'filter: from START reaches old events': async (t) => {
    await mix(t)
    const w = t.watch(t.client.subscribeToAll({ filter: es.streamNameFilter({ prefixes: [t.s('a')] }) }))
    await w.has(3)
    await w.caughtUp()
    return { events: w.briefs, log: w.log }
  },
  'filter: invalid regex': async (t) => {
    const w = t.watch(t.client.subscribeToAll({ filter: es.streamNameFilter({ regex: '([' }) }))
    await w.until(() => w.error, 2000)
    return { log: w.log, error: w.error }
  },
  'filter: live checkpoints come though nothing matches': async (t) => {
    const positions = []
    const filter = es.streamNameFilter({
      prefixes: [t.s('none')],
      maxSearchWindow: 5,
      checkpointInterval: 1,
      checkpointReached: async (_, p) => {
        positions.push(p)
      },
    })
    const w = t.watch(t.client.subscribeToAll({ fromPosition: END, filter }))
    await w.caughtUp()
    await t.fill(t.s('other'), 60)
    await w.until(() => positions.length >= 3, 3000)
    return {
      enough: positions.length >= 3,
      commit: /^(increasing|non-decreasing)$/.test(order(positions.map((p) => p.commit))),
      types: [...new Set(positions.map((p) => `${typeof p.commit} ${typeof p.prepare}`))],
      events: w.events.length,
    }
  },
  'filter: catch-up checkpoints': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s('other'), 200)
    await t.fill(t.s('wanted'), 1)
    const positions = []
    const filter = es.streamNameFilter({
      prefixes: [t.s('wanted')],
      maxSearchWindow: 10,
      checkpointInterval: 2,
      checkpointReached: async (_, p) => {
        positions.push(p)
      },
    })
    const w = t.watch(t.client.subscribeToAll({ fromPosition: mark, filter }))
    await w.has(1)
    await w.caughtUp()
    await w.until(() => positions.length > 0, 2000)
    return {
      some: positions.length > 0,
      increasing: /increasing|non-decreasing|single/.test(order(positions.map((p) => p.commit))),
      events: w.briefs,
    }
  },
  'resume from a checkpoint misses nothing': async (t) => {
    const filter = (checkpointReached) =>
      es.streamNameFilter({ prefixes: [t.s('wanted')], maxSearchWindow: 5, checkpointInterval: 1, checkpointReached })
    const mark = await t.mark()
    for (let i = 0; i < 20; i++) {
      await t.fill(t.s('other'), 5)
      await t.fill(t.s('wanted'), 1)
    }
    let at
    const first = t.watch(
      t.client.subscribeToAll({
        fromPosition: mark,
        filter: filter(async (_, p) => {
          at ??= { p, seen: first.events.length }
        }),
      }),
    )
    await first.until(() => at)
    await first.stop()
    const second = t.watch(t.client.subscribeToAll({ fromPosition: at.p, filter: filter() }))
    await second.until(() => second.events.at(-1)?.event.revision === 19n)
    const got = new Set([...first.events, ...second.events].map((e) => e.event.revision))
    return { distinct: got.size, last: second.events.at(-1).event.revision }
  },
}
