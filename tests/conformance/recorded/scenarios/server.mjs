// What the node says about itself: supported methods, gossip, discovery, HTTP endpoints.
import { es, pb } from '../context.mjs'

const unary = (t, service, method, req = new pb.shared.Empty()) =>
  new Promise((resolve, reject) => t.raw(service)[method](req, (e, r) => (e ? reject(e) : resolve(r))))
const methods = async (t, pattern) => {
  const r = await unary(t, 'features', 'getSupportedMethods')
  return r
    .getMethodsList()
    .map((m) => `${m.getServiceName()}/${m.getMethodName()} ${m.getFeaturesList().sort().join(',')}`.trim())
    .filter((m) => pattern.test(m))
    .sort()
}
const http = async (t, path, init) => {
  const r = await fetch(`http://${t.address}${path}`, init)
  const text = await r.text()
  let body
  try {
    body = JSON.parse(text)
  } catch {
    body = undefined
  }
  return { status: r.status, type: r.headers.get('content-type')?.split(';')[0] ?? 'none', text, body }
}
const keys = (v) => (v && typeof v === 'object' && !Array.isArray(v) ? Object.keys(v).sort() : typeof v)

export default {
  'supported methods: streams': (t) => methods(t, /\.streams\.Streams\//i),
  'supported methods: persistent subscriptions': (t) => methods(t, /PersistentSubscriptions\//i),
  'supported methods: services': async (t) => [...new Set((await methods(t, /./)).map((m) => m.split('/')[0]))],
  'server version': async (t) => {
    const v = (await unary(t, 'features', 'getSupportedMethods')).getEventStoreServerVersion()
    return { form: v.replace(/\d+/g, 'n'), recent: Number(v.split('.')[0]) >= 21 }
  },
  'gossip over gRPC': async (t) => {
    const members = (await unary(t, 'gossip', 'read')).getMembersList()
    const [host, port] = t.address.split(':')
    return members.map((m) => ({
      state: m.getState(),
      alive: m.getIsAlive(),
      instanceId: m.getInstanceId()?.hasString()
        ? 'string'
        : m.getInstanceId()?.hasStructured()
          ? 'structured'
          : 'none',
      address: m.getHttpEndPoint()?.getAddress() === host,
      port: m.getHttpEndPoint()?.getPort() === Number(port),
      hasTimestamp: m.getTimeStamp() !== '0',
    }))
  },
  'cluster connection: two seeds': async (t) => {
    const out = {}
    for (const preference of ['leader', 'follower', 'random']) {
      const client = t.track(
        es.EventStoreDBClient.connectionString(
          `esdb://${t.address},${t.address}?tls=false&nodePreference=${preference}`,
        ),
      )
      const s = t.s(preference)
      const r = await t.attempt(client.appendToStream(s, t.ev()))
      out[preference] = { next: r.nextExpectedRevision ?? r, state: await t.state(s) }
    }
    return out
  },
  'cluster connection: esdb+discover': async (t) => {
    const client = t.track(es.EventStoreDBClient.connectionString(`esdb+discover://${t.address}?tls=false`))
    await client.appendToStream(t.s(), t.seq(2))
    return t.state(t.s())
  },
  'connection string with credentials and trailing slash': async (t) => {
    const client = t.track(
      es.EventStoreDBClient.connectionString(`esdb://admin:changeit@${t.address}/?tls=false&connectionName=probe`),
    )
    return (await client.appendToStream(t.s(), t.seq(2))).nextExpectedRevision
  },
  'requiresLeader is fine on a leader': async (t) => ({
    append: (await t.client.appendToStream(t.s(), t.ev(), { requiresLeader: true })).nextExpectedRevision,
    read: (await t.list(t.s(), { requiresLeader: true })).length,
  }),
  'http: health': async (t) => {
    const out = {}
    for (const path of ['/health/live', '/health/ready', '/health/live?liveCode=200']) {
      const r = await http(t, path)
      out[path] = [r.status, r.text]
    }
    return out
  },
  'http: info': async (t) => {
    const { status, type, body } = await http(t, '/info')
    return {
      status,
      type,
      keys: keys(body),
      state: body.state,
      features: keys(body.features),
      authentication: body.authentication?.type,
    }
  },
  'http: gossip': async (t) => {
    const { status, type, body } = await http(t, '/gossip')
    const [m] = body.members
    return {
      status,
      type,
      keys: keys(body),
      members: body.members.length,
      member: keys(m),
      state: m.state,
      isAlive: m.isAlive,
    }
  },
  'http: stats': async (t) => {
    const { status, type, body } = await http(t, '/stats')
    return { status, type, keys: keys(body) }
  },
  'http: unknown path and wrong method': async (t) => ({
    unknown: (await http(t, '/no/such/path')).status,
    post: (await http(t, '/info', { method: 'POST' })).status,
  }),
  'projections: listing': async (t) => {
    const r = await t.attempt(t.client.listProjections())
    return r.error
      ? r
      : {
          keys: keys(r[0]),
          system: r
            .map((p) => p.name)
            .filter((n) => n.startsWith('$'))
            .sort(),
        }
  },
}
