/**
 * Divides whole numbers and rounds half to even, so that long columns of rounded
 * amounts do not drift upwards: 5 / 2 is 2, 7 / 2 is 4.
 */
export function divideHalfEven(numerator, denominator) {
  if (!(denominator > 0)) throw new RangeError(`the denominator must be positive: ${denominator}`)
  const quotient = Math.trunc(numerator / denominator)
  const twice = (numerator % denominator) * 2
  if (twice > denominator) return quotient + 1
  if (twice === denominator) return quotient % 2 === 0 ? quotient : quotient + 1
  return quotient
}
