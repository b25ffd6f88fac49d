import type { HostRule } from './host-rule.ts'

export const activehunter: HostRule = {
  name: 'hosts/activehunter',
  system: 'TransWARE Active!hunter',
  version: '1.x to 3.x',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'permanent fatal errors -----\n\n>>>' }, { text: 'permanent fatal errors -----\n>>>' }],
  layout: {
    kind: 'list',
    recipient: [/^>>>\s*(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})/],
    begin: ['permanent fatal errors'],
  },
}
