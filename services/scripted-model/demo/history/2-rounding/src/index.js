export { add, format, money, negate, sum } from './money.js'
export { divideHalfEven } from './rounding.js'
export { taxOn } from './tax.js'
