import type { Body } from './spoken.ts'

export const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** Of what is asked, in values, and in how many others one may stand: each is walked through several times. */
const [mostValues, mostDeep] = [200_000, 200]
const [quote, backslash, comma, openList, closeList, openObject, closeObject] = Buffer.from('"\\,[]{}')

/** Whether a JSON text has no more in it than may be walked through, before anything is made of it. */
export function isWithin(json: Buffer): boolean {
  let [values, deep, isString] = [1, 0, false]
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) isString = !isString
    else if (isString) at += byte === backslash ? 1 : 0
    else if (byte === closeList || byte === closeObject) deep--
    else if (byte === openList || byte === openObject) [values, deep] = [values + 1, deep + 1]
    else if (byte === comma) values++
    if (values > mostValues || deep > mostDeep) return false
  }
  return true
}

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
