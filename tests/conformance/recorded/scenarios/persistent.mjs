// Persistent subscriptions to streams and to $all.
import { es, brief, order, sleep } from '../context.mjs'

const { START, END, ROUND_ROBIN, DISPATCH_TO_SINGLE, PINNED } = es
const GROUP = 'g'
const QUIET = 300
const settings = (changes) => es.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...changes })
const allSettings = (changes) => es.persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...changes })
const create = async (t, s, changes = {}, group = GROUP) => {
  await t.client.createPersistentSubscriptionToStream(s, group, settings(changes))
  t.defer(() => t.client.deletePersistentSubscriptionToStream(s, group))
}
const done = (t, promise) => t.attempt(promise).then((r) => r ?? 'done')

/** A consumer; `react` decides per event: 'ack', 'retry', 'park', 'skip', 'stop' or nothing. */
const consume = (t, s, { react = () => 'ack', group = GROUP, client = t.client, bufferSize, all = false } = {}) => {
  const options = bufferSize ? { bufferSize } : {}
  const sub = all
    ? client.subscribeToPersistentSubscriptionToAll(group, options)
    : client.subscribeToPersistentSubscriptionToStream(s, group, options)
  return t.watch(sub, (e, w) => {
    const action = react(e, w)
    const p = action === 'ack' ? sub.ack(e) : action ? sub.nack(action, 'because', e) : undefined
    p?.catch(() => {})
  })
}
const withRetries = (w) => w.events.map((e) => `${brief(e)} r${e.retryCount}`)
const info = (t, s, group = GROUP) => t.client.getPersistentSubscriptionToStreamInfo(s, group)
const parkedStream = (s, group = GROUP) => `$persistentsubscription-${s}::${group}-parked`
const parked = async (t, s) => {
  const events = await t.attempt(t.list(parkedStream(s), { resolveLinkTos: true }))
  return events.error
    ? events.type
    : events.map((e) => ({
        line: brief(e),
        metadata: e.link?.metadata && { keys: Object.keys(e.link.metadata).sort(), reason: e.link.metadata.reason },
      }))
}

/** Creates a group over `n` events and consumes until `want` events came. */
const session =
  (changes, n, want, options = {}) =>
  async (t) => {
    await t.fill(t.s(), n)
    await create(t, t.s(), changes)
    const w = consume(t, t.s(), options)
    await w.has(want)
    await sleep(QUIET)
    return { events: withRetries(w), log: w.log, ...(w.error && { error: w.error }) }
  }

/** Two consumers of one group; who saw what. */
const two = (strategy) => async (t) => {
  await create(t, t.s(), { consumerStrategyName: strategy })
  const pair = [consume(t, t.s(), { bufferSize: 50 }), consume(t, t.s(), { client: t.newClient(), bufferSize: 50 })]
  await Promise.all(pair.map((w) => w.confirmed()))
  for (let i = 0; i < 20; i++) await t.client.appendToStream(t.s(), t.ev())
  await pair[0].until(() => pair[0].events.length + pair[1].events.length >= 20)
  await sleep(QUIET)
  const counts = pair.map((w) => w.events.length).sort((a, b) => a - b)
  const seen = pair.flatMap((w) => w.events.map((e) => e.event.revision))
  return {
    counts,
    distinct: new Set(seen).size,
    inOrder: pair.map((w) => order(w.events.map((e) => e.event.revision))).sort(),
  }
}

export default {
  'create: stream exists or not, twice, missing group': async (t) => {
    await t.fill(t.s('a'), 1)
    const make = (s) => done(t, t.client.createPersistentSubscriptionToStream(s, GROUP, settings()))
    const out = [await make(t.s('a')), await make(t.s('b')), await make(t.s('a'))]
    return [
      ...out,
      await done(t, t.client.deletePersistentSubscriptionToStream(t.s('a'), GROUP)),
      await done(t, t.client.deletePersistentSubscriptionToStream(t.s('a'), GROUP)),
      await done(t, t.client.deletePersistentSubscriptionToStream(t.s('b'), GROUP)),
    ]
  },
  'create: settings that make no sense': async (t) => {
    const out = {}
    const cases = {
      bufferLarger: { readBatchSize: 600, historyBufferSize: 500 },
      readBatchZero: { readBatchSize: 0 },
      historyZero: { historyBufferSize: 0 },
      checkpointsCrossed: { checkPointLowerBound: 100, checkPointUpperBound: 10 },
      retriesNegative: { maxRetryCount: -1 },
      timeoutZero: { messageTimeout: 0 },
    }
    for (const [name, changes] of Object.entries(cases)) {
      out[name] = await t.within(
        1500,
        done(t, t.client.createPersistentSubscriptionToStream(t.s(name), GROUP, settings(changes))),
      )
      await t.attempt(t.client.deletePersistentSubscriptionToStream(t.s(name), GROUP))
    }
    return out
  },
  'names: unicode and colons': async (t) => {
    const s = t.s('поток::x')
    await t.fill(s, 1)
    await create(t, s, {}, 'группа::1')
    const w = consume(t, s, { group: 'группа::1' })
    await w.has(1)
    return { events: w.briefs, groupName: (await info(t, s, 'группа::1')).groupName }
  },
  'update: existing and missing': async (t) => {
    await create(t, t.s())
    const updated = await done(
      t,
      t.client.updatePersistentSubscriptionToStream(
        t.s(),
        GROUP,
        settings({ maxRetryCount: 3, consumerStrategyName: PINNED, startFrom: END }),
      ),
    )
    const { settings: now } = await info(t, t.s())
    return {
      updated,
      now,
      missing: await done(t, t.client.updatePersistentSubscriptionToStream(t.s('no'), GROUP, settings())),
    }
  },
  'update drops a connected consumer': async (t) => {
    await t.fill(t.s(), 2)
    await create(t, t.s())
    const w = consume(t, t.s())
    await w.has(2)
    await t.client.updatePersistentSubscriptionToStream(t.s(), GROUP, settings({ maxRetryCount: 3 }))
    await w.until(() => w.error, 2000)
    return { log: w.log, error: w.error }
  },
  'info: settings, stats and connections': async (t) => {
    await t.fill(t.s(), 4)
    await create(t, t.s(), { maxSubscriberCount: 7, resolveLinkTos: true, extraStatistics: true })
    const idle = await info(t, t.s())
    const w = consume(t, t.s(), {
      react: (e) => (e.event.revision < 2n ? 'ack' : undefined),
      client: t.newClient('connectionName=probe'),
      bufferSize: 5,
    })
    await w.has(4)
    await sleep(100)
    const busy = await info(t, t.s())
    const { averagePerSecond: _a, countSinceLastMeasurement: _b, ...stats } = busy.stats
    return {
      idle: { ...idle, stats: { keys: Object.keys(idle.stats).sort(), connections: idle.connections.length } },
      busy: {
        status: busy.status,
        stats,
        connections: busy.connections.map((c) => ({
          keys: Object.keys(c).sort(),
          username: c.username,
          connectionName: c.connectionName,
          totalItems: c.totalItems,
          availableSlots: c.availableSlots,
          inFlightMessages: c.inFlightMessages,
        })),
      },
    }
  },
  'info and replay of a missing group': async (t) => ({
    info: await done(t, info(t, t.s())),
    replay: await done(t, t.client.replayParkedMessagesToStream(t.s(), GROUP)),
    infoAll: await done(t, t.client.getPersistentSubscriptionToAllInfo(t.s())),
    deleteAll: await done(t, t.client.deletePersistentSubscriptionToAll(t.s())),
  }),
  'list: for a stream and for everything': async (t) => {
    const missing = await done(t, t.client.listPersistentSubscriptionsToStream(t.s()))
    await create(t, t.s(), {}, 'one')
    await create(t, t.s(), {}, 'two')
    const line = (l) => l.map((i) => `${i.eventSource}::${i.groupName} ${i.status}`).sort()
    return {
      missing,
      ofStream: line(await t.client.listPersistentSubscriptionsToStream(t.s())),
      ofAll: line((await t.client.listAllPersistentSubscriptions()).filter((i) => i.eventSource.includes(t.s()))),
    }
  },

  'consume from START': session({}, 5, 5),
  'consume from a revision is inclusive': session({ startFrom: 2n }, 5, 3),
  'consume from END': async (t) => {
    await t.fill(t.s(), 3)
    await create(t, t.s(), { startFrom: END })
    const w = consume(t, t.s())
    await w.confirmed()
    await t.fill(t.s(), 2)
    await w.has(2)
    await sleep(QUIET)
    return withRetries(w)
  },
  'consume before the stream exists': async (t) => {
    await create(t, t.s())
    const w = consume(t, t.s())
    await w.confirmed()
    await t.fill(t.s(), 3)
    await w.has(3)
    return withRetries(w)
  },
  'consume a missing group': async (t) => {
    const w = consume(t, t.s())
    await w.until(() => w.error, 3000)
    return { log: w.log, error: w.error }
  },
  'catch up then live, 300 events in order': async (t) => {
    await t.fill(t.s(), 150)
    await create(t, t.s())
    const w = consume(t, t.s(), { bufferSize: 30 })
    await w.has(20)
    for (let i = 0; i < 150; i++) await t.client.appendToStream(t.s(), t.ev())
    await w.has(300)
    await sleep(QUIET)
    const got = w.events.map((e) => e.event.revision)
    return { count: got.length, distinct: new Set(got).size }
  },
  'buffer size limits what is in flight': session({}, 30, 4, { react: () => undefined, bufferSize: 4 }),
  'links resolved': async (t) => {
    await t.fill(t.s('a'), 2, 'A')
    await t.client.appendToStream(t.s('links'), [t.link(t.s('a'), 1), t.link(t.s('missing'), 0), t.ev('plain')])
    await create(t, t.s('links'), { resolveLinkTos: true })
    const w = consume(t, t.s('links'))
    await w.until(() => w.events.at(-1)?.event?.type === 'plain')
    await sleep(QUIET)
    return withRetries(w)
  },
  'shape of an event': async (t) => {
    await t.client.appendToStream(t.s(), t.ev('T', { a: 1 }, 'a', { m: 1 }))
    await create(t, t.s())
    const w = consume(t, t.s())
    await w.has(1)
    const [e] = w.events
    const { position, ...event } = e.event
    return {
      keys: Object.keys(e).sort(),
      commitPosition: typeof e.commitPosition,
      retryCount: e.retryCount,
      event,
      position: typeof position?.commit,
      id: typeof w.sub.id,
    }
  },

  'nack retry comes again': session({ maxRetryCount: 10 }, 3, 5, {
    react: (e) => (e.event.revision === 1n && e.retryCount < 2 ? 'retry' : 'ack'),
  }),
  'nack skip': session({}, 3, 3, { react: (e) => (e.event.revision === 1n ? 'skip' : 'ack') }),
  'nack park': async (t) => {
    await t.fill(t.s(), 3)
    await create(t, t.s())
    const w = consume(t, t.s(), { react: (e) => (e.event.revision === 1n ? 'park' : 'ack') })
    await w.has(3)
    await sleep(QUIET)
    return {
      events: withRetries(w),
      parked: await parked(t, t.s()),
      count: (await info(t, t.s())).stats.parkedMessageCount,
    }
  },
  'nack stop': async (t) => {
    await t.fill(t.s(), 3)
    await create(t, t.s())
    const w = consume(t, t.s(), { react: (e) => (e.event.revision === 1n ? 'stop' : 'ack') })
    await w.until(() => w.error || w.log.includes('end'), 1500)
    await sleep(QUIET)
    return { events: withRetries(w), log: w.log, error: w.error ?? 'none', parked: await parked(t, t.s()) }
  },
  'maxRetryCount parks': async (t) => {
    await t.fill(t.s(), 2)
    await create(t, t.s(), { maxRetryCount: 2 })
    const w = consume(t, t.s(), { react: (e) => (e.event.revision === 0n ? 'retry' : 'ack') })
    await w.has(4)
    await sleep(QUIET)
    return {
      events: withRetries(w).sort(),
      parked: await parked(t, t.s()),
      count: (await info(t, t.s())).stats.parkedMessageCount,
    }
  },
  'replay of parked messages': async (t) => {
    await t.fill(t.s(), 3)
    await create(t, t.s())
    let parking = true
    const w = consume(t, t.s(), { react: () => (parking ? 'park' : 'ack') })
    await w.has(3)
    await sleep(QUIET)
    parking = false
    const before = (await info(t, t.s())).stats.parkedMessageCount
    await t.client.replayParkedMessagesToStream(t.s(), GROUP)
    await w.has(6)
    await sleep(QUIET)
    return {
      before,
      events: withRetries(w),
      after: (await info(t, t.s())).stats.parkedMessageCount,
      parked: await parked(t, t.s()),
    }
  },
  'replay of parked messages with stopAt': async (t) => {
    await t.fill(t.s(), 4)
    await create(t, t.s())
    let parking = true
    const w = consume(t, t.s(), { react: () => (parking ? 'park' : 'ack') })
    await w.has(4)
    await sleep(QUIET)
    parking = false
    await t.client.replayParkedMessagesToStream(t.s(), GROUP, { stopAt: 2 })
    await w.has(6)
    await sleep(QUIET)
    return { events: withRetries(w), after: (await info(t, t.s())).stats.parkedMessageCount }
  },
  'replay with nothing parked': async (t) => {
    await create(t, t.s())
    return done(t, t.client.replayParkedMessagesToStream(t.s(), GROUP))
  },
  'messageTimeout redelivers': session({ messageTimeout: 500, maxRetryCount: 10 }, 2, 3, {
    react: (e) => (e.event.revision === 0n && e.retryCount === 0 ? undefined : 'ack'),
  }),
  'messageTimeout with maxRetryCount 0 parks': async (t) => {
    await t.fill(t.s(), 1)
    await create(t, t.s(), { messageTimeout: 300, maxRetryCount: 0 })
    const w = consume(t, t.s(), { react: () => undefined })
    await w.has(1)
    await sleep(1800)
    return { events: withRetries(w), parked: await parked(t, t.s()) }
  },
  'unacknowledged events go to the next consumer': async (t) => {
    await t.fill(t.s(), 4)
    await create(t, t.s())
    const first = consume(t, t.s(), {
      react: (e) => (e.event.revision === 0n ? 'ack' : undefined),
      client: t.newClient(),
    })
    await first.has(4)
    await sleep(100)
    await first.stop()
    const second = consume(t, t.s())
    await second.has(3)
    await sleep(QUIET)
    return {
      first: withRetries(first),
      log: first.log,
      second: withRetries(second)
        .map((l) => l.replace(/ r\d+$/, ''))
        .sort(),
    }
  },
  'checkpoint survives a reconnect': async (t) => {
    await t.fill(t.s(), 6)
    await create(t, t.s(), { checkPointAfter: 200, checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const first = consume(t, t.s(), { client: t.newClient() })
    await first.has(6)
    await sleep(700)
    await first.stop()
    const { stats } = await info(t, t.s())
    await t.fill(t.s(), 2)
    const second = consume(t, t.s())
    await second.has(2)
    await sleep(QUIET)
    const checkpoint = await t.attempt(t.list(`$persistentsubscription-${t.s()}::${GROUP}-checkpoint`))
    return {
      checkpointed: stats.lastCheckpointedEventRevision,
      second: withRetries(second),
      checkpointEvents: checkpoint.error ? checkpoint.type : [...new Set(checkpoint.map((e) => e.event.type))],
    }
  },
  'group deleted while consumed': async (t) => {
    await t.fill(t.s(), 1)
    await t.client.createPersistentSubscriptionToStream(t.s(), GROUP, settings())
    const w = consume(t, t.s())
    await w.has(1)
    await t.client.deletePersistentSubscriptionToStream(t.s(), GROUP)
    await w.until(() => w.error, 2000)
    return { log: w.log, error: w.error }
  },
  'stream soft-deleted while consumed': async (t) => {
    await t.fill(t.s(), 2)
    await create(t, t.s())
    const w = consume(t, t.s())
    await w.has(2)
    await t.client.deleteStream(t.s())
    await t.fill(t.s(), 2)
    await w.has(4)
    return { events: withRetries(w), log: w.log }
  },
  'maxSubscriberCount reached': async (t) => {
    await create(t, t.s(), { maxSubscriberCount: 1 })
    const first = consume(t, t.s())
    await first.confirmed()
    const second = consume(t, t.s(), { client: t.newClient() })
    await second.until(() => second.error, 2000)
    return { first: first.log, second: second.log, error: second.error }
  },
  'ack of several events at once': async (t) => {
    await t.fill(t.s(), 5)
    await create(t, t.s())
    const w = consume(t, t.s(), { react: () => undefined })
    await w.has(5)
    await w.sub.ack(...w.events)
    await sleep(QUIET)
    const { stats } = await info(t, t.s())
    return { inFlight: stats.totalInFlightMessages, outstanding: stats.outstandingMessagesCount }
  },
  'two consumers: RoundRobin': two(ROUND_ROBIN),
  'two consumers: DispatchToSingle': two(DISPATCH_TO_SINGLE),
  'two consumers: Pinned': two(PINNED),
  'two groups each see everything': async (t) => {
    await t.fill(t.s(), 4)
    await create(t, t.s(), {}, 'one')
    await create(t, t.s(), {}, 'two')
    const pair = ['one', 'two'].map((group) => consume(t, t.s(), { group }))
    await Promise.all(pair.map((w) => w.has(4)))
    return pair.map(withRetries)
  },

  '$all: create, twice, info, list, delete': async (t) => {
    const group = t.s()
    const make = () => done(t, t.client.createPersistentSubscriptionToAll(group, allSettings({ startFrom: END })))
    const out = [await make(), await make()]
    const i = await t.client.getPersistentSubscriptionToAllInfo(group)
    out.push({ eventSource: i.eventSource, groupName: i.groupName, status: i.status, settings: i.settings })
    out.push((await t.client.listPersistentSubscriptionsToAll()).filter((l) => l.groupName === group).length)
    out.push(
      await done(
        t,
        t.client.updatePersistentSubscriptionToAll(group, allSettings({ startFrom: START, maxRetryCount: 2 })),
      ),
    )
    return [
      ...out,
      await done(t, t.client.deletePersistentSubscriptionToAll(group)),
      await done(t, t.client.deletePersistentSubscriptionToAll(group)),
    ]
  },
  '$all: filtered by stream prefix from START': async (t) => {
    await t.fill(t.s('a'), 2)
    await t.fill(t.s('b'), 2)
    const group = t.s()
    await t.client.createPersistentSubscriptionToAll(group, allSettings(), {
      filter: es.streamNameFilter({ prefixes: [t.s('a')] }),
    })
    t.defer(() => t.client.deletePersistentSubscriptionToAll(group))
    const w = consume(t, undefined, { group, all: true })
    await w.has(2)
    await t.fill(t.s('a'), 1)
    await w.has(3)
    await sleep(QUIET)
    return withRetries(w)
  },
  '$all: from a position, filtered by event type': async (t) => {
    const mark = await t.mark()
    await t.client.appendToStream(t.s('x'), [t.ev(t.s('T1')), t.ev(t.s('T2')), t.ev(t.s('T1'))])
    const group = t.s()
    await t.client.createPersistentSubscriptionToAll(group, allSettings({ startFrom: mark }), {
      filter: es.eventTypeFilter({ regex: `^${t.s()}T1$` }),
    })
    t.defer(() => t.client.deletePersistentSubscriptionToAll(group))
    const w = consume(t, undefined, { group, all: true })
    await w.has(2)
    await sleep(QUIET)
    return withRetries(w)
  },
  '$all: from END, park and replay': async (t) => {
    const group = t.s()
    await t.client.createPersistentSubscriptionToAll(group, allSettings({ startFrom: END }), {
      filter: es.streamNameFilter({ prefixes: [t.s('a')] }),
    })
    t.defer(() => t.client.deletePersistentSubscriptionToAll(group))
    let parking = true
    const w = consume(t, undefined, { group, all: true, react: () => (parking ? 'park' : 'ack') })
    await w.confirmed()
    await t.fill(t.s('a'), 2)
    await w.has(2)
    await sleep(QUIET)
    parking = false
    const parkedLines = await t.read(`$persistentsubscription-$all::${group}-parked`, { resolveLinkTos: true })
    await t.client.replayParkedMessagesToAll(group)
    await w.has(4)
    await sleep(QUIET)
    return { parkedLines, events: withRetries(w) }
  },
  'restart of the subsystem': async (t) => {
    await t.fill(t.s(), 2)
    await create(t, t.s())
    const w = consume(t, t.s(), { client: t.newClient() })
    await w.has(2)
    const restarted = await done(t, t.client.restartPersistentSubscriptionSubsystem())
    await w.until(() => w.error || w.log.includes('close'), 3000)
    let again
    for (let i = 0; i < 20; i++) {
      await sleep(150)
      again = await t.attempt(info(t, t.s()))
      if (!again.error) break
    }
    return { restarted, log: w.log, error: w.error ?? 'none', groupStillThere: again.groupName ?? again }
  },
}
