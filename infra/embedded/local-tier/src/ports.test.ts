import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { choosePorts, machinePorts, type PortCheck } from './ports.ts'

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

describe('locks on ports in the folder of all users', () => {
  const place = () => {
    const parent = mkdtempSync(join(tmpdir(), 'mosaic-ports-test-'))
    onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
    return parent
  }
  const takeOne = async (folder: string) => {
    const ports = machinePorts('127.0.0.1', folder)
    const port = await ports.any()
    expect(await ports.take(port)).toBe(true)
    ports.release()
    return port
  }

  test('are made in a folder of our own', async () => {
    const folder = join(place(), 'ours')
    expect(readdirSync(folder.replace('/ours', ''))).toEqual([])
    const port = await takeOne(folder)
    expect(readdirSync(folder)).toEqual([`${port}.lock`])
  })

  test('were written through a link that another had put there', async () => {
    const parent = place()
    mkdirSync(join(parent, 'elsewhere'))
    symlinkSync(join(parent, 'elsewhere'), join(parent, 'ours'))
    await takeOne(join(parent, 'ours'))
    expect(readdirSync(join(parent, 'elsewhere'))).toEqual([])
  })

  test.runIf(process.getuid?.() === 0)('were read and removed in a folder of another user', async () => {
    const folder = join(place(), 'theirs')
    mkdirSync(folder)
    for (let port = 1; port < 100; port++) writeFileSync(join(folder, String(port)), '')
    chownSync(folder, 65_534, 65_534)
    await takeOne(folder)
    expect(readdirSync(folder)).toHaveLength(99)
  })
})
