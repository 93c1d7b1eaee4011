/** Refusals of the fleet decider, and of spawns while the fleet is frozen. */
export const fleetRejections = ['KILL_ALL_NOT_FOUND', 'FLEET_FROZEN'] as const
export type FleetRejection = (typeof fleetRejections)[number]
