export { apiUrlOf, type CodeHost, CodeHosts, gitHostOf, type Hosted, refusalOfHost } from './code-hosts.ts'
export { openAtHost } from './open-at-host.ts'
export { checksOf, whatWasSaid } from './what-was-said.ts'
export { firstLine } from './words.ts'
