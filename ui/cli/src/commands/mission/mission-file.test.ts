import { ProblemError } from '@mosaic/client'
import { problem } from '@mosaic/contracts/http'
import { expect, test } from 'vitest'
import { exitCodes } from '../../cli.ts'
import { missionOf } from './mission-file.ts'
import { placed } from './new.ts'

const given = { name: 'm.yaml', said: {}, fields: {} }
const sound = `title: Greetings
objective: Say hello
defaults:
  repository: https://example.org/code.git
tasks:
  - key: one
    instructions: Say hello
  - key: two
    instructions: Say it in French
    dependsOn: [three]
`
const faultsOf = (text: string): string[] => {
  try {
    missionOf(text, given)
  } catch (error) {
    return (error as Error).message.split('\n')
  }
  return []
}

test('a file without a mistake is taken', () => {
  expect(missionOf(sound, given).mission.tasks.map(({ key }) => key)).toEqual(['one', 'two'])
})

test('only the first mistake of a mission file was told, and a wrong name of a field without line and name', () => {
  const text = sound
    .replace('objective', 'odrer: any\nobjective')
    .replace('defaults:\n', 'defaults:\n  modle: x\n')
    .replace('key: two', 'key: "t w o"')
  expect(faultsOf(text)).toEqual([
    'm.yaml:5: defaults.modle: there is no such field',
    expect.stringMatching(/^m\.yaml:10: tasks\.1\.key: expected letters/),
    'm.yaml:2: odrer: there is no such field',
  ])
})

test('what is wrong with a default is told of the default alone', () => {
  expect(faultsOf(sound.replace('https://example.org/code.git', '7'))).toEqual([
    expect.stringMatching(/^m\.yaml:4: defaults\.repository: /),
  ])
})

test('what the gateway found wrong with a mission had no file and line', () => {
  const refused = new ProblemError(
    problem.parse({
      type: 'urn:x',
      title: 't',
      status: 400,
      code: 'MISSION_INVALID',
      detail: 'two waits for three, and the mission has no task of that key',
      field: 'tasks.1.dependsOn.0',
    }),
  )
  expect(placed(refused, missionOf(sound, given).place)).toMatchObject({
    message:
      'MISSION_INVALID: m.yaml:10: tasks.1.dependsOn.0: two waits for three, and the mission has no task of that key',
    exitCode: exitCodes.refused,
  })
  expect(placed(refused, undefined)).toBe(refused)
})
