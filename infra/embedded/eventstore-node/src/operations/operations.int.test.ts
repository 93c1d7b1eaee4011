import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  EventStoreDBClient,
  START,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import operations from '@eventstore/db-client/generated/operations_pb.js'
import { OperationsClient } from '@eventstore/db-client/generated/operations_grpc_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { type ServiceError, credentials } from '@grpc/grpc-js'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../index.ts'
import { ADMIN, OPS, outcome, signedAs, startSecureNode } from '../../test/secure-node.ts'

const folder = mkdtempSync(join(tmpdir(), 'eventstore-operations-'))
let node: EventStoreNode
let client: OperationsClient
let events: EventStoreDBClient
let shutDown = false
beforeEach(async () => {
  shutDown = false
  node = await startEventStoreNode({ data: folder, onShutdown: () => (shutDown = true) })
  client = new OperationsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
  events = EventStoreDBClient.connectionString(node.connectionString)
})
afterEach(async () => {
  client.close()
  await events.dispose()
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})

type Unary = 'shutdown' | 'mergeIndexes' | 'resignNode' | 'restartPersistentSubscriptions'
const OK = { code: 'OK' }
const call = (method: Unary, over = client, who: string | null = null) =>
  outcome((done) => over[method](new shared.Empty(), signedAs(who), done))

function startScavenge(threads = 1) {
  const options = new operations.StartScavengeReq.Options()
  options.setThreadCount(threads)
  const request = new operations.StartScavengeReq()
  request.setOptions(options)
  return outcome<InstanceType<typeof operations.ScavengeResp>>((done) => client.startScavenge(request, done))
}
function stopScavenge(id: string | undefined) {
  const request = new operations.StopScavengeReq()
  if (id !== undefined) {
    const options = new operations.StopScavengeReq.Options()
    options.setScavengeId(id)
    request.setOptions(options)
  }
  return outcome<InstanceType<typeof operations.ScavengeResp>>((done) => client.stopScavenge(request, done))
}
const { ScavengeResult } = operations.ScavengeResp

const patience = { timeout: 60_000 }
/** Enough streams for many steps of a scavenge. */
const fill = () =>
  Promise.all(
    Array.from({ length: 3000 }, (_, n) => events.appendToStream(`s-${n}`, jsonEvent({ type: 'T', data: {} }))),
  )
async function completed(id: string): Promise<Record<string, unknown>> {
  for await (const { event } of events.subscribeToStream(`$scavenges-${id}`)) {
    if (event?.type === '$scavengeCompleted') return event.data as Record<string, unknown>
  }
  throw new Error('the subscription ended')
}

describe('a scavenge', () => {
  test('that runs is not started again, and can be stopped by its id', async () => {
    await fill()
    const { id, first, again, other } = await vi.waitFor(async () => {
      const started = (await startScavenge()).value!
      const id = started.getScavengeId()
      // They are answered in their order: where the last finds it running, the others did.
      const asked = await Promise.all([startScavenge(), stopScavenge('other'), stopScavenge(id)])
      const [again, other, stopped] = asked
      if (stopped.code === 'OK') return { id, first: started.getScavengeResult(), again: again.value!, other }
      await completed(id)
      if (again.value!.getScavengeId() !== id) await completed(again.value!.getScavengeId())
      throw new Error('it had ended before it was stopped')
    }, patience)
    expect(first).toBe(ScavengeResult.STARTED)
    expect([again.getScavengeId(), again.getScavengeResult()]).toEqual([id, ScavengeResult.INPROGRESS])
    expect(other).toMatchObject({
      code: 'NOT_FOUND',
      trailers: { exception: 'scavenge-not-found', 'scavenge-id': id },
    })
    expect(await completed(id)).toMatchObject({
      scavengeId: id,
      result: 'Stopped',
      nodeEndpoint: `127.0.0.1:${node.port}`,
    })
  })

  test('that runs can be stopped as the current one', async () => {
    await fill()
    const [started, stopped] = await vi.waitFor(async () => {
      const both = await Promise.all([startScavenge(), stopScavenge('current')])
      if (both[1].code === 'OK') return both
      await completed(both[0].value!.getScavengeId())
      throw new Error('it had ended before it was stopped')
    }, patience)
    expect(stopped.value!.getScavengeId()).toBe(started.value!.getScavengeId())
    expect(stopped.value!.getScavengeResult()).toBe(ScavengeResult.STOPPED)
  })

  test('that does not run is not found', async () => {
    const trailers = { exception: 'scavenge-not-found', 'scavenge-id': '' }
    for (const id of ['nobody-knows-it', 'current', '']) {
      expect(await stopScavenge(id)).toMatchObject({ code: 'NOT_FOUND', trailers })
    }
    expect(await stopScavenge(undefined)).toMatchObject({ code: 'UNKNOWN' })
  })

  test('leaves its course in the log, and without threads fails', async () => {
    const id = (await startScavenge(0)).value!.getScavengeId()
    expect(await completed(id)).toMatchObject({ result: 'Failed' })
    const other = (await startScavenge()).value!.getScavengeId()
    expect(await completed(other)).toMatchObject({ result: 'Success', error: null })
    const links: unknown[] = []
    for await (const { event } of events.readStream('$scavenges', { resolveLinkTos: true })) links.push(event?.type)
    expect(links.slice(0, 3)).toEqual(['$scavengeStarted', '$scavengeCompleted', '$scavengeStarted'])
  })
})

test.each(['mergeIndexes', 'resignNode'] as const)('%s is nothing to do, and done', async (method) => {
  expect(await call(method)).toMatchObject(OK)
  await expect(events.appendToStream('s', jsonEvent({ type: 'T', data: {} }))).resolves.toMatchObject({ success: true })
})

test('a priority is shown in the gossip', async () => {
  const request = new operations.SetNodePriorityReq()
  request.setPriority(-7)
  expect(await outcome((done) => client.setNodePriority(request, done))).toMatchObject(OK)
  const { members } = (await (await fetch(`http://127.0.0.1:${node.port}/gossip`)).json()) as {
    members: { nodePriority: number }[]
  }
  expect(members.map(({ nodePriority }) => nodePriority)).toEqual([-7])
})

test('restarting persistent subscriptions drops their consumers, and new ones go on', async () => {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
  await events.createPersistentSubscriptionToStream('s', 'group', settings)
  const consume = () => events.subscribeToPersistentSubscriptionToStream('s', 'group')
  const first = consume()
  const dropped = new Promise<Error>((resolve) => first.once('error', resolve))
  await new Promise((resolve) => first.once('confirmation', resolve))
  expect(await call('restartPersistentSubscriptions')).toMatchObject(OK)
  expect(await dropped).toMatchObject({ type: 'persistent-subscription-dropped' })
  await events.appendToStream('s', jsonEvent({ type: 'After', data: {} }))
  for await (const { event } of consume()) {
    expect(event?.type).toBe('After')
    break
  }
})

test('a shutdown is answered, then open calls end and the node is gone', async () => {
  const reading = events.subscribeToStream('s')
  const ended = new Promise<ServiceError>((resolve) => reading.once('error', resolve as (fault: Error) => void))
  await new Promise((resolve) => reading.once('confirmation', resolve))
  expect(await call('shutdown')).toMatchObject(OK)
  expect(await ended).toMatchObject({ type: 'unavailable' })
  await expect.poll(() => shutDown).toBe(true)
  await expect(fetch(`http://127.0.0.1:${node.port}/health/live`)).rejects.toThrow()
  // Its folder is free for the next one.
  await (await startEventStoreNode({ data: folder })).close()
})

test('a shutdown ends the process, and well', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--mem', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const [, port] = /:(\d+)\?/.exec(line.toString())!
  const over = new OperationsClient(`127.0.0.1:${port}`, credentials.createInsecure())
  expect(await call('shutdown', over)).toMatchObject(OK)
  expect(await ended).toEqual([0, null])
  over.close()
})

test('operations are for operators and administrators', async () => {
  await using secure = await startSecureNode()
  const over = new OperationsClient(secure.address, secure.ssl)
  const denied = { code: 'PERMISSION_DENIED', trailers: { exception: 'access-denied' } }
  for (const method of ['mergeIndexes', 'resignNode', 'restartPersistentSubscriptions', 'shutdown'] as const) {
    expect(await call(method, over)).toMatchObject(denied)
  }
  expect(await outcome((done) => over.startScavenge(new operations.StartScavengeReq(), done))).toMatchObject(denied)
  expect(await call('mergeIndexes', over, OPS)).toMatchObject(OK)
  expect(await call('resignNode', over, ADMIN)).toMatchObject(OK)
  over.close()
})
