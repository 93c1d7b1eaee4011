import { expect, it } from 'vitest'
import { inTurns } from './turns.ts'

it('lets small appends go together and large ones one to a turn of the event loop, in order', async () => {
  const turn = inTurns()
  let number = 0
  let counting: NodeJS.Immediate
  const count = () => {
    number++
    counting = setImmediate(count)
  }
  counting = setImmediate(count)
  const gone: [append: number, turn: number][] = []
  const appends = [1, 1, 100, 100, 1, 1].map((events, append) => turn(events).then(() => gone.push([append, number])))
  await Promise.all(appends)
  clearImmediate(counting)
  expect(gone).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 2],
    [5, 2],
  ])
})
