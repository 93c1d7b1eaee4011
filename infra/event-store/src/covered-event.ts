import { nestsTooDeep } from '@mosaic/contracts/kernel'
import { definitions } from '@mosaic/contracts/messaging'
import type { Redactor } from '@mosaic/redaction'
import { checked } from './checked.ts'
import { InvalidEventError } from './errors.ts'
import type { NewEvent } from './types.ts'

/** An event as its schema has it, and its data as they are written. */
export type CoveredEvent<Event = NewEvent> = { readonly event: Event; readonly version: number; readonly json: string }

/**
 * The one place where events are made: what is secret in them goes no further, not to who asked for them either. Nearly
 * none holds a secret. That is told by the JSON that is going to be written anyway; an event that is suspected, or
 * refused, is looked through text by text. @throws InvalidEventError for what no reader would take
 */
export function coveredEvent<Event extends NewEvent>(given: Event, redactor: Redactor): CoveredEvent<Event> {
  const asItIs = writableOrNot(given)
  return asItIs && !redactor.mayChange(asItIs.json) ? asItIs : writable(redactor.value(given))
}

/** What is said of a refused event may name what it holds: that is said when it is covered. */
function writableOrNot<Event extends NewEvent>(given: Event): CoveredEvent<Event> | undefined {
  try {
    return writable(given)
  } catch {
    return undefined
  }
}

/** Parsed by its own schema: what does not parse would poison its stream. @throws InvalidEventError */
function writable<Event extends NewEvent>({ type, data }: Event): CoveredEvent<Event> {
  const definition = Object.hasOwn(definitions, type) ? definitions[type] : undefined
  if (!definition) throw new InvalidEventError(type, 'type', 'there is no such event')
  const parsed = checked(definition.schema, data, { type, part: 'data' })
  // The schema of `type` has just vouched for its data.
  return { event: { type, data: parsed } as Event, version: definition.version, json: jsonOf(parsed, type) }
}

/** @throws InvalidEventError */
function jsonOf(data: unknown, type: string): string {
  try {
    const json = JSON.stringify(data)
    if (!nestsTooDeep(json)) return json
  } catch (error) {
    // So deep that writing it exhausts the stack.
    if (!(error instanceof RangeError)) throw error
  }
  throw new InvalidEventError(type, 'data', 'nests too deep')
}
