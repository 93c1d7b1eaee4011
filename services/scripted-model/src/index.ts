export { startScriptedModel, type ScriptedModel, type ScriptedModelOptions } from './server.ts'
export { loadScenario, shippedScenarios, UnknownScenarioError } from './scenario/load.ts'
export { ScenarioError, validateScenario, type Problem } from './scenario/validate.ts'
export type { Agent, Interrupt, Scenario, Speed, Step } from './scenario/schema.ts'
