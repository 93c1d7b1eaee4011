const message = 'Moments come from a Clock (@mosaic/contracts/kernel), spans from performance.now().'
const isDate = (node) => node.type === 'Identifier' && node.name === 'Date'

/** `Date.now` and `new Date()` read the clock by hand: what does cannot be tested at another time. */
const clock = {
  create: (context) => ({
    NewExpression(node) {
      if (isDate(node.callee) && node.arguments.length === 0) context.report({ node, message })
    },
    MemberExpression(node) {
      if (isDate(node.object) && node.property.name === 'now') context.report({ node, message })
    },
  }),
}

export default { meta: { name: 'mosaic' }, rules: { clock } }
