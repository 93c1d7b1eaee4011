import { expect, test } from 'vitest'
import { z } from 'zod'
import { event, eventSince } from '../kernel/index.ts'
import { contractsText, definitions } from './index.ts'

const one = z.object({ a: z.string(), b: z.int() })
const text = contractsText({ One: event(one), Two: event(z.object({})) })

test('contracts are told apart by their types, versions and fields, not by their order', () => {
  expect(contractsText({ Two: event(z.object({})), One: event(z.object({ b: z.int(), a: z.string() })) })).toBe(text)
  for (const other of [
    { One: event(one) },
    { One: eventSince(one, [(data) => data]), Two: event(z.object({})) },
    { One: event(one.extend({ a: z.string().nullable() })), Two: event(z.object({})) },
    { One: event(one.extend({ c: z.string().optional() })), Two: event(z.object({})) },
  ])
    expect(contractsText(other)).not.toBe(text)
})

test('every event is in it', () => {
  expect(Object.keys(JSON.parse(contractsText()) as object).toSorted()).toEqual(Object.keys(definitions).toSorted())
})
