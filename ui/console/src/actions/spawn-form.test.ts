import { expect, test } from 'vitest'
import { beginForm, inputOf } from './spawn-form.ts'

const last = { repository: '/code', baseBranch: 'main', model: 'opus' }

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
