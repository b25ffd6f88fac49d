import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const prodigy: HostRule = {
  name: 'hosts/prodigy',
  system: 'Prodigy.net',
  version: '1998 to 2005',
  source: 'observed in public collections of returned mail',
  signs: [{ text: "user's mailbox is full" }],
  layout: { kind: 'list', recipient: [labelled("user's mailbox is full:")], end: ['unable to deliver mail'] },
  reason: 'quota.full',
}
