/** Where time comes from. Deciders never see it: `occurredAt` comes in on the command. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }
