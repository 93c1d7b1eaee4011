// Concurrent writers.
import { es, order, ranges, revs, groupBy } from '../context.mjs'

const { ANY, NO_STREAM } = es
const times = (n, f) => Promise.all(Array.from({ length: n }, (_, i) => f(i)))
const tally = (results) => {
  const out = {}
  for (const r of results) out[r.type ?? 'success'] = (out[r.type ?? 'success'] ?? 0) + 1
  return out
}

const oneWins = (how, n, clients) => async (t) => {
  const pool = Array.from({ length: clients }, () => t.newClient())
  const rounds = []
  for (const [round, expected] of [NO_STREAM, 0n, 1n, 2n].entries()) {
    const all = await times(n, (i) => t.append(t.s(), t.ev(`w${round}`), expected, how, pool[i % clients]))
    rounds.push({ ...tally(all), actual: [...new Set(all.filter((r) => r.error).map((r) => String(r.actualVersion)))] })
  }
  return { rounds, state: await t.state(t.s()) }
}
const anyGapless = (how, n, clients) => async (t) => {
  const pool = Array.from({ length: clients }, () => t.newClient())
  const all = await times(n, (i) => t.append(t.s(), t.ev(), ANY, how, pool[i % clients]))
  return {
    results: tally(all),
    next: ranges(all.map((r) => r.next).sort((a, b) => Number(a - b))),
    state: await t.state(t.s()),
  }
}

export default {
  '2 writers, same expected revision (batch)': oneWins('batch', 2, 2),
  '50 writers, same expected revision (batch)': oneWins('batch', 50, 5),
  '50 writers, same expected revision (plain)': oneWins('plain', 50, 5),
  '50 writers with ANY (batch)': anyGapless('batch', 50, 5),
  '50 writers with ANY (plain)': anyGapless('plain', 50, 5),
  '100 appends at once over one client': async (t) => {
    const all = await times(100, (i) => t.client.appendToStream(t.s(), t.ev('T', { i })))
    const events = await t.list(t.s())
    return {
      next: ranges(all.map((r) => r.nextExpectedRevision).sort((a, b) => Number(a - b))),
      distinct: new Set(events.map((e) => e.event.data.i)).size,
      state: revs(events),
    }
  },
  'multi-event appends stay together in the stream and in $all': async (t) => {
    const mark = await t.mark()
    const pool = Array.from({ length: 4 }, () => t.newClient())
    await times(40, (i) =>
      pool[i % 4].appendToStream(
        t.s(`s${i % 5}`),
        Array.from({ length: 5 }, (_, k) => t.ev('T', { i, k })),
      ),
    )
    const runs = (events) =>
      events.every((e, n) => e.event.data.k === n % 5 && e.event.data.i === events[n - (n % 5)].event.data.i)
    const all = await t.allSince(mark)
    const streams = groupBy(all, (e) => e.event.streamId)
    return {
      count: all.length,
      together: runs(all),
      perStream: Object.values(streams).map((l) => [l.length, runs(l), revs(l)]),
      commit: order(all.map((e) => e.event.position.commit)),
    }
  },
  // Latecomers may be refused or time out while the first write is in flight, so only the outcome is recorded.
  'the same events from five writers are written once': async (t) => {
    const events = t.labelled('a', 'b', 'c')
    const pool = Array.from({ length: 5 }, () => t.newClient())
    const out = {}
    for (const [name, expected] of Object.entries({ any: ANY, none: NO_STREAM })) {
      const all = await times(5, (i) => t.append(t.s(name), events, expected, 'batch', pool[i]))
      const won = all.filter((r) => !r.error)
      out[name] = {
        someoneWon: won.length > 0,
        next: [...new Set(won.map((r) => r.next))],
        state: await t.state(t.s(name)),
      }
    }
    return out
  },
  'appends race one soft delete': async (t) => {
    await t.fill(t.s(), 5)
    const [removed, ...appended] = await Promise.all([
      t.attempt(t.newClient().deleteStream(t.s())),
      ...Array.from({ length: 10 }, () => t.append(t.s(), t.ev(), ANY)),
    ])
    const events = await t.attempt(t.list(t.s()))
    const last = Math.max(...appended.map((r) => Number(r.next)))
    return {
      removed: removed.error ?? 'done',
      results: tally(appended),
      last,
      gapless: events.error ? true : revs(events).split(',').length === 1,
    }
  },
}
