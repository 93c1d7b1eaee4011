import { expect, test } from 'vitest'
import { type Doer, doerChoice } from './spawn-doer.ts'
import { beginForm, inputOf, isShown, modelsFor, refusedDoer, type SpawnForm } from './spawn-form.ts'

const last = {
  repository: '/code',
  baseBranch: 'main',
  model: 'opus',
  agent: null,
  runtime: 'internal',
  requestedAt: '2026-01-01T00:00:00.000Z',
}
const by = (doer: Doer): string => doerChoice(doer)
/** With something in every field. */
const filled: SpawnForm = {
  doer: by({ kind: 'own' }),
  command: 'bash',
  agent: 'main',
  repository: '/code',
  branch: 'main',
  task: 'Sort it.',
  name: 'fixer',
  approvals: 'ask',
  model: 'opus',
  agentType: 'lead',
  sandbox: 'docker',
  withChanges: true,
}

test('a form begins where the last agent was spawned, and asks for nothing that is left empty', () => {
  expect(inputOf(beginForm([last]))).toEqual({
    repository: '/code',
    branch: 'main',
    task: '',
    model: 'opus',
    agentType: 'worker',
  })
  expect(inputOf({ ...beginForm([last]), branch: ' ', model: '' })).toEqual({
    repository: '/code',
    task: '',
    agentType: 'worker',
  })
  expect(inputOf(beginForm([]))).toEqual({ repository: '', task: '', agentType: 'worker' })
})

test('a form does not begin where a session came up at a provider', () => {
  const later = { ...last, requestedAt: '2026-01-02T00:00:00.000Z' }
  const adopted = { ...later, runtime: 'openclaw', agent: 'main', repository: null, baseBranch: null, model: null }
  expect(beginForm([last, adopted])).toEqual(beginForm([last]))
  expect(beginForm([last, { ...later, runtime: 'acp', agent: 'opencode' }]).doer).toBe('preset opencode')
})

const onBranch = {
  repository: '/code',
  branch: 'main',
  task: 'Sort it.',
  name: 'fixer',
  agentType: 'lead',
  sandbox: 'docker',
  withChanges: true,
}
test.each<[Doer, object]>([
  [{ kind: 'own' }, { ...onBranch, model: 'opus', approvals: 'ask' }],
  [
    { kind: 'preset', name: 'claude-code' },
    { ...onBranch, model: 'opus', runtime: 'acp', agent: 'claude-code', approvals: 'ask' },
  ],
  [{ kind: 'terminal' }, { ...onBranch, runtime: 'pty', command: 'bash' }],
  [
    { kind: 'provider', runtime: 'openclaw', name: 'house' },
    {
      task: 'Sort it.',
      name: 'fixer',
      agentType: 'lead',
      model: 'opus',
      runtime: 'openclaw',
      provider: 'house',
      agent: 'main',
    },
  ],
])('%j is asked for what it takes and nothing else', (doer, input) =>
  expect(inputOf({ ...filled, doer: by(doer) })).toEqual(input),
)

test('a terminal needs no task', () => {
  const form = { ...filled, doer: by({ kind: 'terminal' }), task: '' }
  expect(inputOf(form).task).toBe('A terminal: bash')
})

test('what is refused of who does the work is said beside that choice', () => {
  const form = { doer: by({ kind: 'provider', runtime: 'openclaw', name: 'house' }) }
  expect(refusedDoer(form, { provider: 'it is off' })).toBe('it is off')
  expect(refusedDoer(form, { agent: 'there is none' })).toBeUndefined()
  expect(refusedDoer({ doer: by({ kind: 'preset', name: 'opencode' }) }, { agent: 'not installed' })).toBe(
    'not installed',
  )
  expect([isShown(form, 'agent'), isShown(form, 'provider'), isShown(form, 'repository')]).toEqual([true, true, false])
})

test('an agent of another maker is offered models that it can ask alone', () => {
  const models = ['scripted:hello', 'other:m']
  expect(modelsFor(undefined, models)).toEqual(models)
  expect(modelsFor({ modelProviders: ['anthropic', 'other'] }, models)).toEqual(['other:m', 'anthropic', 'other'])
  expect(modelsFor({ modelProviders: ['scripted'] }, models)).toEqual(['scripted:hello'])
})
