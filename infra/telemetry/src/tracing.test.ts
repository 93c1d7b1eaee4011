import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseTraceparent } from './traceparent.ts'
import { currentTraceparent, inSpan, isTracing, openSpan, startTracing, stopTracing, within } from './tracing.ts'

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const traceIdOf = (traceparent: string | undefined) => parseTraceparent(traceparent ?? '')?.traceId

test('where nobody wants spans, work is done and nothing else', async () => {
  expect([isTracing(), openSpan('work'), currentTraceparent()]).toEqual([false, undefined, undefined])
  expect(await inSpan('work', { parent }, async (span) => span ?? 'no span')).toBe('no span')
  expect(within(parent, () => currentTraceparent() ?? 'no trace')).toBe('no trace')
})

describe('where spans are wanted', () => {
  // Nobody listens there: what cannot be sent is no matter of who makes spans.
  beforeEach(() => startTracing({ service: 'test', onProblem: () => undefined }))
  afterEach(() => stopTracing(100))

  test('what is begun within a span belongs to it, however long it waits', async () => {
    const inner = await inSpan('outer', { parent }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return inSpan('inner', {}, async (span) => span?.traceparent)
    })
    expect(traceIdOf(inner)).toBe(traceIdOf(parent))
    expect(inner).not.toBe(parent)
    expect(currentTraceparent()).toBeUndefined()
  })

  test('a parent that is named goes before what is under way', async () => {
    await inSpan('under way', {}, async (outer) => {
      expect(traceIdOf(openSpan('of another', { parent })?.traceparent)).toBe(traceIdOf(parent))
      expect(traceIdOf(openSpan('of this')?.traceparent)).toBe(traceIdOf(outer?.traceparent))
    })
  })

  test("work is done as part of another's trace, or of none", async () => {
    await inSpan('under way', {}, async () => {
      expect(within(parent, currentTraceparent)).toBe(parent)
      expect(within(undefined, currentTraceparent)).toBeUndefined()
    })
  })

  test('what throws has failed, and throws on', async () => {
    await expect(inSpan('work', {}, () => Promise.reject(new TypeError('no')))).rejects.toThrow(TypeError)
  })
})
