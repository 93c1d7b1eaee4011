import monitoring from '@eventstore/db-client/generated/monitoring_pb.js'
import { MonitoringClient } from '@eventstore/db-client/generated/monitoring_grpc_pb.js'
import { credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../index.ts'
import { startSecureNode } from '../../test/secure-node.ts'

let node: EventStoreNode
let client: MonitoringClient
beforeAll(async () => {
  node = await startEventStoreNode({ memory: true })
  client = new MonitoringClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
})
afterAll(async () => {
  client.close()
  await node.close()
})

type Figures = Record<string, string>

/** The first messages of a stream of figures, and when they came. */
function figures(periodMs: number, count: number, over = client): Promise<{ at: number; stats: Figures }[]> {
  const request = new monitoring.StatsReq()
  request.setRefreshTimePeriodInMs(String(periodMs))
  const call = over.stats(request)
  const found: { at: number; stats: Figures }[] = []
  return new Promise((resolve, reject) => {
    call.on('data', (answer: InstanceType<typeof monitoring.StatsResp>) => {
      found.push({ at: performance.now(), stats: Object.fromEntries(answer.getStatsMap().toArray()) })
      if (found.length === count) call.cancel()
    })
    call.once('error', (fault: Error) => (found.length === count ? resolve(found) : reject(fault)))
  })
}

test('figures come at once and then again and again, under the names of EventStoreDB', async () => {
  const begun = performance.now()
  const found = await figures(250, 3)
  expect(found[2]!.at - begun).toBeGreaterThan(450)
  const { stats } = found[0]!
  expect(Number(stats['proc-id'])).toBe(process.pid)
  expect(Date.parse(stats['proc-startTime']!)).toBeLessThan(Date.now())
  for (const name of ['proc-mem', 'sys-freeMem', 'sys-totalMem', 'es-checksum']) {
    expect(`${name} ${Number(stats[name]) >= 0}`).toBe(`${name} true`)
  }
})

test('without a period figures come as fast as they can', async () => {
  const found = await figures(0, 50)
  expect(found[49]!.at - found[0]!.at).toBeLessThan(10_000)
})

test('a period longer than any timer brings figures once', async () => {
  const found = await Promise.race([
    figures(2 ** 40, 2),
    new Promise<'once'>((resolve) => setTimeout(() => resolve('once'), 300)),
  ])
  expect(found).toBe('once')
  expect(await figures(2 ** 40, 1)).toHaveLength(1)
})

test('anybody may ask a node that wants credentials', async () => {
  await using secure = await startSecureNode()
  const over = new MonitoringClient(secure.address, secure.ssl)
  expect(await figures(1000, 1, over)).toHaveLength(1)
  over.close()
})
