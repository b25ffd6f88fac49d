import type { HostRule } from './host-rule.ts'

export const dragonfly: HostRule = {
  name: 'hosts/dragonfly',
  system: 'DragonFly Mail Agent',
  version: '0.1 and later',
  source: 'https://github.com/corecode/dma (mail.c)',
  signs: [{ text: 'this is the dragonfly mail agent' }],
  layout: {
    kind: 'sentence',
    sentence: /error delivering your mail to <(?<address>[^<>]{3,320})>\.?\s*(?<reason>[\s\S]{0,4000})/,
  },
}
