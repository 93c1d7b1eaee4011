// Soft delete (deleteStream) and hard delete (tombstoneStream).
import { es, brief, cmp } from '../context.mjs'

const { ANY, NO_STREAM, STREAM_EXISTS } = es
const EXPECTATIONS = { any: ANY, noStream: NO_STREAM, streamExists: STREAM_EXISTS, exact0: 0n, exact2: 2n, exact9: 9n }
const remove = async (t, how, s, expectedRevision) => {
  const r = await t.attempt(t.client[`${how}Stream`](s, expectedRevision === undefined ? {} : { expectedRevision }))
  return r.error ? r : { position: r.position ? 'present' : 'absent' }
}
const meta = async (t, s) => {
  const r = await t.attempt(t.client.getStreamMetadata(s))
  return r.error ? r : (r.metadata ?? 'none')
}
const all = (how, prepare) => async (t) => {
  const out = {}
  for (const [name, expected] of Object.entries(EXPECTATIONS)) {
    const s = t.s(name)
    await prepare(t, s)
    out[name] = { result: await remove(t, how, s, expected), state: await t.state(s), metadata: await meta(t, s) }
  }
  return out
}
const prepared = {
  'a missing stream': () => {},
  'an existing stream': (t, s) => t.fill(s, 3),
  'a soft-deleted stream': async (t, s) => {
    await t.fill(s, 3)
    await t.client.deleteStream(s)
  },
  'a tombstoned stream': async (t, s) => {
    await t.fill(s, 3)
    await t.client.tombstoneStream(s)
  },
  'a recreated stream': async (t, s) => {
    await t.fill(s, 2)
    await t.client.deleteStream(s)
    await t.fill(s, 1)
  },
  'a stream with only metadata': (t, s) => t.client.setStreamMetadata(s, { a: 1 }),
}
const matrices = Object.fromEntries(
  ['delete', 'tombstone'].flatMap((how) =>
    Object.entries(prepared).map(([name, prepare]) => [`${how} ${name}`, all(how, prepare)]),
  ),
)

export default {
  ...matrices,
  'delete, append, delete, append': async (t) => {
    const out = []
    for (const n of [3, 2, 1]) {
      out.push(
        await t.append(t.s(), t.seq(n), NO_STREAM),
        await t.state(t.s()),
        await remove(t, 'delete', t.s()),
        await t.state(t.s()),
        await meta(t, t.s()),
      )
    }
    return out
  },
  'delete keeps other metadata': async (t) => {
    await t.fill(t.s(), 3)
    await t.client.setStreamMetadata(t.s(), { maxCount: 9, custom: 'x', acl: { readRoles: ['$all'] } })
    await remove(t, 'delete', t.s())
    const deleted = await meta(t, t.s())
    await t.fill(t.s(), 1)
    return { deleted, recreated: await meta(t, t.s()), metastream: await t.read(`$$${t.s()}`) }
  },
  'metadata written on a soft-deleted stream': async (t) => {
    await t.fill(t.s(), 3)
    await remove(t, 'delete', t.s())
    const set = await t.attempt(t.client.setStreamMetadata(t.s(), { custom: 1 }))
    return {
      next: set.nextExpectedRevision ?? set,
      metadata: await meta(t, t.s()),
      state: await t.state(t.s()),
      append: await t.append(t.s(), t.ev(), NO_STREAM),
      after: await t.state(t.s()),
      metadataAfter: await meta(t, t.s()),
    }
  },
  'metadata of a tombstoned stream': async (t) => {
    await t.fill(t.s(), 1)
    await t.client.setStreamMetadata(t.s(), { a: 1 })
    await remove(t, 'tombstone', t.s())
    const set = await t.attempt(t.client.setStreamMetadata(t.s(), { a: 2 }))
    return { get: await meta(t, t.s()), metastream: await t.read(`$$${t.s()}`), set: set.nextExpectedRevision ?? set }
  },
  'soft-deleted then tombstoned': async (t) => {
    await t.fill(t.s(), 2)
    return [
      await remove(t, 'delete', t.s()),
      await remove(t, 'tombstone', t.s()),
      await t.state(t.s()),
      await t.append(t.s(), t.ev(), ANY),
      await remove(t, 'delete', t.s()),
    ]
  },
  'delete position against $all': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s(), 2)
    const { position } = await t.client.deleteStream(t.s())
    const last = (await t.allSince(mark)).at(-1)
    return {
      last: brief(last),
      data: last.event.data,
      commit: cmp(position.commit, last.event.position.commit),
      prepare: cmp(position.prepare, last.event.position.prepare),
    }
  },
  'tombstone event itself': async (t) => {
    const mark = await t.mark()
    await t.fill(t.s(), 2)
    const { position } = await t.client.tombstoneStream(t.s())
    const { event } = (await t.allSince(mark)).at(-1)
    return {
      ...event,
      position: [cmp(position.commit, event.position.commit), cmp(position.prepare, event.position.prepare)],
    }
  },
  'metastream deleted and tombstoned': async (t) => {
    await t.client.setStreamMetadata(t.s(), { a: 1 })
    return [
      await remove(t, 'delete', `$$${t.s()}`),
      await meta(t, t.s()),
      await remove(t, 'tombstone', `$$${t.s()}`),
      await meta(t, t.s()),
    ]
  },
  'empty stream name': async (t) => [
    await t.within(1500, remove(t, 'delete', '')),
    await t.within(1500, remove(t, 'tombstone', '')),
  ],
}
