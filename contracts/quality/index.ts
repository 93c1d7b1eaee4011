export { authorship, changeSeen, checkAnswer, checkRequest, ranGates, reviewAgent, runGates } from './check.ts'
export type { Authorship, ChangeSeen, CheckAnswer, CheckRequest, RanGates } from './check.ts'
export {
  checkStage,
  gateDetail,
  gateName,
  gateResult,
  mechanicalGate,
  opinion,
  qualityProfile,
  reviewed,
  sessionQuality,
} from './vocabulary.ts'
export type {
  CheckStage,
  GateDetail,
  GateName,
  GateResult,
  MechanicalGate,
  Opinion,
  QualityProfile,
  Reviewed,
  SessionQuality,
} from './vocabulary.ts'
