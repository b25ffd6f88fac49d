import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const kddi: HostRule = {
  name: 'hosts/kddi',
  system: 'KDDI (dion.ne.jp, au one net)',
  version: '2005 and later',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'could not be delivered to:' }],
  layout: { kind: 'list', recipient: [labelled('could not be delivered to:')] },
}
