export { workspaceEvents, type WorkspaceEvent } from './events.ts'
export { workspaceStream } from './stream.ts'
export { workspaceRejections, type WorkspaceRejection } from './rejections.ts'
export { workspaceView, type WorkspaceView } from './views.ts'
