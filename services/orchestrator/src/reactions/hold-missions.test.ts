import type { NewEvent } from '@mosaic/event-store'
import { ada, asked, facts, id, kept } from '@mosaic/kit'
import { expect, test } from 'vitest'
import { holdMissions } from './hold-missions.ts'

const [missionId, one, two, other, late] = [id(1), id(2), id(3), id(4), id(5)]
const spawned = (sessionId: string, of = missionId) => facts.spawned(sessionId, { missionId: of })
const paused: NewEvent = { type: 'MissionPaused', data: { missionId, reason: null } }
const resumed: NewEvent = { type: 'MissionResumed', data: { missionId } }
const cancelled: NewEvent = { type: 'MissionCancelled', data: { missionId, reason: null } }
const pausedByPerson = (sessionId: string): NewEvent => ({
  type: 'AgentPauseRequested',
  data: { sessionId, reason: null },
})
const all = [spawned(one), spawned(two), spawned(other, id(9))]
const told = (...events: NewEvent[]) => asked(holdMissions, ...events).map(({ id: to, command }) => [to, command.type])

test('the agents of a mission that is paused stand still, on behalf of who paused it', () => {
  expect(asked(holdMissions, ...all, facts.completed(two), paused)).toEqual([
    {
      to: 'agentSession',
      id: one,
      command: { type: 'PauseAgent', reason: 'its mission is paused' },
      key: one,
      actor: ada,
    },
  ])
})

test('who is spawned into a paused mission stands still as well', () => {
  expect(told(...all, paused, spawned(late))).toEqual([[late, 'PauseAgent']])
})

test('they go on with it, but not whom a person had paused before, nor who has ended', () => {
  const events = [...all, pausedByPerson(two), paused, spawned(late), facts.killed(late), resumed]
  expect(told(...events)).toEqual([[one, 'ResumeAgent']])
})

test('nothing is kept of a mission that has ended', () => {
  const over = [facts.completed(one), facts.completed(two), facts.completed(other), cancelled]
  expect(kept(holdMissions, ...all, paused, ...over)).toEqual({ sessions: {}, held: {} })
})
