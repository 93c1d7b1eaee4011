import { expect, test } from 'vitest'
import { gatesOffWords } from './gates-off.ts'

const session = (name: string, yolo: boolean, status: 'running' | 'completed' = 'running') => ({
  name,
  status,
  quality: { profile: 'standard' as const, yolo },
})

test('nothing is said while everything is looked at', () => {
  expect(gatesOffWords({ orchestrator: { status: 'healthy' } }, [session('a', false)])).toBeNull()
})

test('who lives and passes unseen is named, who has ended is not', () => {
  expect(gatesOffWords({}, [session('a', true), session('b', true, 'completed'), session('c', false)])).toBe(
    'Changes of a are committed and pushed unseen.',
  )
})

test('of a whole instance it is said whoever lives', () => {
  expect(gatesOffWords({ orchestrator: { status: 'healthy', gatesOff: true } }, [])).toContain('all agents')
})
