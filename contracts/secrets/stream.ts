import { streamFamily } from '../kernel/index.ts'

/** `secretRules-{workspaceId}` */
export const secretRulesStream = streamFamily('secretRules')
