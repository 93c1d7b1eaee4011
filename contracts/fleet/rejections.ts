/** Refusals of the fleet decider. */
export const fleetRejections = ['KILL_ALL_NOT_FOUND'] as const
export type FleetRejection = (typeof fleetRejections)[number]
