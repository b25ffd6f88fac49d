import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const lsmtp: HostRule = {
  name: 'hosts/lsmtp',
  system: 'LSMTP for Windows',
  version: '1.1',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'error-for:' }],
  layout: { kind: 'list', recipient: [labelled('error-for:')], reasonStands: 'before' },
}
