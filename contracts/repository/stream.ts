import { streamFamily } from '../kernel/index.ts'

/** `repository-{repositoryId}` */
export const repositoryStream = streamFamily('repository')
