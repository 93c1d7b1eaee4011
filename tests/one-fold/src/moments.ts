import * as fc from 'fast-check'

const telling = fc.record({ subscription: fc.nat(4), count: fc.nat(6), again: fc.nat(3) })

/** What happens within one moment, in this order. What it leaves undone waits for the next one. */
const moment = fc.record({
  recorded: fc.integer({ min: 1, max: 6 }),
  opened: fc.option(fc.nat(3)),
  projected: fc.record({ count: fc.nat(20), again: fc.nat(10) }),
  connectionSwitched: fc.constantFrom(false, false, false, true),
  told: fc.array(telling, { maxLength: 5 }),
  dropped: fc.option(fc.nat(4), { freq: 8 }),
  lookedUp: fc.boolean(),
  answered: fc.array(fc.nat(3), { maxLength: 3 }),
})
export type Moment = typeof moment extends fc.Arbitrary<infer Value> ? Value : never

/** They come again in turn until the history is over. */
export const moments = fc.array(moment, { minLength: 1, maxLength: 20 })
