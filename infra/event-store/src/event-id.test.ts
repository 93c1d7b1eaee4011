import { describe, expect, it } from 'vitest'
import { commandIdOf, eventIdsOf, uuidv5 } from './index.ts'

describe('event ids', () => {
  const command = '0190d5b0-0000-7000-8000-000000000000'
  it('are UUIDs of version 5', () => {
    expect(uuidv5('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
  it('are those that have always been: a command from before an update, sent again, appends nothing', () => {
    expect(uuidv5('a')).toBe('9012323f-59d1-52b4-999d-a0f5d58e1851')
  })
  it('are the same for the same command, stream and index, and differ otherwise', () => {
    const names = [
      [command, 's', 0],
      [command, 's', 1],
      [command, 't', 0],
      ['x', 's', 0],
      [command, 's', 12_345],
    ] as const
    const ids = names.map(([commandId, streamId, index]) => eventIdsOf(commandId, streamId)(index))
    expect(ids).toEqual(names.map((name) => uuidv5(name.join('/'))))
    expect(new Set(ids).size).toBe(names.length)
  })
})

describe('ids of commands asked for under a key', () => {
  const asked = { workspaceId: 'default', operatorId: 'ada', key: uuidv5('kill-all/completed') }
  it('are the same for the same key of the same person, and another person’s are others', () => {
    expect(commandIdOf(asked)).toBe(commandIdOf({ ...asked }))
    expect(commandIdOf({ ...asked, operatorId: 'grace' })).not.toBe(commandIdOf(asked))
    expect(commandIdOf({ ...asked, workspaceId: 'other' })).not.toBe(commandIdOf(asked))
  })
  it('are never an id that the system itself gives a command, so that a guessed key suppresses nothing', () => {
    expect(commandIdOf(asked)).not.toBe(asked.key)
  })
})
