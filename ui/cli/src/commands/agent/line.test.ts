import { type Client, ProblemError } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, problem, type SpawnAnswer } from '@mosaic/contracts/http'
import { stripVTControlCharacters } from 'node:util'
import { expect, test, vi } from 'vitest'
import type { Context } from '../../gateway/action.ts'
import { afterSpawn } from './after-spawn.ts'
import { lineOf } from './line.ts'

const session = (sessionId: string, labels: readonly string[], position: string) =>
  ({ sessionId, labels, queued: { since: '2026-01-02T03:04:05.000Z', position, most: 100 } }) as unknown as SessionView
const worker = (labels: readonly string[], isAlive = true) => ({ isAlive, presence: { labels, isEmpty: false } })
const away = new ProblemError(
  problem.parse({ type: 'urn:x', title: 't', status: 503, code: 'COORDINATOR_UNAVAILABLE', detail: 'away' }),
)
const sessions = [session('gpu', ['gpu'], '9'), session('plain', [], '10'), session('big', ['big'], '11')]

const clientOf = (workers: object[] | Error) =>
  ({
    call: async (route: unknown) => {
      if (route === gatewayRoutes.sessions) return { items: sessions, nextCursor: null }
      if (route === gatewayRoutes.session) return sessions[0]
      if (workers instanceof Error) throw workers
      return { items: workers }
    },
  }) as unknown as Client

test('an agent that no worker could run was said to be the next in line', async () => {
  const client = clientOf([worker([]), worker(['gpu'], false), worker(['big'])])
  expect([...(await lineOf(client, sessions))]).toEqual([
    ['plain', 1],
    ['big', 2],
    ['gpu', { lacks: ['gpu'] }],
  ])
})

test('while nobody can say which workers are there, none is said to be missing', async () => {
  expect([...(await lineOf(clientOf(away), sessions))]).toEqual([
    ['gpu', 1],
    ['plain', 2],
    ['big', 3],
  ])
})

test('a spawn says that it waits for a worker, not for its turn', async () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const context = { client: clientOf([worker([])]), json: false } as Context
  const answer = { sessionId: 'gpu', queued: { place: 1, most: 100 }, position: '9', changes: null } as SpawnAnswer
  await afterSpawn(context, answer, {})
  expect(stripVTControlCharacters(written.mock.calls.join(''))).toContain(
    'Queued gpu: no worker is there that has gpu, it starts when one is: mosaic worker list',
  )
})
