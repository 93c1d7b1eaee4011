import type { ApprovalPolicy, ApprovalRule } from '@mosaic/contracts/approval'
import { expect, test } from 'vitest'
import { judge, type JudgedCall, type Policies } from './judge.ts'

const policy = (rules: ApprovalRule[], otherwise: ApprovalPolicy['otherwise'] = 'allow'): ApprovalPolicy => ({
  rules,
  otherwise,
  waitSeconds: 60,
  atTimeout: 'deny',
})
const call = (given: Partial<JudgedCall>): JudgedCall => ({
  tool: 'shell',
  command: null,
  paths: [],
  hosts: [],
  spentUsd: 0,
  ...given,
})
const shell = (command: string) => call({ command })
const by = (rules: ApprovalRule[], otherwise?: ApprovalPolicy['otherwise']): Policies => [
  { of: 'workspace', policy: policy(rules, otherwise) },
]
const said = (policies: Policies, given: JudgedCall) => {
  const judged = judge(policies, given)
  return judged && `${judged.effect} ${judged.because.policy} ${judged.because.rule}`
}

test('where nobody has said anything nothing is judged', () => {
  expect(judge([], shell('rm -rf /'))).toBeUndefined()
})

test('of one policy the first rule that fits counts, of several policies the strictest', () => {
  const rules: ApprovalRule[] = [
    { effect: 'allow', tool: 'read_*' },
    { effect: 'ask', tool: '*' },
    { effect: 'deny', tool: 'read_file' },
  ]
  expect(said(by(rules), call({ tool: 'read_file' }))).toBe('allow workspace 1')
  const three: Policies = [
    { of: 'workspace', policy: policy([{ effect: 'ask', tool: 'shell' }]) },
    { of: 'mission', policy: policy([], 'deny') },
    { of: 'task', policy: policy([{ effect: 'allow', tool: 'shell' }]) },
  ]
  expect(said(three, shell('ls'))).toBe('deny mission null')
  expect(said([three[0]!, three[2]!], shell('ls'))).toBe('ask workspace 1')
})

test('all that a rule names has to fit', () => {
  const rules = by([{ effect: 'deny', tool: 'shell', command: 'git push*', costAboveUsd: 1 }])
  expect(said(rules, shell('git push'))).toBe('allow workspace null')
  expect(said(rules, { ...shell('git push'), spentUsd: 1.5 })).toBe('deny workspace 1')
  expect(said(rules, { ...shell('git pull'), spentUsd: 1.5 })).toBe('allow workspace null')
})

const push: ApprovalRule[] = [{ effect: 'ask', command: 'git push*' }]

test.each([
  'git push',
  'cd x && git push --force',
  'true; git   push',
  '(git push)',
  'echo $(git push)',
  'echo `git push`',
  'A=1 git push',
  '/usr/bin/git push',
  'g"i"t push',
  'sudo -n git push',
  "sh -c 'git push'",
  "bash -lc 'cd x; git push'",
  'if true; then git push; fi',
  'f() { git push; }; f',
  'cat <<E\n$(git push)\nE',
  'diff <(git push) x',
  // What it starts cannot be said.
  'eval "$X"',
  '$X push',
  "echo 'unclosed",
  'sh -c "$X"',
  `${'$('.repeat(5000)}`,
  `${'env '.repeat(4000)}git push`,
  `echo ${'x'.repeat(20_000)}`,
])('a rule about git push asks of %s', (command) => {
  expect(judge(by(push), shell(command))?.effect).toBe('ask')
})

test.each(['git pull', 'git status && npm test', 'echo git push', "echo 'git push'"])(
  'a rule about git push does not ask of %s',
  (command) => {
    expect(judge(by(push), shell(command))?.effect).toBe('allow')
  },
)

const onlyGit: ApprovalRule[] = [
  { effect: 'allow', command: 'git {status,diff}*' },
  { effect: 'allow', command: 'ls*' },
]

test.each([
  ['git status', 'allow'],
  ['git status && ls -l', 'allow'],
  ['git diff | rm x', 'deny'],
  ['git status; $(curl x)', 'deny'],
  ['./git status', 'deny'],
  ['PATH=/tmp git status', 'deny'],
  ["git 'status", 'deny'],
  ['git push', 'deny'],
])('what is allowed by its name is that program and nothing besides: %s', (command, effect) => {
  expect(judge(by(onlyGit, 'deny'), shell(command))?.effect).toBe(effect)
})

test.each([
  [['src/a.ts'], 'allow'],
  [['src/x/a.ts', 'src/b.ts'], 'allow'],
  [['src/a.ts', 'package.json'], 'ask'],
  [[], 'ask'],
  [['src/.env'], 'deny'],
] as const)('paths %j', (paths, effect) => {
  const rules: ApprovalRule[] = [
    { effect: 'deny', path: '**/.env' },
    { effect: 'allow', path: 'src/**' },
  ]
  expect(judge(by(rules, 'ask'), call({ tool: 'write_file', paths }))?.effect).toBe(effect)
})

test('hosts fit whatever case they were written in', () => {
  const rules = by([{ effect: 'deny', host: '*.Example.org' }])
  expect(said(rules, call({ hosts: ['api.example.org'] }))).toBe('deny workspace 1')
  expect(said(rules, call({ hosts: ['example.com'] }))).toBe('allow workspace null')
})
