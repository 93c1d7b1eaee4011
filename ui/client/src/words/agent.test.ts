import { expect, test } from 'vitest'
import { agentWord } from './agent.ts'

const at = { agent: null, provider: null }
const house = { providerId: '0198c0de-0000-7000-8000-000000000001', name: 'house', sessionKey: 'agent:main:one' }

test.each([
  [{ ...at, runtime: 'internal' }, 'mosaic'],
  [{ ...at, runtime: 'acp', agent: 'claude-code' }, 'claude-code'],
  [{ ...at, runtime: 'pty' }, 'terminal'],
  [{ ...at, runtime: 'openclaw', provider: house, agent: 'main' }, 'main at house'],
  [{ ...at, runtime: 'openclaw', provider: house }, 'openclaw at house'],
  [{ ...at, runtime: 'other' }, 'other'],
])('%j is called %s', (session, word) => expect(agentWord(session)).toBe(word))
