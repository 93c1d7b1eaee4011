export { apiUrlOf, type CodeHost, CodeHosts, gitHostOf, refusalOfHost } from './code-hosts.ts'
export { firstLine } from './words.ts'
