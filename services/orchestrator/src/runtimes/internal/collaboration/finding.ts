/** What a tool answers the model. */
export type Finding = { readonly content: string; readonly isError: boolean }
export const failed = (content: string): Finding => ({ content, isError: true })
