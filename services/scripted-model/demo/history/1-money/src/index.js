export { add, format, money, negate, sum } from './money.js'
