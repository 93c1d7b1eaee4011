/** The hosts of the web addresses in a text, with their port where it is not the usual one. */
export function hostsIn(text: string): string[] {
  const addresses = text.match(/https?:\/\/[^\s"'<>]+/g) ?? []
  return [...new Set(addresses.filter((address) => URL.canParse(address)).map((address) => new URL(address).host))]
}
