import type { HostRule } from './host-rule.ts'
import { bracketThen } from './recipient-lines.ts'

export const powermta: HostRule = {
  name: 'hosts/powermta',
  system: 'PowerMTA',
  version: '3 to 5',
  source: 'https://www.bird.com (PowerMTA user guide)',
  signs: [{ text: 'delivery failed; will' }],
  layout: { kind: 'list', recipient: [bracketThen], begin: ['list of'] },
}
