import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servicePorts } from '@mosaic/runtime'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { serviceNames, services } from './services.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const compose = z
  .object({
    services: z.record(
      z.string(),
      z.object({
        command: z.array(z.string()).optional(),
        environment: z.record(z.string(), z.string()).optional(),
        volumes: z.array(z.string()).default([]),
        ports: z.array(z.string()).default([]),
        healthcheck: z.object({ test: z.array(z.string()) }).optional(),
        depends_on: z.record(z.string(), z.object({ condition: z.literal('service_healthy') })).default({}),
      }),
    ),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(text, { merge: true }))

test('every service has a health check, and waits only for those that there are', () => {
  for (const [name, { healthcheck, depends_on }] of Object.entries(compose.services)) {
    expect(healthcheck, name).toBeDefined()
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)))
  }
})

describe.each(serviceNames)('%s', (name) => {
  const { command = [], environment = {} } = compose.services[name]!

  test('runs a program that there is, at its usual port', () => {
    expect(existsSync(join(root, command[0]!))).toBe(true)
    expect(environment['MOSAIC_PORT']).toBe(String(servicePorts[name]))
  })

  test('is told everything that it needs', () => {
    // Compose puts values into the place of `${…}`; what they are is not looked at here.
    const { error } = services[name].safeParse(environment)
    const missing = error?.issues.filter((issue) => environment[String(issue.path[0])] === undefined)
    expect(missing ?? []).toEqual([])
  })
})

test("the orchestrator has the engine's socket and the folder of worktrees, at the same path inside and out", () => {
  const { volumes } = compose.services['orchestrator']!
  expect(volumes).toContain('/var/run/docker.sock:/var/run/docker.sock')
  expect(volumes.filter((volume) => /^(\$\{MOSAIC_DATA_DIR:-[^}]+\}):\1$/.test(volume))).toHaveLength(1)
  const others = Object.entries(compose.services).filter(([name]) => name !== 'orchestrator')
  expect(others.filter(([, service]) => service.volumes.some((volume) => volume.includes('docker.sock')))).toEqual([])
})

test('nothing but the gateway has a published port, and that on loopback', () => {
  const published = Object.entries(compose.services).flatMap(([name, { ports }]) => ports.map((port) => [name, port]))
  expect(published).toEqual([['gateway', expect.stringMatching(/^127\.0\.0\.1:/)]])
})

test('what has to be filled in stands in the example', () => {
  const example = readFileSync(join(root, 'infra/deploy/standalone.env.example'), 'utf8')
  const asked = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, variable]) => variable!)
  expect(asked.length).toBeGreaterThan(2)
  for (const variable of asked) expect(example).toMatch(new RegExp(`^${variable}=`, 'm'))
})
