import { describe, test } from 'vitest'
import { simulate } from './simulation.ts'

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed)

describe('the storage agrees with the model', () => {
  test.each(SEEDS)('seed %i', (seed) => {
    simulate(seed)
  })
})
