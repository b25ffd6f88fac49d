import type { SendingDomain } from '@fairlead/contract'

interface DnsProvider extends NonNullable<SendingDomain['provider']> {
  /** Does this name server belong to it? Host names in lower case. */
  readonly nameServer: RegExp
}

const short = 'Enter names without the domain at the end: the panel adds it.'
const split =
  'A value longer than 255 characters has to be split into several strings in quotation marks, one after the other.'

/** Panels by their name servers, each with its own page about adding records. */
const providers: readonly DnsProvider[] = [
  {
    ...{ id: 'cloudflare', name: 'Cloudflare', nameServer: /\.ns\.cloudflare\.com$/ },
    wording: `Open DNS, Records, and press Add record. ${short} The priority of an MX record has a field of its own.`,
    link: 'https://developers.cloudflare.com/dns/manage-dns-records/how-to/create-dns-records/',
  },
  {
    ...{ id: 'route53', name: 'Amazon Route 53', nameServer: /\.awsdns-\d+\.(com|net|org|co\.uk)$/ },
    wording: `Open the hosted zone and press Create record. Put TXT values into quotation marks. ${split} Write an MX value as shown, with its priority.`,
    link: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html',
  },
  {
    ...{ id: 'godaddy', name: 'GoDaddy', nameServer: /\.domaincontrol\.com$/ },
    wording: `Open the domain's DNS and press Add New Record. ${short} The priority of an MX record has a field of its own.`,
    link: 'https://www.godaddy.com/help/add-a-txt-record-19232',
  },
  {
    ...{ id: 'namecheap', name: 'Namecheap', nameServer: /\.registrar-servers\.com$/ },
    wording: `Open Advanced DNS and press Add new record. ${short} MX records are entered under Mail settings, Custom MX.`,
    link: 'https://www.namecheap.com/support/knowledgebase/article.aspx/317/2237/how-do-i-add-txtspfdkimdmarc-records-for-my-domain/',
  },
  {
    ...{ id: 'google-cloud', name: 'Google Cloud DNS', nameServer: /\.googledomains\.com$/ },
    wording: `Open the zone and press Add standard. ${short} ${split} Write an MX value as shown, with its priority and a dot at the end.`,
    link: 'https://cloud.google.com/dns/docs/records',
  },
  {
    ...{ id: 'azure', name: 'Azure DNS', nameServer: /\.azure-dns\.(com|net|org|info)$/ },
    wording: `Open the zone and press Record set. ${short} The priority of an MX record has a field of its own.`,
    link: 'https://learn.microsoft.com/azure/dns/dns-operations-recordsets-portal',
  },
  {
    ...{ id: 'digitalocean', name: 'DigitalOcean', nameServer: /^ns\d\.digitalocean\.com$/ },
    wording: `Open Networking, Domains. ${short} The priority of an MX record has a field of its own.`,
    link: 'https://docs.digitalocean.com/products/networking/dns/how-to/manage-records/',
  },
  {
    ...{ id: 'vercel', name: 'Vercel', nameServer: /\.vercel-dns\.com$/ },
    wording: `Open the domain and go to DNS Records. ${short} The priority of an MX record has a field of its own.`,
    link: 'https://vercel.com/docs/domains/managing-dns-records',
  },
]

/** Who runs the DNS; null where the name servers are nobody's that is known here, or of several. */
export function detectProvider(nameServers: readonly string[]): SendingDomain['provider'] {
  const [first] = nameServers
  const found = first === undefined ? undefined : providers.find(one => one.nameServer.test(first))
  if (found === undefined || !nameServers.every(host => found.nameServer.test(host))) return null
  const { nameServer: _, ...shown } = found
  return shown
}
