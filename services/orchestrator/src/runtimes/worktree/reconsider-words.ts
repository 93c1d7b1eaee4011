/** What a model is told whose agent does not get on. */
export const reconsiderWords = (message: string): string =>
  `You do not seem to get on: ${message}. Stop and think again before you go on: what have you assumed that may be wrong? ` +
  'Look at the facts anew, try another way, or ask the operator. If it cannot be done, call finish with the outcome failed and say why.'
