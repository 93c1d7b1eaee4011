// Stream metadata and the metastream.
import { es, brief, order } from '../context.mjs'

const { ANY, NO_STREAM, STREAM_EXISTS } = es
const get = async (t, s) => {
  const r = await t.attempt(t.client.getStreamMetadata(s))
  return r.error ? r : { ...r, metastreamRevision: typeof r.metastreamRevision }
}
const set = async (t, s, metadata, options = {}) => {
  const r = await t.attempt(t.client.setStreamMetadata(s, metadata, options))
  return r.error ? r : { success: r.success, next: r.nextExpectedRevision }
}

export default {
  'of a missing stream': (t) => get(t, t.s()),
  'of an existing stream without any': async (t) => {
    await t.fill(t.s(), 1)
    return get(t, t.s())
  },
  'set before the stream exists': async (t) => ({
    set: await set(t, t.s(), { maxCount: 3 }),
    get: await get(t, t.s()),
    read: await t.read(t.s()),
    append: await t.append(t.s(), t.seq(5), NO_STREAM),
    state: await t.state(t.s()),
  }),
  'all fields round trip': async (t) => {
    const metadata = {
      maxCount: 10,
      maxAge: 60,
      truncateBefore: 2,
      cacheControl: 15,
      acl: {
        readRoles: ['a', 'b'],
        writeRoles: ['$all'],
        deleteRoles: ['$admins'],
        metaReadRoles: ['x'],
        metaWriteRoles: ['y'],
      },
      custom: { deep: [1, 'two', null] },
      other: 'текст',
    }
    return {
      set: await set(t, t.s(), metadata),
      get: await get(t, t.s()),
      stored: (await t.list(`$$${t.s()}`)).map((e) => [brief(e), e.event.isJson, e.event.data]),
    }
  },
  'acl given as a name': async (t) => ({
    set: await set(t, t.s(), { acl: '$userStreamAcl' }),
    get: await get(t, t.s()),
  }),
  'a later value replaces the whole': async (t) => {
    await set(t, t.s(), { maxCount: 3, a: 1 })
    await set(t, t.s(), { b: 2 })
    return { get: await get(t, t.s()), metastream: await t.read(`$$${t.s()}`) }
  },
  'the metastream keeps only the newest': async (t) => {
    for (let i = 0; i < 4; i++) await set(t, t.s(), { i })
    const s = `$$${t.s()}`
    return {
      forwards: await t.read(s),
      backwards: await t.read(s, { direction: 'backwards', fromRevision: 'end' }),
      from0: await t.read(s, { fromRevision: 0n, maxCount: 2 }),
    }
  },
  'metastreamRevision is really a position': async (t) => {
    await set(t, t.s(), { a: 1 })
    const one = (await t.client.getStreamMetadata(t.s())).metastreamRevision
    await set(t, t.s(), { a: 2 })
    return order([one, (await t.client.getStreamMetadata(t.s())).metastreamRevision])
  },
  'expected revisions on the metastream': async (t) => {
    const on = (expectedRevision) => set(t, t.s(), { e: String(expectedRevision) }, { expectedRevision })
    const out = []
    for (const e of [STREAM_EXISTS, 0n, NO_STREAM, NO_STREAM, STREAM_EXISTS, 1n, 0n, 2n, ANY])
      out.push([String(e), await on(e)])
    return { out, metastream: await t.read(`$$${t.s()}`) }
  },
  'ten writers with one expected revision': async (t) => {
    await set(t, t.s(), { a: 0 })
    const all = await Promise.all(Array.from({ length: 10 }, (_, i) => set(t, t.s(), { i }, { expectedRevision: 0n })))
    return {
      won: all.filter((r) => r.success).length,
      lost: all.filter((r) => r.type === 'wrong-expected-version').length,
      metastream: await t.read(`$$${t.s()}`),
    }
  },
  'values that make no sense': async (t) => {
    const raw = (data) => es.jsonEvent({ type: '$metadata', data })
    const out = {}
    for (const [name, data] of Object.entries({
      zero: { $maxCount: 0 },
      negative: { $maxCount: -1 },
      text: { $maxCount: 'x' },
      ageZero: { $maxAge: 0 },
      tbNegative: { $tb: -5 },
    })) {
      await t.fill(t.s(name), 3)
      out[name] = {
        set: await t.append(`$$${t.s(name)}`, raw(data), ANY),
        state: await t.state(t.s(name)),
        next: await t.append(t.s(name), t.ev(), 2n),
      }
    }
    return out
  },
  'event of another type in the metastream': async (t) => {
    await t.fill(t.s(), 5)
    await t.append(`$$${t.s()}`, es.jsonEvent({ type: 'other', data: { $maxCount: 2 } }), ANY)
    return { state: await t.state(t.s()), get: await get(t, t.s()) }
  },
  'not json in the metastream': async (t) => {
    await t.fill(t.s(), 3)
    const append = await t.append(
      `$$${t.s()}`,
      es.binaryEvent({ type: '$metadata', data: Buffer.from('nonsense') }),
      ANY,
    )
    return { append, state: await t.state(t.s()), get: await get(t, t.s()) }
  },
  'setting metadata does not touch the stream revision': async (t) => {
    await t.fill(t.s(), 2)
    await set(t, t.s(), { a: 1 })
    return { append: await t.append(t.s(), t.ev(), 1n), state: await t.state(t.s()) }
  },
  'raising $maxCount brings back what is not scavenged': async (t) => {
    await t.fill(t.s(), 6)
    await set(t, t.s(), { maxCount: 1 })
    const one = await t.state(t.s())
    await set(t, t.s(), { maxCount: 4 })
    return { one, four: await t.state(t.s()) }
  },
  'metadata of a metastream': async (t) => ({
    set: await set(t, `$$${t.s()}`, { maxCount: 1 }),
    get: await get(t, `$$${t.s()}`),
  }),
}
