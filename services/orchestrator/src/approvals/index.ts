export { Approvals, workspacePolicyOf } from './approvals.ts'
export { canonical, diffOf, type ExactCall, judgedOf, shorten, textOf } from './call.ts'
export { judge, type Judgement } from './judge.ts'
