import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { definitions, subjects } from './index.ts'

describe('subjects', () => {
  it('names workspace, category, aggregate and type', () => {
    expect(subjects.event('default', 'agentSession-0190d5b0-1', 'AgentPaused')).toBe(
      'mosaic.default.agentSession.0190d5b0-1.AgentPaused',
    )
  })
  it('keeps hostile names from becoming wildcards or further tokens', () => {
    expect(subjects.event('a.b', 'x-y.>.*', 'T ype')).toBe('mosaic.a_b.x.y____.T_ype')
    expect(subjects.workspace('*')).toBe('mosaic._.>')
  })
  it('gives a stream without a dash an aggregate id all the same', () => {
    expect(subjects.event('w', 'lonely', 'T')).toBe('mosaic.w.lonely._.T')
  })
})

describe.each(Object.entries(definitions))('%s', (_, definition) => {
  it('has a JSON Schema of an object', () => {
    expect(z.toJSONSchema(definition.schema)).toMatchObject({ type: 'object', properties: expect.any(Object) })
  })
  it('has an upcast from every older version', () => {
    const older = Array.from({ length: definition.version - 1 }, (_, index) => String(index + 1))
    expect(Object.keys(definition.upcasts)).toEqual(older)
  })
})
