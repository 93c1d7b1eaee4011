import type { AgentSessionEventOf } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import type { Observed } from '../../journal/observed.ts'
import { turnedAway } from './turned-away.ts'

type Data = AgentSessionEventOf<'NetworkConnectionRecorded'>['data']

test('a private registry that was not reached was named only in a line that nobody had seen', () => {
  let told: (observed: Observed) => void = () => undefined
  const away = turnedAway({
    onEvent(listener) {
      told = listener
      return () => (told = () => undefined)
    },
  })
  const connection = (over: Partial<Data>) => {
    const sums = { count: 1, bytesSent: 0, bytesReceived: 0, durationMs: 0 }
    const data = {
      sessionId: 's',
      host: 'registry.corp',
      port: 443,
      outcome: 'refused',
      reason: null,
      ...sums,
      ...over,
    }
    told({ event: { type: 'NetworkConnectionRecorded', data } } as Observed)
  }
  connection({ outcome: 'allowed', host: 'fine.example' })
  connection({ reason: 'ADDRESS_NOT_PUBLIC' })
  connection({ reason: 'ADDRESS_NOT_PUBLIC', count: 7 })
  connection({ reason: 'HOST_NOT_ALLOWED', host: 'other.example', port: 8080 })
  connection({ reason: 'TOO_MANY_CONNECTIONS', host: null, port: null })
  expect(away.lines()).toEqual([
    'registry.corp:443 was not reached: its address is not on the public internet, and reached once that is named as well, beside its name (hosts under network in mosaic.yaml)',
    'other.example:8080 was not reached: it is not among the hosts that this may reach (hosts under network in mosaic.yaml)',
  ])
  away.stop()
  connection({ reason: 'UNREACHABLE', host: 'late.example' })
  expect(away.lines()).toHaveLength(2)
})
