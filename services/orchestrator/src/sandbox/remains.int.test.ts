import { randomUUID } from 'node:crypto'
import { eventually } from '@mosaic/kit'
import { describe, expect, it } from 'vitest'
import { candidates, TestSandbox } from '../../test/sandboxes.ts'
import { strikeGroups, strikeRemains } from './remains.ts'

const family = 'sleep 1010 & (env -i setsid sleep 1011 >/dev/null 2>&1 </dev/null &) ; sleep 1012'

for (const { provider, works, title } of await candidates()) {
  describe.runIf(works && provider.kind !== 'docker')(title, () => {
    it('is ended by somebody who did not make it, from what stands on the disk, and nobody else is', async () => {
      await using test = await TestSandbox.start(provider)
      await using other = await TestSandbox.start(provider)
      const running = [test.run(family), other.run(family)]
      const alive = (of: TestSandbox) => of.sandbox.descendants().then(({ length }) => length)
      await eventually('both families', async () => (await alive(test)) >= 3 && (await alive(other)) >= 3)
      const bystanders = await alive(other)
      const { sessionId } = test
      strikeGroups(new Set([sessionId]))
      await eventually('nobody is left', async () => !(await strikeRemains(new Set([sessionId]))).has(sessionId))
      expect(await test.sandbox.descendants()).toEqual([])
      expect(await alive(other), 'more may have come meanwhile').toBeGreaterThanOrEqual(bystanders)
      await test.sandbox.signalKill()
      await other.sandbox.signalKill()
      await Promise.allSettled(running)
    })
  })
}

it('of sessions that have no sandbox nobody is found', async () => {
  const unknown = new Set([randomUUID()])
  expect([...strikeGroups(unknown).values()]).toEqual([0])
  expect(await strikeRemains(unknown)).toEqual(new Map())
})
