import { expect, test } from 'vitest'
import { spec } from '../../../test/session-samples.ts'
import { modelNow } from '../worktree/index.ts'
import { modelNext } from './model-of.ts'

const a = { modelProvider: 'a', model: 'm' }
const b = { modelProvider: 'b', model: 'm' }
const c = { modelProvider: 'b', model: 'n' }
const session = (modelNowIs: typeof a | null, modelChanges: number, fallbacks = [b, c]) => ({
  spec: { ...spec, runtime: { kind: 'internal' as const, ...a, maxTurns: 5, fallbacks } },
  modelNow: modelNowIs,
  modelChanges,
})

test('every model is asked once, from the one that answered last on, and the first again after the last', () => {
  expect(modelNow(session(null, 0))).toEqual(a)
  expect(modelNext(session(null, 0))).toEqual(b)
  expect(modelNext(session(b, 1))).toEqual(c)
  expect(modelNext(session(c, 2))).toBeUndefined()
  expect(modelNext(session(c, 0))).toEqual(a)
})

test('a session that asked for one model has no other', () => {
  expect(modelNext(session(null, 0, []))).toBeUndefined()
})
