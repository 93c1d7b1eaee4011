/** Whether it is a change of a file as diff(1) writes it. */
export const isDiff = (text: string): boolean => /^--- .*\n\+\+\+ /.test(text)
