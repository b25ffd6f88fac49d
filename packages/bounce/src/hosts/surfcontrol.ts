import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const surfcontrol: HostRule = {
  name: 'hosts/surfcontrol',
  system: 'SurfControl E-mail Filter',
  version: '5 and 6',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'a transcript of the attempts to send the message' }],
  layout: { kind: 'list', recipient: [labelled('addressed to:')], end: ['--- message non-deliverable'] },
}
