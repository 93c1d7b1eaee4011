import { expect, test } from 'vitest'
import { choosePorts, type PortCheck } from './ports.ts'

function machine(busy: (port: number) => boolean): PortCheck {
  const taken = new Set<number>()
  let next = 50_000
  return {
    take: async (port) => {
      if (busy(port) || taken.has(port)) return false
      taken.add(port)
      return true
    },
    any: async () => next++,
  }
}

test('the usual ports where they are free', async () => {
  expect(
    await choosePorts(
      machine(() => false),
      {},
    ),
  ).toEqual({
    eventstore: 2113,
    nats: 4222,
    postgres: 5432,
    'scripted-model': 3002,
    relay: 3003,
    projector: 3004,
    coordinator: 3005,
    orchestrator: 3001,
    gateway: 3000,
  })
})

test('the ports of last time come first, a wanted one before them', async () => {
  const ports = await choosePorts(
    machine(() => false),
    {
      recorded: { gateway: 3010, nats: 4232 },
      wanted: { gateway: 8080 },
    },
  )
  expect(ports).toMatchObject({ gateway: 8080, nats: 4232, postgres: 5432 })
})

test('a port that is taken is replaced by the next in steps of ten, then by any', async () => {
  const busy = new Set([3000, 5432])
  const ports = await choosePorts(
    machine((port) => busy.has(port) || (port >= 4222 && port < 5000)),
    {},
  )
  expect(ports).toMatchObject({ gateway: 3010, postgres: 5442, nats: 50_000 })
})

test('a wanted port that is taken is an error that names it, never another port', async () => {
  const busy = machine((port) => port === 8080)
  await expect(choosePorts(busy, { wanted: { gateway: 8080 } })).rejects.toThrow(/^port 8080 is taken/)
})

test('no other component gets the port that was asked for', async () => {
  const ports = await choosePorts(
    machine(() => false),
    { wanted: { gateway: 2113 } },
  )
  expect(ports).toMatchObject({ gateway: 2113, eventstore: 2123 })
})

test('wanting port 0 is wanting any', async () => {
  const ports = await choosePorts(
    machine(() => false),
    { recorded: { gateway: 3010 }, wanted: { gateway: 0 } },
  )
  expect(ports.gateway).toBe(50_000)
})
