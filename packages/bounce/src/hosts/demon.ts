import type { HostRule } from './host-rule.ts'

export const demon: HostRule = {
  name: 'hosts/demon',
  system: 'Demon Internet',
  version: '1997 to 2005',
  source: 'observed in public collections of returned mail',
  signs: [{ text: "addressed to '" }],
  layout: {
    kind: 'list',
    recipient: [
      /^.{0,200}addressed to\s*['"<]?(?<address>[^\s<>@'"]{1,200}@[^\s<>@'"()]{1,255})['">]?(?<rest>.*)$/i,
    ],
  },
}
