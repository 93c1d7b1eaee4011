import { internalCapabilities } from '@mosaic/contracts/agent-session'
import { scriptedAgent, startOrchestratedProvider } from '../../test/orchestrated-provider.ts'
import { providerConformance } from '../../test/provider-conformance.ts'

// The second and the third are registered by tests alone: no repository, no sandbox, a kill that is only reported.
const program = 'services/orchestrator/test/with-remote-runtimes.ts'
const pausable = { pause: 'between-steps', bargeIn: 'after-current-turn', killProof: 'reported' } as const
const unpausable = { ...pausable, pause: 'none' } as const
const spawn = () => ({})

providerConformance('our own runtime', () =>
  startOrchestratedProvider({ runtime: 'internal', capabilities: internalCapabilities, spawn: scriptedAgent }),
)
providerConformance('a runtime that runs elsewhere', () =>
  startOrchestratedProvider({ runtime: 'remote', capabilities: pausable, program, spawn }),
)
providerConformance('a runtime that cannot pause', () =>
  startOrchestratedProvider({ runtime: 'remote-unpausable', capabilities: unpausable, program, spawn }),
)
