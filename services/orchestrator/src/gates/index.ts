export { type AskCoordinator, coordinatorAsked, type Verdict } from './ask-coordinator.ts'
export { Candidates } from './candidates.ts'
export { type CommitTrial, tryCommit, type TryingDeps } from './try-commit.ts'
export { gatesSandboxId } from './trying-place.ts'
