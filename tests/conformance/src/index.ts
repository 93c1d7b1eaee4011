export { type Target, openTarget } from './target.ts'
