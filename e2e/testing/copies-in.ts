/** How many messages a Postfix says in its log that it has put into the mailbox of each address. */
export function copiesIn(log: string): Map<string, number> {
  const copies = new Map<string, number>()
  for (const [, address = ''] of log.matchAll(/postfix\/virtual\[.*: to=<([^>]+)>.* status=sent /g)) {
    copies.set(address, (copies.get(address) ?? 0) + 1)
  }
  return copies
}
