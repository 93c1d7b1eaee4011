import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { expect, test, vi } from 'vitest'
import { exitCodes } from '../../cli.ts'
import type { Context } from '../../gateway/action.ts'
import { waitForMission } from './wait-for-mission.ts'

const ended = '2026-01-02T03:04:05.000Z'
const attempts = ['completed', 'failed'].map((status) => ({ sessionId: 's', round: 1, status }))
const toChoose = { taskId: 't', title: 'Mend it', status: 'executing', round: 1, plan: { models: [1, 2] }, attempts }

/** How waiting for a mission ends that is first as said, and then over. */
async function waiting(first: object, status: 'completed' | 'failed') {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const written = vi.spyOn(process.stderr, 'write').mockReset().mockReturnValue(true)
  const missions = [
    { missionId: 'm', endedAt: null, ...first },
    { missionId: 'm', endedAt: ended, status },
  ]
  const call = async (route: unknown) =>
    route === gatewayRoutes.mission ? missions.shift() : { items: [toChoose], nextCursor: null }
  const context = { client: { call } as unknown as Client, json: true, signal: new AbortController().signal } as Context
  const code = await waitForMission(context, { missionId: 'm', position: '1' })
  return { code, said: written.mock.calls.map(([text]) => text) }
}

test('what waits for a person is said once while the mission goes on', async () => {
  expect(await waiting({ status: 'paused' }, 'completed')).toEqual({
    code: exitCodes.ok,
    said: [
      'It is paused, and waits for you: mosaic mission resume m\n',
      '“Mend it” waits for your choice: mosaic task choose t SESSION\n',
    ],
  })
})

test('a mission that has failed is no success', async () => {
  expect((await waiting({ status: 'running' }, 'failed')).code).toBe(exitCodes.failed)
})
