import { expect, test } from 'vitest'
import { beginForm, inputOf, modelsFor } from './spawn-form.ts'

const last = { repository: '/code', baseBranch: 'main', model: 'opus', agent: null }

test('a form begins where the last agent was spawned, and asks for nothing that is left empty', () => {
  expect(inputOf(beginForm(last))).toEqual({
    repository: '/code',
    branch: 'main',
    task: '',
    model: 'opus',
    agentType: 'worker',
  })
  expect(inputOf({ ...beginForm(last), branch: ' ', model: '' })).toEqual({
    repository: '/code',
    task: '',
    agentType: 'worker',
  })
  expect(inputOf(beginForm(undefined))).toEqual({ repository: '', task: '', agentType: 'worker' })
})

test('changes are taken along where that was said', () => {
  expect(inputOf({ ...beginForm(last), withChanges: true })).toMatchObject({ withChanges: true })
})

test('an agent of another maker is asked for by its name; whether it is to ask is said of none of ours', () => {
  const asking = { ...beginForm(last), approvals: 'ask' }
  expect(inputOf({ ...asking, agent: 'claude-code' })).toMatchObject({
    runtime: 'acp',
    agent: 'claude-code',
    approvals: 'ask',
  })
  expect(inputOf(asking)).not.toHaveProperty('approvals')
  expect(beginForm({ ...last, agent: 'opencode' }).agent).toBe('opencode')
})

test('an agent of another maker is offered models that it can ask alone', () => {
  const models = ['scripted:hello', 'other:m']
  expect(modelsFor(undefined, models)).toEqual(models)
  expect(modelsFor({ modelProviders: ['anthropic', 'other'] }, models)).toEqual(['other:m', 'anthropic', 'other'])
  expect(modelsFor({ modelProviders: ['scripted'] }, models)).toEqual(['scripted:hello'])
})
