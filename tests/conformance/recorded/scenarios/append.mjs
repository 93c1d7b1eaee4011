// Appending: expected revisions, idempotency, sizes, content. `batch` is the BatchAppend call, `plain` the Append call.
import { es, cmp, revs, sleep } from '../context.mjs'

const { ANY, NO_STREAM, STREAM_EXISTS } = es
const EXPECTATIONS = { any: ANY, noStream: NO_STREAM, streamExists: STREAM_EXISTS, exact0: 0n, exact2: 2n, exact9: 9n }

/** Appends one event under every expected revision, each on a stream of its own that `prepare` set up. */
const matrix = (how, prepare) => async (t) => {
  const out = {}
  for (const [name, expected] of Object.entries(EXPECTATIONS)) {
    const s = t.s(name)
    await prepare(t, s)
    out[name] = { result: await t.append(s, t.ev('new'), expected, how), state: await t.state(s) }
  }
  return out
}

/** Writes the same events again under every expected revision. */
const again = (how, count, extraBefore, extraAfter) => async (t) => {
  const out = {}
  const first = BigInt(extraBefore) - 1n
  const expectations = {
    any: ANY,
    noStream: NO_STREAM,
    streamExists: STREAM_EXISTS,
    original: first,
    afterFirst: first + 1n,
    current: BigInt(extraBefore + count + extraAfter) - 1n,
  }
  for (const [name, expected] of Object.entries(expectations)) {
    if (expected === -1n) continue // the client has no negative revisions
    const s = t.s(name)
    const events = t.seq(count, 'same')
    if (extraBefore) await t.fill(s, extraBefore, 'before')
    const initial = await t.append(s, events, ANY, how)
    if (extraAfter) await t.fill(s, extraAfter, 'after')
    out[name] = { initial, again: await t.append(s, events, expected, how), state: await t.state(s) }
  }
  return out
}

const overlap = (how) => async (t) => {
  const tail = async (s, ...labels) => ({
    labels: labels.join(''),
    ...(await t.append(s, t.labelled(...labels), ANY, how)),
    state: await t.state(s),
  })
  const exact = async (s, revision, ...labels) => ({
    labels: labels.join(''),
    revision,
    ...(await t.append(s, t.labelled(...labels), revision, how)),
    state: await t.state(s),
  })
  const s = t.s('s')
  await t.append(s, t.labelled('a', 'b', 'c', 'd'), NO_STREAM, how)
  return [
    await tail(s, 'a', 'b'), // a prefix
    await tail(s, 'b', 'c'), // the middle
    await tail(s, 'c', 'd'), // the end
    await tail(s, 'd', 'c'), // known ids, other order
    await tail(s, 'a', 'c'), // known ids with a gap
    await exact(s, 0n, 'b', 'c'),
    await exact(s, 1n, 'b', 'c'),
    await exact(s, NO_STREAM, 'a', 'x0'), // known then new
    await exact(s, 2n, 'd', 'x1'),
    await tail(s, 'd', 'x2'),
    await tail(s, 'x3', 'a'), // new then known
    await exact(s, STREAM_EXISTS, 'a', 'b', 'c', 'd'),
  ]
}

const softDelete = async (t, s, n = 3) => {
  await t.fill(s, n)
  await t.client.deleteStream(s)
}
const tombstone = async (t, s) => {
  await t.fill(s, 3)
  await t.client.tombstoneStream(s)
}

/** Registers a scenario once for each append call. */
const both = (name, make) => ({ [`${name} (batch)`]: make('batch'), [`${name} (plain)`]: make('plain') })

export default {
  ...both('expected revisions on a new stream', (how) => matrix(how, () => {})),
  ...both('expected revisions on an existing stream', (how) => matrix(how, (t, s) => t.fill(s, 3))),
  ...both('expected revisions on a soft-deleted stream', (how) => matrix(how, (t, s) => softDelete(t, s))),
  ...both('expected revisions on a tombstoned stream', (how) => matrix(how, tombstone)),
  ...both('same event again', (how) => again(how, 1, 0, 0)),
  ...both('same batch of three again', (how) => again(how, 3, 0, 0)),
  ...both('same batch again after earlier and later events', (how) => again(how, 2, 2, 2)),
  ...both('partially overlapping batches', overlap),

  ...both('same id in another stream', (how) => async (t) => ({
    a: await t.append(t.s('a'), t.labelled('a'), NO_STREAM, how),
    b: await t.append(t.s('b'), t.labelled('a'), NO_STREAM, how),
    states: [await t.state(t.s('a')), await t.state(t.s('b'))],
  })),

  ...both('same id twice in one batch', (how) => async (t) => ({
    first: await t.append(t.s(), t.labelled('a', 'a', 'b'), NO_STREAM, how),
    state: await t.state(t.s()),
    again: await t.append(t.s(), t.labelled('a', 'a', 'b'), NO_STREAM, how),
    any: await t.append(t.s(), t.labelled('a', 'a', 'b'), ANY, how),
    finalState: await t.state(t.s()),
  })),

  ...both('same id with other content', (how) => async (t) => {
    await t.append(t.s(), t.ev('T', { v: 1 }, 'a'), NO_STREAM, how)
    const again = await t.append(t.s(), t.ev('U', { v: 2 }, 'a'), NO_STREAM, how)
    const [e] = await t.list(t.s())
    return { again, stored: [e.event.type, e.event.data], state: await t.state(t.s()) }
  }),

  ...both('same event again after soft delete and recreation', (how) => async (t) => {
    await t.append(t.s(), t.labelled('a', 'b'), NO_STREAM, how)
    await t.client.deleteStream(t.s())
    const afterDelete = await t.append(t.s(), t.labelled('a'), ANY, how)
    const state = await t.state(t.s())
    const second = await t.append(t.s(), t.labelled('b'), NO_STREAM, how)
    const third = await t.append(t.s(), t.labelled('c'), ANY, how)
    return {
      afterDelete,
      state,
      second,
      third,
      again: await t.append(t.s(), t.labelled('c'), ANY, how),
      finalState: await t.state(t.s()),
    }
  }),

  ...both('empty list of events', (how) => async (t) => {
    const out = {}
    for (const [name, expected] of Object.entries({
      any: ANY,
      noStream: NO_STREAM,
      streamExists: STREAM_EXISTS,
      exact0: 0n,
      exact5: 5n,
    })) {
      for (const [kind, n] of [
        ['new', 0],
        ['existing', 2],
      ]) {
        const s = t.s(`${name}-${kind}`.replace('-', '_'))
        if (n) await t.fill(s, n)
        out[`${name} ${kind}`] = {
          result: await t.within(1000, t.append(s, [], expected, how)),
          state: await t.state(s),
        }
      }
    }
    return out
  }),

  ...both('batches of 1, 2 and 500', (how) => async (t) => {
    const out = []
    for (const n of [1, 2, 500])
      out.push({ n, result: await t.append(t.s(), t.seq(n), ANY, how), state: await t.state(t.s()) })
    return out
  }),

  ...both('a refused batch of 500 leaves nothing', (how) => async (t) => {
    await t.fill(t.s(), 2)
    return {
      refused: await t.append(t.s(), t.seq(500), 0n, how),
      state: await t.state(t.s()),
      next: await t.append(t.s(), t.ev(), 1n, how),
    }
  }),

  'a batch sent in many chunks is one append': async (t) => {
    const r = await t.client.appendToStream(t.s(), t.seq(60), { expectedRevision: NO_STREAM, batchAppendSize: 200 })
    return { next: r.nextExpectedRevision, state: await t.state(t.s()) }
  },

  ...both('content: json, binary, metadata', (how) => async (t) => {
    const bytes = Uint8Array.from([0, 1, 254, 255])
    const events = [
      es.jsonEvent({
        type: 'object',
        data: { a: [1, 'x', null, true, { b: 1.5 }] },
        metadata: { $correlationId: 'c', n: 1 },
      }),
      es.jsonEvent({ type: 'string', data: 'plain' }),
      es.jsonEvent({ type: 'number', data: 42 }),
      es.jsonEvent({ type: 'null', data: null }),
      es.jsonEvent({ type: 'array', data: [] }),
      es.binaryEvent({ type: 'bytes', data: bytes }),
      es.binaryEvent({ type: 'no bytes', data: new Uint8Array() }),
      es.binaryEvent({ type: 'binary metadata', data: bytes, metadata: Uint8Array.from([255, 0]) }),
      es.jsonEvent({ type: 'json with binary metadata', data: {}, metadata: Uint8Array.from([255, 0]) }),
    ]
    const result = await t.append(t.s(), events, NO_STREAM, how)
    return {
      result,
      stored: (await t.list(t.s())).map(({ event: { type, data, metadata, isJson } }) => ({
        type,
        data,
        metadata: metadata ?? 'none',
        isJson,
      })),
    }
  }),

  ...both('unicode in stream names, types and data', (how) => async (t) => {
    const s = t.s('поток 流/ß?&#"\'%20🎉')
    const result = await t.append(s, t.ev('тип 🎈', { ключ: '値' }), NO_STREAM, how)
    const wrong = await t.append(s, t.ev(), NO_STREAM, how)
    return { result, wrong, read: await t.read(s), missing: await t.read(t.s('нет')) }
  }),

  ...both('long names', (how) => async (t) => ({
    stream: await t.append(t.s('n'.repeat(1000)), t.ev(), NO_STREAM, how),
    type: await t.append(t.s('t'), t.ev('t'.repeat(1000)), NO_STREAM, how),
  })),

  ...both('empty event type and empty stream name', (how) => async (t) => ({
    type: await t.within(1500, t.append(t.s(), t.ev(''), NO_STREAM, how)),
    state: await t.state(t.s()),
    stream: await t.within(1500, t.append('', t.ev(), ANY, how, t.newClient())),
  })),

  ...both('system streams', (how) => async (t) => ({
    dollar: await t.append(`$${t.s()}`, t.ev(), NO_STREAM, how),
    metaOfMeta: await t.append(`$$$$${t.s()}`, t.ev(), ANY, how),
  })),

  ...both('events larger than the maximum append size', (how) => async (t) => {
    const big = (n) => es.binaryEvent({ type: 'big', data: new Uint8Array(n) })
    const on = (name, events) => t.within(4000, t.append(t.s(name), events, NO_STREAM, how))
    return {
      justUnder: await on('a', big(1_000_000)),
      justOver: await on('b', big(1_048_577)),
      over: await on('c', big(2_000_000)),
      sumOver: await on('d', [big(600_000), big(600_000)]),
      states: [await t.state(t.s('b')), await t.state(t.s('d'))],
    }
  }),

  ...both('throwOnAppendFailure=false', (how) => async (t) => {
    const client = t.newClient('throwOnAppendFailure=false')
    const on = async (s, expected) => {
      const r = await t.attempt(client.appendToStream(s, t.ev(), t.options(how, expected)))
      return r.error
        ? r
        : {
            success: r.success,
            next: r.nextExpectedRevision,
            position: r.position ? 'present' : 'absent',
            keys: Object.keys(r),
          }
    }
    await t.fill(t.s('x'), 4)
    await tombstone(t, t.s('gone'))
    return {
      success: await on(t.s('new'), NO_STREAM),
      wrongOnExisting: await on(t.s('x'), NO_STREAM), // the batch call answers 1 whatever the revision: a client quirk
      wrongExact: await on(t.s('x'), 1n),
      wrongOnMissing: await on(t.s('missing'), 7n),
      streamExistsOnMissing: await on(t.s('missing'), STREAM_EXISTS),
      tombstoned: await on(t.s('gone'), ANY),
    }
  }),

  ...both('position of the result', (how) => async (t) => {
    const mark = await t.mark()
    const one = await t.client.appendToStream(t.s('a'), t.ev(), t.options(how))
    const three = await t.client.appendToStream(t.s('b'), t.seq(3), t.options(how))
    const again = await t.client.appendToStream(t.s('c'), t.labelled('x'), t.options(how))
    const repeated = await t.client.appendToStream(t.s('c'), t.labelled('x'), t.options(how, NO_STREAM))
    const seen = Object.groupBy(await t.allSince(mark), (e) => e.event.streamId)
    const last = (name) => seen[t.s(name)].at(-1).event.position
    const rel = (p, q) => ({ commit: cmp(p.commit, q.commit), prepare: cmp(p.prepare, q.prepare) })
    return {
      commitEqualsPrepare: [one, three].map((r) => r.position.commit === r.position.prepare),
      resultVersusLastEvent: [rel(one.position, last('a')), rel(three.position, last('b'))],
      increasing: one.position.commit < three.position.commit,
      repeatedVersusFirst: repeated.position ? rel(repeated.position, again.position) : 'absent',
    }
  }),

  'created time is the time of the append': async (t) => {
    const before = Date.now()
    await t.fill(t.s(), 2)
    await sleep(20)
    const events = await t.list(t.s())
    return events.map((e) => e.event.created instanceof Date && Math.abs(e.event.created - before) < 5000)
  },

  'batches and single events alternate': async (t) => {
    const out = []
    for (const n of [1, 3, 1, 7, 2]) out.push((await t.client.appendToStream(t.s(), t.seq(n))).nextExpectedRevision)
    return { out, state: revs(await t.list(t.s())) }
  },
}
