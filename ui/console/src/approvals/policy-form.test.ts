import { approvalPolicy } from '@mosaic/contracts/approval'
import { expect, test } from 'vitest'
import { emptyRule, fieldsOfPolicy, formOf, policyOf } from './policy-form.ts'

const policy = approvalPolicy.parse({
  rules: [
    { effect: 'deny', path: '**/.env' },
    { effect: 'ask', command: 'git push*', note: 'Somebody looks first.' },
    { effect: 'ask', costAboveUsd: 2.5 },
  ],
  waitSeconds: 3600,
  atTimeout: 'allow',
})

test('a policy goes through the form as it is', () => {
  expect(policyOf(formOf(policy))).toEqual({ policy })
})

test('where there is none the form begins with what counts then', () => {
  expect(policyOf(formOf(null))).toEqual({ policy: approvalPolicy.parse({}) })
})

test('what is left empty is not named, and a wait that is left empty is the usual one', () => {
  const form = { ...formOf(null), rules: [{ ...emptyRule(), tool: ' shell ' }], waitSeconds: ' ' }
  expect(policyOf(form)).toEqual({ policy: approvalPolicy.parse({ rules: [{ effect: 'ask', tool: 'shell' }] }) })
})

test('what is wrong is said by field, as the gateway names them', () => {
  const rules = [emptyRule(), { ...emptyRule(), costAboveUsd: 'much', tool: 'a\u0007b' }]
  const { errors } = policyOf({ ...formOf(null), rules, waitSeconds: '0' })
  expect(Object.keys(errors ?? {}).toSorted()).toEqual(['rules[1].costAboveUsd', 'rules[1].tool', 'waitSeconds'])
  expect(Object.values(errors ?? {}).every((message) => message !== '')).toBe(true)
  expect(fieldsOfPolicy({ 'policy.rules[1].tool': 'expected', policy: 'else' })).toEqual({
    'rules[1].tool': 'expected',
    '': 'else',
  })
})
