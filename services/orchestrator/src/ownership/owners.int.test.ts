import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { newId } from '@mosaic/contracts/kernel'
import { type Engine, eventually, startMessaging } from '@mosaic/kit'
import { connectMessaging, type KeyValue, type Messaging } from '@mosaic/messaging'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Owners } from './owners.ts'

// Owners on different machines: each has a folder of its own, so that only the heartbeat tells.

const heartbeat = { everyMs: 100, silenceMs: 1500 }
const closers: (() => unknown)[] = []
let nats: Engine

beforeEach(async () => void (nats = await startMessaging()))
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
  await nats.close()
})

/** Beats in which a silence would long have been noticed. */
const manyBeats = (2 * heartbeat.silenceMs) / heartbeat.everyMs

async function owner(over: Partial<KeyValue> = {}, beat = heartbeat) {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-owners-'))
  const messaging = connectMessaging({ url: nats.url, name: 'test' })
  let beats = 0
  const keyValue: Messaging['keyValue'] = (bucket, options) => {
    const real = { ...messaging.keyValue(bucket, options), ...over }
    const put: KeyValue['put'] = async (...entry) => {
      beats++
      return real.put(...entry)
    }
    return { ...real, put }
  }
  const owners = new Owners({ ownerId: newId(), folder, messaging: { ...messaging, keyValue }, heartbeat: beat })
  await eventually('NATS', () => messaging.connected())
  await owners.start()
  closers.push(
    () => rmSync(folder, { recursive: true }),
    () => messaging.close(),
    () => owners.stop(),
  )
  const beaten = () => {
    const enough = beats + manyBeats
    return eventually('many beats', () => beats >= enough)
  }
  return { owners, messaging, beaten }
}

test('an owner whose heartbeat is heard is there, and one that fell silent is gone', async () => {
  const [here, there] = [await owner(), await owner()]
  await there.beaten()
  expect(await here.owners.isGone(there.owners.ownerId)).toBe(false)
  await there.messaging.close()
  await eventually('it is gone', () => here.owners.isGone(there.owners.ownerId))
  expect(await here.owners.isGone(here.owners.ownerId)).toBe(false)
})

test('an owner that had just begun was called gone before it was first heard', async () => {
  const here = await owner()
  await here.beaten()
  const begun = newId()
  expect(await here.owners.isGone(begun)).toBe(false)
  await eventually('it has been silent for long', () => here.owners.isGone(begun))
})

test('who is there is counted, and counts no more once it is gone', async () => {
  const [here, there] = [await owner(), await owner()]
  await eventually('both are counted', () => here.owners.living === 2)
  await there.owners.stop()
  await eventually('it is alone', () => here.owners.living === 1)
})

test('an owner that said goodbye is gone, however long a silence would have to last', async () => {
  const patient = { ...heartbeat, silenceMs: 3_600_000 }
  const [here, there] = [await owner({}, patient), await owner({}, patient)]
  await eventually('both are counted', () => here.owners.living === 2)
  expect(await here.owners.isGone(there.owners.ownerId)).toBe(false)
  await there.owners.stop()
  await eventually('it is gone', () => here.owners.isGone(there.owners.ownerId))
})

test('while NATS is away nobody is called gone, and after it has come back the silence is counted anew', async () => {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-owners-nats-'))
  closers.push(() => rmSync(data, { recursive: true, force: true }))
  await nats.close()
  nats = await startMessaging({ data })
  const port = Number(new URL(nats.url).port)
  const [here, there] = [await owner(), await owner()]
  await there.messaging.close()
  await nats.close()
  await eventually('it is noticed', () => !here.messaging.connected())
  // Nothing can be heard: the silence has to last.
  await wait(2 * heartbeat.silenceMs)
  expect(await here.owners.isGone(there.owners.ownerId)).toBe(false)
  nats = await startMessaging({ data, port })
  await eventually('it is gone', () => here.owners.isGone(there.owners.ownerId))
})

test('two owners whose beats NATS no longer takes do not call each other gone', async () => {
  const put = async (): Promise<number> => {
    throw new Error('the disk is full')
  }
  const [here, there] = [await owner({ put }), await owner({ put })]
  await Promise.all([here.beaten(), there.beaten()])
  expect([await here.owners.isGone(there.owners.ownerId), await there.owners.isGone(here.owners.ownerId)]).toEqual([
    false,
    false,
  ])
})

test('nobody is called gone before the silence was listened to', async () => {
  const { owners } = await owner()
  expect(await owners.isGone(newId())).toBe(false)
})
