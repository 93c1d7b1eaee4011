/** Where services listen when nothing else is said. */
export const servicePorts = {
  gateway: 3000,
  orchestrator: 3001,
  'scripted-model': 3002,
  relay: 3003,
  projector: 3004,
  coordinator: 3005,
} as const
