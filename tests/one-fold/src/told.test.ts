import { parseEvent } from '@mosaic/contracts/kernel'
import { definitions } from '@mosaic/contracts/messaging'
import { fleetHistory } from '@mosaic/kit'
import { allProjections } from '@mosaic/projector'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

const told = fc.sample(fleetHistory, { numRuns: 300, seed: 1 }).flat()

/** Of others' facts it has an entry as of any, and no state that they are folded into. */
const withoutStates = new Set(['operator-audit'])

test('histories told of sessions alone, and what is folded of tasks, budgets or queues was compared with nothing', () => {
  const types = new Set(told.map(({ type }) => type))
  for (const { name, handles } of allProjections) {
    if (withoutStates.has(name)) continue
    expect(
      handles.filter((type) => !types.has(type)),
      name,
    ).toEqual([])
  }
})

test('what histories tell is what a log may hold', () => {
  for (const { type, data, metadata } of told) {
    const parsed = parseEvent(definitions, { type, data, schemaVersion: metadata.schemaVersion })
    expect(parsed.ok ? type : parsed.reason.message).toBe(type)
  }
})
