import type { AgentProviderEvent } from '@mosaic/contracts/agent-provider'
import { err, ok } from '@mosaic/contracts/kernel'
import { expect, test } from 'vitest'
import { agentProviders, type AgentProvidersCommand } from './agent-providers.ts'

const providerId = '01890000-0000-7000-8000-000000000001'
const which = { providerId, name: 'gateway' }
const address = 'https://gateway.example/'
const about = { version: '2026.9.1', protocol: '4' }
const since = '2026-11-29T10:00:00.000Z'
const trouble = { code: 'CONNECTION_REFUSED', message: 'nothing listens there', since } as const

const added = (data = {}): AgentProviderEvent => ({
  type: 'AgentProviderAdded',
  data: { ...which, kind: 'openclaw', address, hasToken: true, isActive: true, ...data },
})
const other = added({ providerId: '01890000-0000-7000-8000-000000000002', name: 'other' })
const lost: AgentProviderEvent = { type: 'AgentProviderLost', data: { ...which, ...trouble } }
const reached: AgentProviderEvent = { type: 'AgentProviderReached', data: { ...which, ...about } }
const off: AgentProviderEvent = { type: 'AgentProviderDeactivated', data: which }
const removed: AgentProviderEvent = { type: 'AgentProviderRemoved', data: which }

const states = {
  none: [],
  'name taken': [other],
  added: [added()],
  off: [added(), off],
  lost: [added(), lost],
  reached: [added(), lost, reached],
  removed: [added(), removed],
} as const satisfies Record<string, readonly AgentProviderEvent[]>

const addition = { ...which, kind: 'openclaw', address, hasToken: true, isActive: true } as const
const commands = {
  add: { type: 'AddProvider', ...addition },
  'add under a name that is another’s': { type: 'AddProvider', ...addition, name: 'other' },
  'switch off': { type: 'ChangeProvider', providerId, isActive: false },
  rename: { type: 'ChangeProvider', providerId, name: 'renamed' },
  'give a token': { type: 'ChangeProvider', providerId, credential: { host: 'gateway.example', hasToken: true } },
  remove: { type: 'RemoveProvider', providerId },
  'note lost': { type: 'NoteLost', providerId, ...trouble },
  'note reached': { type: 'NoteReached', providerId, ...about },
} as const satisfies Record<string, AgentProvidersCommand>

const done: Record<keyof typeof commands, AgentProviderEvent> = {
  add: added(),
  'add under a name that is another’s': added({ name: 'other' }),
  'switch off': off,
  rename: {
    type: 'AgentProviderChanged',
    data: { providerId, name: 'renamed', address, from: { name: 'gateway', address } },
  },
  'give a token': {
    type: 'AgentProviderCredentialReplaced',
    data: { ...which, host: 'gateway.example', hasToken: true },
  },
  remove: removed,
  'note lost': lost,
  'note reached': reached,
}
const refusals = {
  unknown: { code: 'AGENT_PROVIDER_NOT_FOUND', message: `there is no agent provider ${providerId}`, field: 'id' },
  taken: { code: 'AGENT_PROVIDER_NAME_TAKEN', message: 'there is an agent provider other already', field: 'name' },
} as const
type Cell = 'done' | 'nothing' | keyof typeof refusals

const unknown = {
  'switch off': 'unknown',
  rename: 'unknown',
  'give a token': 'unknown',
  remove: 'unknown',
  'note lost': 'unknown',
  'note reached': 'unknown',
} as const
const known = {
  'switch off': 'done',
  rename: 'done',
  'give a token': 'done',
  remove: 'done',
  'note lost': 'done',
  'note reached': 'done',
} as const
/** Of what is there nobody adds a second one: its id is the command's. */
type Changes = Exclude<keyof typeof commands, 'add' | 'add under a name that is another’s'>
const additions = { add: 'done', 'add under a name that is another’s': 'done' } as const
const table: Record<keyof typeof states, Partial<Record<keyof typeof commands, Cell>> & Record<Changes, Cell>> = {
  none: { ...additions, ...unknown },
  'name taken': { ...additions, 'add under a name that is another’s': 'taken', ...unknown },
  added: known,
  off: { ...known, 'switch off': 'nothing' },
  lost: { ...known, 'note lost': 'nothing' },
  reached: { ...known, 'note reached': 'nothing' },
  removed: { ...additions, ...unknown },
}

const fold = (events: readonly AgentProviderEvent[]) =>
  events.reduce(agentProviders.evolve, agentProviders.initialState)
const cells = (Object.keys(table) as (keyof typeof table)[]).flatMap((state) =>
  (Object.keys(table[state]) as (keyof typeof commands)[]).map((command) => ({
    state,
    command,
    cell: table[state][command]!,
  })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const expected =
    cell === 'done' ? ok([done[command]]) : cell === 'nothing' ? ok([]) : err(refusals[cell as keyof typeof refusals])
  expect(agentProviders.decide(commands[command], fold(states[state]))).toEqual(expected)
})

test('one change of everything is several facts of one append', () => {
  const all = { name: 'renamed', address: 'wss://new.example/', isActive: false } as const
  const credential = { host: 'new.example', hasToken: false }
  const decided = agentProviders.decide({ type: 'ChangeProvider', providerId, credential, ...all }, fold([added()]))
  expect(decided.ok && decided.value.map(({ type }) => type)).toEqual([
    'AgentProviderChanged',
    'AgentProviderCredentialReplaced',
    'AgentProviderDeactivated',
  ])
})

test('a rename to the name of another is refused, and to its own changes nothing', () => {
  const both = fold([added(), other])
  const rename = (name: string) => agentProviders.decide({ type: 'ChangeProvider', providerId, name }, both)
  expect(rename('other')).toEqual(err(refusals.taken))
  expect(rename('gateway')).toEqual(ok([]))
})

test('at another address it is neither lost nor known, whatever it was before', () => {
  const moved: AgentProviderEvent = {
    type: 'AgentProviderChanged',
    data: { ...which, address: 'wss://new.example/', from: { name: 'gateway', address } },
  }
  expect(fold([added(), reached, lost, moved])[providerId]).toMatchObject({ lost: null, identity: null })
})

test('a provider that is lost for another reason says so, and since when it is lost stays', () => {
  const later = { code: 'UNAUTHORIZED', message: 'it wants another token', since: '2026-11-29T11:00:00.000Z' } as const
  expect(agentProviders.decide({ type: 'NoteLost', providerId, ...later }, fold([added(), lost]))).toEqual(
    ok([{ type: 'AgentProviderLost', data: { ...which, ...later, since } }]),
  )
})
