import { randomUUID } from 'node:crypto'
import { definitions, type MosaicEvent } from '@mosaic/contracts/messaging'
import { commandContext, type Engine, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { connectEventStore } from './connect.ts'
import type { EventStore } from './types.ts'

// Made here, so that the repository holds nothing that looks like a key.
const token = ['gh', 'p_', 'aB3xK9mQ7tR2'.repeat(3)].join('')
const password = 'hunter2-hunter2'
const planted = `see ${token}, https://ada:${password}@git.example and "Bearer ${token.slice(4)}1"\n`
const key = /aB3xK9mQ7tR2|hunter2/

let engine: Engine
let store: EventStore
beforeAll(async () => {
  engine = await startEventStore()
  store = connectEventStore({ connectionString: engine.url, instanceId: 'test' })
})
afterAll(async () => {
  await store.close()
  await engine.close()
})

type JsonSchema = {
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  format?: string
  pattern?: string
  minimum?: number
}

/** Values of a schema, one for each of its alternatives, with a key in every string that may say anything. */
function valuesOf(schema: JsonSchema): unknown[] {
  if ('const' in schema) return [schema.const]
  if (schema.enum) return [schema.enum[0]]
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return alternatives.flatMap(valuesOf)
  const { type } = schema
  if (Array.isArray(type)) return type.flatMap((one) => valuesOf({ ...schema, type: one }))
  if (schema.type === 'string') return [textOf(schema)]
  if (schema.type === 'array') return [schema.items ? valuesOf(schema.items) : []]
  if (schema.type === 'integer' || schema.type === 'number') return [schema.minimum ?? 0]
  if (schema.type === 'boolean') return [true]
  if (schema.type === 'null') return [null]
  if (!schema.properties) return [{ [planted]: planted, deep: [{ command: planted }] }]
  return objectsOf(Object.entries(schema.properties))
}

/** As many objects as the field with the most alternatives has; the others begin again. */
function objectsOf(fields: [string, JsonSchema][]): unknown[] {
  const choices = fields.map(([name, schema]) => [name, valuesOf(schema)] as const)
  const most = Math.max(1, ...choices.map(([, values]) => values.length))
  return Array.from({ length: most }, (_, index) =>
    Object.fromEntries(choices.map(([name, values]) => [name, values[index % values.length]])),
  )
}

function textOf({ format, pattern }: JsonSchema): string {
  if (format === 'date-time') return '2026-01-02T03:04:05.000Z'
  if (pattern === undefined) return planted
  const fitting = [randomUUID(), '100', 'default', 'anthropic', 'a'.repeat(64), 'a'.repeat(32), 'a'.repeat(12)].find(
    (text) => new RegExp(pattern).test(text),
  )
  if (fitting === undefined) throw new Error(`nothing here fits ${pattern}`)
  return fitting
}

test.each(Object.entries(definitions))('no key that is planted in %s reaches the log', async (type, { schema }) => {
  const streamId = `planted-${randomUUID()}`
  const values = valuesOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema)
  const context = commandContext({ actor: { kind: 'operator', id: 'local', name: `Ada ${token}` } })
  const appended = await store.append(
    streamId,
    values.map((data) => ({ type, data }) as MosaicEvent),
    {
      expectedRevision: 'no-stream',
      context,
    },
  )
  expect(JSON.stringify(appended)).not.toMatch(key)
  let read = 0
  for await (const item of store.readStream(streamId)) {
    expect(item.kind).toBe('event')
    expect(JSON.stringify(item)).not.toMatch(key)
    read += 1
  }
  expect(read).toBe(values.length)
})

test('the keys are planted: without covering them they would be there', () => {
  const values = Object.values(definitions).flatMap(({ schema }) =>
    valuesOf(z.toJSONSchema(schema, { io: 'input' }) as JsonSchema),
  )
  expect(values.filter((value) => key.test(JSON.stringify(value))).length).toBeGreaterThan(20)
})
