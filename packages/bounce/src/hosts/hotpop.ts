import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const hotpop: HostRule = {
  name: 'hosts/hotpop',
  system: 'HotPOP',
  version: '1999 to 2005',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'undeliverable address:' }],
  layout: { kind: 'list', recipient: [labelled('undeliverable address:')] },
}
