import type { HostRule } from './host-rule.ts'

export const failedRecipientsHeader: HostRule = {
  name: 'hosts/failed-recipients-header',
  system: 'Exim and Google, where the text names nobody',
  version: 'any',
  source: 'exim.org specification, chapter 49; Google writes the same header',
  signs: [{ header: ['x-failed-recipients', '@'] }],
  layout: { kind: 'header' },
  confidence: 0.85,
}
