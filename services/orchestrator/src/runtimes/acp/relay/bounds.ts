import type { Body } from './spoken.ts'

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Whether something that is said there is anywhere within, however deep. */
export function isAnywhere(within: unknown, holds: (value: Body) => boolean): boolean {
  const open: unknown[] = [within]
  while (open.length > 0) {
    const value = open.pop()
    if (Array.isArray(value)) for (const one of value) open.push(one)
    else if (isObject(value)) {
      if (holds(value)) return true
      for (const one of Object.values(value)) open.push(one)
    }
  }
  return false
}

/** The first of these fields that says something. */
export const saidOf = (body: Body, fields: readonly string[]): string | undefined =>
  fields.find((field) => {
    const value = body[field]
    return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)
  })
