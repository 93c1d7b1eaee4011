import { z } from 'zod'

/** One version of the data schema per event type; older versions are brought up by `upcasts` before parsing. */
export type EventDefinition<Schema extends z.ZodType = z.ZodType> = {
  readonly schema: Schema
  readonly version: number
  /** `upcasts[n]` turns data of version n into version n + 1. */
  readonly upcasts: Readonly<Record<number, (data: unknown) => unknown>>
}

/** The first version of an event. */
export const event = <Schema extends z.ZodType>(schema: Schema): EventDefinition<Schema> => ({
  schema,
  version: 1,
  upcasts: {},
})

/** Brings data of one version to the next. What is not an object at all is left for the schema to refuse. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>

/** A later version of an event: its schema now, and how the data of each version before becomes the one after it. */
export const eventSince = <Schema extends z.ZodType>(
  schema: Schema,
  upcasts: readonly [Upcast, ...Upcast[]],
): EventDefinition<Schema> => ({
  schema,
  version: upcasts.length + 1,
  upcasts: Object.fromEntries(
    upcasts.map((upcast, index) => [index + 1, (data: unknown) => (isObject(data) ? upcast(data) : data)]),
  ),
})

const isObject = (data: unknown): data is Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

/** The union of facts that a record of definitions describes. */
export type EventsOf<Definitions extends Record<string, EventDefinition>> = {
  [Type in keyof Definitions & string]: {
    readonly type: Type
    readonly data: z.infer<Definitions[Type]['schema']>
  }
}[keyof Definitions & string]

export type Unparsable = {
  readonly code: 'UNKNOWN_EVENT_TYPE' | 'UNKNOWN_EVENT_VERSION' | 'INVALID_EVENT_DATA'
  readonly message: string
}

/**
 * Brings stored data to the newest version of its type and parses it. Nothing is thrown: what does not parse is
 * answered as a reason, for the reader to put in quarantine with the event's position.
 */
export function parseEvent(
  definitions: Readonly<Record<string, EventDefinition>>,
  stored: { type: string; data: unknown; schemaVersion: number },
): { ok: true; data: unknown } | { ok: false; reason: Unparsable } {
  const definition = Object.hasOwn(definitions, stored.type) ? definitions[stored.type] : undefined
  if (!definition) return unparsable('UNKNOWN_EVENT_TYPE', `no definition of ${stored.type}`)
  if (stored.schemaVersion > definition.version) {
    return unparsable(
      'UNKNOWN_EVENT_VERSION',
      `${stored.type} has version ${stored.schemaVersion}, known is ${definition.version}`,
    )
  }
  let data = stored.data
  for (let version = stored.schemaVersion; version < definition.version; version++) {
    const upcast = definition.upcasts[version]
    if (!upcast) return unparsable('UNKNOWN_EVENT_VERSION', `${stored.type} has no upcast from version ${version}`)
    data = upcast(data)
  }
  const parsed = definition.schema.safeParse(data)
  return parsed.success
    ? { ok: true, data: parsed.data }
    : unparsable('INVALID_EVENT_DATA', z.prettifyError(parsed.error))
}

const unparsable = (code: Unparsable['code'], message: string) => ({ ok: false as const, reason: { code, message } })
