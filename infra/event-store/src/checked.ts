import type { EventDefinition } from '@mosaic/contracts/kernel'
import { InvalidEventError } from './errors.ts'

/** What the schema makes of a part of an event. @throws InvalidEventError naming the field. */
export function checked(
  schema: EventDefinition['schema'],
  value: unknown,
  { type, part }: { readonly type: string; readonly part: 'data' | 'metadata' },
): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InvalidEventError(type, [part, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'does not parse')
}
