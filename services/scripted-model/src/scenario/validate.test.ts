import { expect, test } from 'vitest'
import { ScenarioError, validateScenario } from './validate.ts'

function reasons(text: string): string[] {
  try {
    validateScenario(text, 'x.yaml')
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n')
    throw error
  }
  return []
}

/** The least that a scenario needs, with the steps given, which start on line 6. */
function withSteps(steps: string): string {
  return `name: x\ndescription: y\nagents:\n  - name: a\n    steps:\n${steps}\n`
}

test('takes a file that is right', () => {
  expect(reasons(withSteps('      - say: hello'))).toEqual([])
})

test.each([
  [
    'an unknown key',
    withSteps('      - say: hello\n        tell: me'),
    'x.yaml:7:9: agents[0].steps[0]: unknown key "tell"',
  ],
  [
    'a missing key',
    'name: x\nagents: []',
    'x.yaml:1:1: description: Invalid input: expected string, received undefined',
  ],
  ['a wrong type', withSteps('      - say: 3'), 'x.yaml:6:14: agents[0].steps[0].say: expected string or array'],
  [
    'a bad regular expression',
    withSteps('      - when: { result: "(" }\n        say: x'),
    'x.yaml:6:25: agents[0].steps[0].when.result: Invalid regular expression: /(/im: Unterminated group',
  ],
  [
    'an unknown template name',
    withSteps('      - call: { tool: t, input: { a: [x, "{{foo.bar}}"] } }'),
    'x.yaml:6:42: agents[0].steps[0].call.input.a[1]: unknown name "foo"',
  ],
  [
    'a capture that nothing captures',
    withSteps('      - say: "{{capture.who}}"'),
    'x.yaml:6:14: agents[0].steps[0].say: nothing in this agent captures "who"',
  ],
  [
    'a jump to nowhere',
    withSteps('      - say: x\n        next: [{ step: there }]'),
    'x.yaml:7:24: agents[0].steps[0].next[0].step: no step with id "there" in this list',
  ],
  [
    'two steps of one id',
    withSteps('      - { id: s, say: x }\n      - { id: s, say: y }'),
    'x.yaml:7:15: agents[0].steps[1].id: a second step with id "s"',
  ],
  [
    'a step that does nothing',
    withSteps('      - id: s'),
    'x.yaml:6:9: agents[0].steps[0]: a step needs say, call or error',
  ],
  [
    'two agents of one name',
    `${withSteps('      - say: x')}  - name: a\n    steps: [{ say: y }]\n`,
    'x.yaml:7:11: agents[1].name: a second agent named "a"',
  ],
  [
    'a status that is none',
    withSteps('      - error: { status: 200 }'),
    'x.yaml:6:26: agents[0].steps[0].error.status: Too small',
  ],
  [
    'broken YAML',
    'name: [x\ndescription: y',
    'x.yaml:2:1: Flow sequence in block collection must be sufficiently indented',
  ],
  ['an empty file', '', 'x.yaml:1:1: Invalid input: expected object, received null'],
  [
    'an alias without its anchor',
    withSteps('      - say: *x\n      - say: &x y'),
    'x.yaml:6:14: no anchor &x stands before this alias',
  ],
  ['a key twice', 'name: x\nname: y', 'x.yaml:2:1: Map keys must be unique'],
])('refuses %s with its place', (_what, text, expected) => {
  expect(reasons(text)[0]).toContain(expected)
})

test('names every problem, in the order of the file', () => {
  const lines = reasons('name: a b\ndescription: ""\nagents: []\nextra: 1')
  expect(lines.map((line) => line.split(': ')[0])).toEqual(['x.yaml:1:7', 'x.yaml:2:14', 'x.yaml:3:9', 'x.yaml:4:1'])
})

test('refuses aliases that would blow up', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...['b', 'c', 'd', 'e', 'f'].map((key, index) => {
      const last = String.fromCharCode(97 + index)
      return `${key}: &${key} [${Array.from({ length: 10 }, () => `*${last}`).join(', ')}]`
    }),
  ].join('\n')
  expect(reasons(bomb)[0]).toContain('Excessive alias count')
})
