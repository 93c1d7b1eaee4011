import { expect, it } from 'vitest'
import { parseEvent } from '../kernel/index.ts'
import { mayActAs, operatorEvents, role } from './index.ts'

it('who signed in before there were roles could do everything', () => {
  const data = { operatorId: 'local', method: 'link' }
  expect(parseEvent(operatorEvents, { type: 'OperatorSignedIn', schemaVersion: 1, data })).toEqual({
    ok: true,
    data: { ...data, role: 'admin' },
  })
})

it('a higher role may do what a lower one may, not the other way round', () => {
  const table = role.options.map((held) => role.options.filter((needed) => mayActAs(held, needed)))
  expect(table).toEqual([['observer'], ['observer', 'operator'], ['observer', 'operator', 'admin']])
})
