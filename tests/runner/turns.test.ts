import { expect, test } from 'vitest'
import { takingTurns } from './turns.ts'

test('the first is heard as it speaks, the others in their order when it has ended', () => {
  const heard: string[] = []
  const begin = takingTurns((text) => heard.push(text))
  const [first, second, third] = [begin('1'), begin('2'), begin('3')]
  third.say('3a')
  third.end()
  first.say('1a')
  second.say('2a')
  expect(heard).toEqual(['1', '1a'])
  first.end()
  expect(heard).toEqual(['1', '1a', '2', '2a'])
  second.say('2b')
  second.end()
  expect(heard).toEqual(['1', '1a', '2', '2a', '2b', '3', '3a'])
})
