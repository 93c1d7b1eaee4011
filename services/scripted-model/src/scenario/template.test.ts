import { expect, test } from 'vitest'
import { Template, TemplateError } from './template.ts'

const scope = {
  capture: { branch: 'agent-1', list: [{ id: 'a' }], empty: '', note: "it's\n  two lines" },
  task: { text: 'do it', match: ['do it', 'it'] },
  result: { sessionId: 's1', count: 0 },
}

test.each([
  ['on {{capture.branch}}!', 'on agent-1!'],
  ['{{task.match.1}}', 'it'],
  ['{{capture.nobody}}', undefined],
  ['<{{capture.nobody}}>', '<>'],
  ["{{capture.empty ?? 'none'}}", 'none'],
  ['{{capture.empty ?? capture.branch ?? "x"}}', 'agent-1'],
  ['{{capture.list}}', [{ id: 'a' }]],
  ['{{capture.list.0.id}} {{capture.list}}', 'a [{"id":"a"}]'],
  ['{{result.count}}', 0],
  ['{{capture.note | line}}', "it's two lines"],
  ['echo {{capture.note | line | shell}}', String.raw`echo 'it'\''s two lines'`],
  ['{{result | json}}', '{"sessionId":"s1","count":0}'],
  ['{{capture.constructor}}', undefined],
  ['no places', 'no places'],
])('%s', (source, expected) => {
  expect(Template.parse(source).value(scope)).toEqual(expected)
})

test.each([
  ['{{captures.x}}', 'unknown name "captures"'],
  ['{{capture.x | upper}}', 'unknown filter "upper"'],
  ['{{a b}}', 'cannot read'],
  ['{{}}', 'cannot read'],
])('refuses %s', (source, reason) => {
  expect(() => Template.parse(source)).toThrow(TemplateError)
  expect(() => Template.parse(source)).toThrow(reason)
})

test('what an operator said cannot leave its quotes in a shell command', () => {
  const said = { operator: { text: "'; rm -rf / #" } }
  expect(Template.parse('echo {{operator.text | shell}}').text(said)).toBe(String.raw`echo ''\''; rm -rf / #'`)
})
