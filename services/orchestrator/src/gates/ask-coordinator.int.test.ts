import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CheckRequest } from '@mosaic/contracts/quality'
import { createUpstream } from '@mosaic/http'
import { expect, test } from 'vitest'
import { coordinatorAsked } from './ask-coordinator.ts'

test('a kill waited for a coordinator that does not answer', async () => {
  const coordinator = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(coordinator, 'listening')
  const url = `http://127.0.0.1:${(coordinator.address() as AddressInfo).port}`
  const upstream = createUpstream({ name: 'coordinator', url, unavailable: 'COORDINATOR_UNAVAILABLE' })
  const killed = new AbortController()
  const asked = coordinatorAsked(upstream, 60_000)({} as CheckRequest, killed.signal)
  await once(coordinator, 'request')
  killed.abort(new Error('killed'))
  // The coordinator has 45 s to answer: longer than this test may take.
  await expect(asked).rejects.toThrow('killed')
  coordinator.closeAllConnections()
  coordinator.close()
}, 20_000)
