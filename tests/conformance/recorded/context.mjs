// Per-scenario helpers: naming, clients, normalisation of what the server answered.
import { createRequire } from 'node:module'
import { randomUUID } from 'node:crypto'
import path from 'node:path'

// The client is taken from the package one runs the probe in.
const require = createRequire(path.join(process.cwd(), 'package.json'))
export const es = require('@eventstore/db-client')
const pkg = (name) => require(`@eventstore/db-client/generated/${name}`)
const ofClient = createRequire(require.resolve('@eventstore/db-client'))
export const grpc = ofClient('@grpc/grpc-js')
export const pb = {
  timestamp: ofClient('google-protobuf/google/protobuf/timestamp_pb'),
  empty: ofClient('google-protobuf/google/protobuf/empty_pb'),
  streams: pkg('streams_pb'),
  persistent: pkg('persistent_pb'),
  shared: pkg('shared_pb'),
  gossip: pkg('gossip_pb'),
  services: {
    streams: pkg('streams_grpc_pb').StreamsClient,
    persistent: pkg('persistent_grpc_pb').PersistentSubscriptionsClient,
    features: pkg('serverfeatures_grpc_pb').ServerFeaturesClient,
    gossip: pkg('gossip_grpc_pb').GossipClient,
  },
}

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms))
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi
const PLAIN = { credentials: { username: 'admin', password: 'changeit' } } // credentials make the client use Append

const record = (r) => (r ? `${r.streamId}@${r.revision} ${r.type}` : '-')
/** One line per resolved event: "stream@revision type", followed by "<- link" when a link was resolved. */
export const brief = (e) => (e.link ? `${record(e.event)} <- ${record(e.link)}` : record(e.event))
/** 0,1,2,5 -> "0..2,5" */
export const ranges = (numbers) => {
  const out = []
  for (const n of numbers.map(Number)) {
    const last = out.at(-1)
    if (last && n === last[1] + 1) last[1] = n
    else out.push([n, n])
  }
  return out.map(([a, b]) => (a === b ? `${a}` : `${a}..${b}`)).join(',')
}
export const revs = (events) => ranges(events.map((e) => (e.link ?? e.event).revision))
export const cmp = (a, b) => (a < b ? -1 : a > b ? 1 : 0)
/** How a list of values is ordered. */
export const order = (values) => {
  if (values.some((v) => v === undefined)) return 'undefined'
  const signs = new Set(values.slice(1).map((v, i) => cmp(values[i], v)))
  if (signs.size === 0) return 'single'
  if (signs.size === 1) return { '-1': 'increasing', 0: 'equal', 1: 'decreasing' }[[...signs][0]]
  return signs.has(1) ? (signs.has(-1) ? 'mixed' : 'non-increasing') : 'non-decreasing'
}
export const groupBy = (items, key) => {
  const out = {}
  for (const i of items) (out[key(i)] ??= []).push(i)
  return out
}

/** A client error by class, type and typed fields; never by text. */
export const describeError = (e) => {
  const out = { error: e?.constructor?.name ?? String(e), type: e?.type }
  for (const k of ['code', 'streamName', 'groupName', 'expectedVersion', 'actualVersion', 'maxAppendSize']) {
    if (e?.[k] !== undefined) out[k] = e[k]
  }
  return out
}

/** Records what a subscription emits, and waits for conditions on it. */
export class Watch {
  events = []
  log = []
  error = undefined
  constructor(sub, onEvent) {
    this.sub = sub
    for (const name of ['confirmation', 'caughtUp', 'fellBehind', 'end', 'close']) {
      sub.on(name, () => this.#add(name))
    }
    sub.on('error', (e) => {
      this.error = describeError(e)
      this.#add(`error ${e.type ?? e.constructor.name}`)
    })
    sub.on('data', (e) => {
      this.events.push(e)
      this.#add('event')
      onEvent?.(e, this)
    })
  }
  #add(name) {
    if (name === 'event' && this.log.at(-1)?.startsWith('event')) return // collapse runs of events
    this.log.push(name)
  }
  /** Waits until the condition holds or the time is over; tells which. */
  async until(condition, ms = 30_000) {
    const end = Date.now() + ms
    while (Date.now() < end) {
      if (condition(this)) return true
      await sleep(5)
    }
    return Boolean(condition(this))
  }
  has(n) {
    return this.until(() => this.events.length >= n)
  }
  confirmed() {
    return this.until(() => this.log.includes('confirmation') || this.error)
  }
  caughtUp(ms) {
    return this.until(() => this.log.includes('caughtUp') || this.error, ms)
  }
  get briefs() {
    return this.events.map(brief)
  }
  async stop() {
    await Promise.race([this.sub.unsubscribe(), sleep(500)])
    await sleep(30)
  }
}

export class Context {
  #labels = new Map()
  #cleanups = []
  #client
  constructor(url, name) {
    this.url = url
    this.name = name
    this.prefix = `p${randomUUID().replaceAll('-', '').slice(0, 12)}x`
    const { host } = new URL(url.replace(/^esdb(\+discover)?:/, 'http:'))
    this.address = host
  }

  // --- names, ids, events
  s(name = '') {
    return this.prefix + name
  }
  id(label) {
    for (const [id, l] of this.#labels) if (l === label) return id
    const id = randomUUID()
    this.#labels.set(id, label)
    return id
  }
  /** A JSON event; with a label its id is normalised to '#label' and can be reused. */
  ev(type = 'T', data = {}, label = undefined, metadata = undefined) {
    return es.jsonEvent({ type, data, metadata, ...(label && { id: this.id(label) }) })
  }
  seq(n, type = 'T', from = 0) {
    return Array.from({ length: n }, (_, i) => this.ev(type, { i: from + i }))
  }
  /** Events with the given labels as ids. */
  labelled(...labels) {
    return labels.map((l) => this.ev('T', { l }, l))
  }
  link(stream, revision) {
    return es.binaryEvent({ type: '$>', data: Buffer.from(`${revision}@${stream}`) })
  }

  // --- clients
  newClient(params = '') {
    const url = params ? this.url + (this.url.includes('?') ? '&' : '?') + params : this.url
    return this.track(es.EventStoreDBClient.connectionString(url))
  }
  track(client) {
    this.defer(async () => {
      await Promise.race([client.dispose(), sleep(500)])
      ;(await Promise.race([client.getChannel(), sleep(100)]))?.close()
    })
    return client
  }
  get client() {
    return (this.#client ??= this.newClient())
  }
  raw(service) {
    const client = new pb.services[service](this.address, grpc.credentials.createInsecure())
    this.defer(() => client.close())
    return client
  }
  defer(fn) {
    this.#cleanups.push(fn)
  }
  async cleanup() {
    for (const fn of this.#cleanups.toReversed()) {
      try {
        await fn()
      } catch {
        /* the scenario is over */
      }
    }
  }

  // --- operations
  async attempt(promise) {
    try {
      return await promise
    } catch (e) {
      return describeError(e)
    }
  }
  /** The outcome, or { pending: true } when nothing came back in time. */
  async within(ms, promise) {
    return Promise.race([this.attempt(promise), sleep(ms).then(() => ({ pending: true }))])
  }
  options(how, expectedRevision, more = {}) {
    return {
      ...(how === 'plain' ? PLAIN : {}),
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
      ...more,
    }
  }
  /** Appends and answers { next, position: 'present' } or the error. */
  async append(stream, events, expectedRevision, how = 'batch', client = this.client) {
    const r = await this.attempt(client.appendToStream(stream, events, this.options(how, expectedRevision)))
    return r.error
      ? r
      : {
          ...(r.success ? {} : { success: r.success }),
          next: r.nextExpectedRevision,
          position: r.position ? 'present' : 'absent',
        }
  }
  fill(stream, n, type = 'T') {
    return this.client.appendToStream(stream, this.seq(n, type))
  }
  async list(stream, options = {}) {
    const out = []
    for await (const e of this.client.readStream(stream, options)) out.push(e)
    return out
  }
  /** Reads as short lines, or the error. */
  async read(stream, options = {}) {
    return this.attempt(this.list(stream, options).then((l) => l.map(brief)))
  }
  /** Revisions a reader sees from the start, or the error type. */
  async state(stream) {
    const r = await this.attempt(this.list(stream))
    return r.error ? r.type : revs(r)
  }
  /** Position of the newest event of the database. */
  async mark() {
    const newest = async () => {
      let last
      for await (const e of this.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 })) last = e
      return last?.event.position
    }
    const position = await newest()
    if (position) return position
    await this.fill(this.s('mark'), 1) // an empty database
    return newest()
  }
  /** True for events this scenario wrote itself, not those a projection derived from them. */
  own(e) {
    const { streamId } = e.link ?? e.event
    return streamId.includes(this.prefix) && !/^\$(ce|et|category|bc|streams)/.test(streamId)
  }
  /** Own events in $all after a mark. */
  async allSince(mark, options = {}) {
    const out = []
    for await (const e of this.client.readAll({ fromPosition: mark, ...options })) {
      const { position } = e.link ?? e.event
      if (this.own(e) && position.commit > mark.commit) out.push(e)
    }
    return out
  }
  watch(sub, onEvent) {
    const w = new Watch(sub, onEvent)
    this.defer(() => Promise.race([sub.unsubscribe(), sleep(300)]))
    return w
  }

  // --- normalisation
  text(s) {
    return s
      .replaceAll(this.prefix, '<s>')
      .replaceAll(this.address, '<host>')
      .replace(UUID, (id) => (this.#labels.has(id) ? `#${this.#labels.get(id)}` : '<uuid>'))
  }
  normalise(value) {
    if (value === undefined || value === null) return null
    if (typeof value === 'bigint') {
      return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
        ? Number(value)
        : value.toString()
    }
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object') return value
    if (value instanceof Date) return '<date>'
    if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') }
    if (value instanceof Map) return this.normalise(Object.fromEntries(value))
    if (Array.isArray(value)) return value.map((v) => this.normalise(v))
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, v]) => v !== undefined)
        .map(([k, v]) => [this.text(k), this.normalise(v)]),
    )
  }
}
