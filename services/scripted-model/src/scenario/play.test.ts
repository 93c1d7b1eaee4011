import { expect, test } from 'vitest'
import type { CountTokensRequest } from '../api/request.ts'
import { compose } from './compose.ts'
import { readConversation } from './conversation.ts'
import { sceneFor } from './play.ts'
import { validateScenario } from './validate.ts'

type Reply = string | { error: string } | { operator: string; reply?: string }

/** Plays an agent's steps against the replies given and says what came back each time: its text, or tool and input. */
function play(agent: string, replies: Reply[], task = 'the task'): string[] {
  const scenario = validateScenario(
    `name: x\ndescription: y\nagents:\n  - name: a\n${agent.replaceAll(/^/gm, '    ')}`,
    'x.yaml',
  )
  const messages: CountTokensRequest['messages'] = [{ role: 'user', content: task }]
  const spoken: string[] = []
  for (const reply of [...replies, undefined]) {
    const request = {
      model: 'm',
      system: 'agent-type: worker\nsession: s',
      messages,
      tools: [{ name: 't' }, { name: 'u' }],
    }
    const conversation = readConversation(request)
    const scene = sceneFor(scenario, conversation)
    if (!scene) return ['no agent']
    const { text, calls } = compose(scene, conversation, {})
    const deeds = calls.map(({ name, input }) => `${name} ${JSON.stringify(input)}`)
    spoken.push([text, ...deeds].filter((part) => part !== '').join(' + '))
    if (reply === undefined) break
    const said = text === '' ? [] : [{ type: 'text' as const, text }]
    messages.push({
      role: 'assistant',
      content: [...said, ...calls.map((call) => ({ type: 'tool_use' as const, ...call }))],
    })
    messages.push({
      role: 'user',
      content: answers(
        reply,
        calls.map(({ id }) => id),
      ),
    })
  }
  return spoken
}

function answers(reply: Reply, ids: string[]) {
  const text = typeof reply === 'string' ? reply : 'error' in reply ? reply.error : (reply.reply ?? 'ok')
  const is_error = typeof reply === 'object' && 'error' in reply
  return [
    ...ids.map((id) => ({ type: 'tool_result' as const, tool_use_id: id, content: text, is_error })),
    ...(ids.length === 0 ? [{ type: 'text' as const, text }] : []),
    ...(typeof reply === 'object' && 'operator' in reply
      ? [{ type: 'text' as const, text: `[OPERATOR Ana] ${reply.operator}` }]
      : []),
  ]
}

test('steps follow each other, then there is nothing more to do', () => {
  expect(play('steps: [{ say: one, call: { tool: t } }, { say: two }]', ['x', 'y'])).toEqual([
    'one + t {}',
    'two',
    'I have nothing more to do.',
  ])
})

test('captures from JSON, text and the task go into later steps', () => {
  const agent = `
match: { task: 'fix (\\w+)' }
steps:
  - call: { tool: t }
    capture: { id: '{{result.sessionId}}', count: { regex: '"n":(\\d+)' }, verb: { in: task, regex: '^\\w+' } }
  - say: '{{task.match.1}} {{capture.id}} {{capture.count}} {{capture.verb}} {{session.id}}'`
  expect(play(agent, ['{"sessionId":"c1","n":42}'], 'fix tests')[1]).toBe('tests c1 42 fix s')
})

test('a step whose condition does not hold is skipped; named groups are captured', () => {
  const agent = `
steps:
  - call: { tool: t }
  - { when: { result: 'fail (?<count>[1-9])' }, say: '{{capture.count}} or {{match.1}} failed' }
  - { when: { isError: true }, say: broken }
  - say: fine`
  expect(play(agent, ['fail 3'])[1]).toBe('3 or 3 failed')
  expect(play(agent, [{ error: 'no' }])[1]).toBe('broken')
  expect(play(agent, ['fail 0'])[1]).toBe('fine')
})

test('fields of a JSON result', () => {
  const agent = `
steps:
  - call: { tool: t }
  - { when: { tool: t, field: { by: default, list.0.n: 3, done: true } }, say: all }
  - say: not`
  expect(play(agent, ['{"by":"default","list":[{"n":3}],"done":true}'])[1]).toBe('all')
  expect(play(agent, ['{"by":"default","list":[{"n":4}],"done":true}'])[1]).toBe('not')
})

test('repeats while a condition holds, at most so often, with what it says the next time', () => {
  const agent = `
steps:
  - { say: [first, again], call: { tool: t }, repeat: { while: { result: running }, max: 2 } }
  - say: over`
  expect(play(agent, ['running', 'done'])).toEqual(['first + t {}', 'again + t {}', 'over'])
  expect(play(agent, ['running', 'running', 'running'])).toEqual([
    'first + t {}',
    'again + t {}',
    'again + t {}',
    'over',
  ])
})

test('jumps where the first condition holds, each at most so often', () => {
  const agent = `
steps:
  - { id: try, say: try, call: { tool: t }, next: [{ step: end, when: { result: ok } }, { step: try, max: 1 }] }
  - say: gave up
  - { id: end, say: end }`
  expect(play(agent, ['no', 'ok'])).toEqual(['try + t {}', 'try + t {}', 'end'])
  expect(play(agent, ['no', 'no'])).toEqual(['try + t {}', 'try + t {}', 'gave up'])
})

test('one call per element, and a step without any call left is skipped', () => {
  const agent = `
steps:
  - { call: { tool: t }, capture: { list: '{{result}}' } }
  - { say: all, call: { tool: u, each: '{{capture.list}}', input: { b: '{{item.branch}}', n: 1 } } }
  - say: end`
  expect(play(agent, ['[{"branch":"x"},{"branch":null}]'])[1]).toBe('all + u {"b":"x","n":1} + u {"n":1}')
  expect(play(agent, ['[]'])[1]).toBe('end')
  expect(play(agent, ['gone wrong'])[1]).toBe('end')
})

const listening = `
interrupts:
  - when: { operatorSaid: 'stop (?<why>\\w+)' }
    steps: [{ say: '{{operator.name}}: {{operator.text}} ({{capture.why}}, {{operator.count}})', call: { tool: u } }, { say: then, call: { tool: u } }]
  - { when: { operatorSaid: '.' }, max: 1, steps: [{ say: heard, call: { tool: u } }] }
steps:
  - { say: one, call: { tool: t } }
  - { say: two, when: { result: first }, call: { tool: t } }
  - { say: three, call: { tool: t } }`

test('an interrupt plays its steps and the agent goes on where it was, with the results it had', () => {
  expect(play(listening, [{ operator: 'stop now', reply: 'first' }, 'x', 'x', 'y'])).toEqual([
    'one + t {}',
    'Ana: stop now (now, 1) + u {}',
    'then + u {}',
    'two + t {}',
    'three + t {}',
  ])
})

test('an interrupt can be interrupted, and one that is used up is not played again', () => {
  expect(play(listening, [{ operator: 'stop now' }, { operator: 'psst' }, { operator: 'psst' }]).slice(1)).toEqual([
    'Ana: stop now (now, 1) + u {}',
    'heard + u {}',
    'then + u {}',
  ])
})

test('what the operator says before a step on hold is answered after it', () => {
  const agent = `
interrupts: [{ when: { operatorSaid: '.' }, steps: [{ say: 'heard {{operator.text}}', call: { tool: u } }] }]
steps: [{ say: one, call: { tool: t } }, { say: two, hold: true, call: { tool: t } }, { say: three }]`
  expect(play(agent, [{ operator: 'a' }, { operator: 'b' }, 'x'])).toEqual([
    'one + t {}',
    'two + t {}',
    'heard a\nb + u {}',
    'three',
  ])
})

test('any, not, turn, said and capture', () => {
  const agent = `
steps:
  - { say: one, capture: { x: yes } }
  - { when: { any: [{ turn: 9 }, { turn: { from: 2, to: 2 } }], not: { said: nope }, capture: { x: '^yes$' } }, say: both }
  - say: neither`
  expect(play(agent, ['go'])[1]).toBe('both')
  expect(play(agent, ['nope'])[1]).toBe('neither')
})

test('an agent is chosen by type, task and header, the first that fits', () => {
  expect(play("match: { agentType: [lead, worker], header: { session: '^s$' } }\nsteps: [{ say: me }]", [])).toEqual([
    'me',
  ])
  expect(play('match: { agentType: lead }\nsteps: [{ say: me }]', [])).toEqual(['no agent'])
  expect(play('match: { task: other }\nsteps: [{ say: me }]', [])).toEqual(['no agent'])
})

test('a call to a tool that the request does not offer is refused by name', () => {
  expect(() => play('steps: [{ call: { tool: rocket } }]', [])).toThrow(
    '"rocket", which the request does not offer (it offers: t, u)',
  )
})
