import { z } from 'zod'
import type { EventDefinition } from '../kernel/index.ts'
import { definitions } from './definitions.ts'

/**
 * All that two programs have to agree on to share a log: event types, their versions and the JSON Schema of their data. The
 * same text for the same contracts, in whatever order they are written down.
 */
export function contractsText(events: Readonly<Record<string, EventDefinition>> = definitions): string {
  const all = Object.entries(events).map(([type, { schema, version }]) => [
    type,
    { version, schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) },
  ])
  return JSON.stringify(Object.fromEntries(all), (key, value: unknown) => {
    if (key === 'required' && Array.isArray(value)) return value.toSorted()
    return isObject(value) ? inOrder(value) : value
  })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const inOrder = (value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
