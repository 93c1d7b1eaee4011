import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { appendForeign, eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario } from '../../test/scenario.ts'
import { mayMount, SmallDisk } from '../../test/small-disk.ts'
import { DiskReserve } from './disk-reserve.ts'

const megabyte = 1024 ** 2

describe.runIf(mayMount)('the reserve of a disk (as root)', () => {
  test('is kept where there is room several times over, and given up where there is none', async () => {
    using small = new SmallDisk(100 * megabyte)
    await new DiskReserve(small.path).keep()
    expect(existsSync(join(small.path, 'reserve'))).toBe(false)

    using disk = new SmallDisk(200 * megabyte)
    const reserve = new DiskReserve(disk.path)
    await reserve.keep()
    expect([existsSync(join(disk.path, 'reserve')), reserve.giveUpIfFull()]).toEqual([true, false])
    disk.fill()
    expect([reserve.giveUpIfFull(), reserve.giveUpIfFull()]).toEqual([true, false])
    await reserve.keep()
    expect(existsSync(join(disk.path, 'reserve'))).toBe(false)
    disk.free()
    await reserve.keep()
    expect(existsSync(join(disk.path, 'reserve'))).toBe(true)
  })
})

describe.runIf(mayMount)('a disk that is full by somebody else’s doing (as root)', () => {
  let disk: SmallDisk
  let harness: Harness
  let client: Client
  beforeAll(async () => {
    disk = new SmallDisk(400 * megabyte)
    harness = await Harness.start({ eventStoreData: join(disk.path, 'eventstore') })
    client = await harness.orchestrator({ MOSAIC_DATA_DIR: disk.path })
  })
  afterAll(async () => {
    await harness.close()
    disk[Symbol.dispose]()
  })

  /** Until the event store, which has some room ahead, takes nothing more. */
  async function fillStore(): Promise<void> {
    for (const length of [20_000, 1]) {
      const event = { type: 'Filling', data: { filler: 'x'.repeat(length) } }
      const isTaken = () =>
        appendForeign(harness.eventStore.url, 'filler', event).then(
          () => true,
          () => false,
        )
      while (await isTaken());
    }
  }

  test('what was killed could not be recorded before somebody made room', async () => {
    await eventually('the reserve is there', () => existsSync(join(disk.path, 'reserve')))
    // Commands are ended where the disk is full; one that waits for a person does nothing.
    const model = scenario([{ call: { tool: 'ask_operator', input: { question: 'Which?' } } }, finish()])
    const sessionId = await client.spawn({ repository: makeRepository(), task: 'Ask.', model })
    await harness.reached(sessionId, 'AgentWaitingForOperator')
    disk.fill()
    await fillStore()
    await client.post(`/agents/${sessionId}/kill`)
    await harness.reached(sessionId, 'AgentKilled')
    expect(existsSync(join(disk.path, 'reserve'))).toBe(false)
  })
})
