import { z } from 'zod'
import { allowlisted, dmarcSummary, sendingDomain } from './domains.ts'
import { fails, publicRoute, route } from './route.ts'
import { ids } from './schemas.ts'

const tags = ['Sending domains']
const inputOfOne = z.object({ id: ids.domain })

export const domains = {
  list: route
    .route({
      method: 'GET',
      path: '/domains',
      operationId: 'listDomains',
      summary: 'The sending domains of the workspace; a rep sees those of their identities',
      tags,
    })
    .output(z.object({ domains: z.array(sendingDomain) })),
  create: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/domains',
      operationId: 'createDomain',
      summary: 'Add a sending domain: makes its keys and says which records to publish',
      tags,
      successStatus: 201,
    })
    .errors(
      fails(
        'auth.forbidden',
        'domain.invalid',
        'domain.free-mail',
        'domain.ours',
        'domain.exists',
        'domain.too-many',
      ),
    )
    .input(z.strictObject({ domain: z.string().max(255) }))
    .output(sendingDomain),
  get: route
    .route({
      method: 'GET',
      path: '/domains/{id}',
      operationId: 'getDomain',
      summary: 'One sending domain with its records, as they were found last',
      tags,
    })
    .errors(fails('not-found'))
    .input(inputOfOne)
    .output(sendingDomain),
  remove: route
    .meta({ access: 'admin' })
    .route({
      method: 'DELETE',
      path: '/domains/{id}',
      operationId: 'removeDomain',
      summary: 'Remove a sending domain: its keys are destroyed, mail is signed by the platform again',
      description:
        'Mail on its way still finds home: its return-path host is answered for. Identities that were verified by the domain are not verified any more.',
      tags,
      successStatus: 204,
    })
    .errors(fails('auth.forbidden', 'not-found'))
    .input(inputOfOne)
    .output(z.void()),
  check: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/domains/{id}/check',
      operationId: 'checkDomain',
      summary: 'Ask the domain’s name servers now',
      description:
        'Asked again within 10 seconds, it answers what was found then. A page that is open asks every 30 seconds; without one every domain is checked hourly.',
      tags,
    })
    .errors(fails('auth.forbidden', 'not-found'))
    .input(inputOfOne)
    .output(sendingDomain),
  rotate: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/domains/{id}/rotate',
      operationId: 'rotateDomainKeys',
      summary: 'Make the next keys; they sign as soon as their records are found',
      tags,
    })
    .errors(fails('auth.forbidden', 'not-found', 'domain.rotation-open', 'domain.not-signing'))
    .input(inputOfOne)
    .output(sendingDomain),
  zone: route
    .meta({ access: 'admin' })
    .route({
      method: 'GET',
      path: '/domains/{id}/zone',
      operationId: 'getDomainZone',
      summary: 'The records as a zone file (RFC 1035), to import or to mail to whoever runs the DNS',
      tags,
      outputStructure: 'detailed',
    })
    .errors(fails('auth.forbidden', 'not-found'))
    .input(inputOfOne)
    .output(z.object({ headers: z.object({ 'content-disposition': z.string() }), body: z.instanceof(Blob) })),
  dmarc: route
    .meta({ access: 'admin' })
    .route({
      method: 'GET',
      path: '/domains/{id}/dmarc',
      operationId: 'getDomainDmarc',
      summary: 'What the DMARC aggregate reports of the last 30 days say',
      tags,
    })
    .errors(fails('auth.forbidden', 'not-found'))
    .input(inputOfOne)
    .output(dmarcSummary),
}

/** Public: what a recipient’s mail admin needs to let our mail in. */
export const allowlist = {
  get: publicRoute
    .route({
      method: 'GET',
      path: '/allowlist',
      operationId: 'getAllowlist',
      summary: 'The sending hosts, addresses and domains of this installation',
      tags,
    })
    .output(allowlisted),
  text: publicRoute
    .route({
      method: 'GET',
      path: '/allowlist.txt',
      operationId: 'getAllowlistText',
      summary: 'The same as plain text',
      tags,
      outputStructure: 'detailed',
    })
    .output(z.object({ headers: z.object({ 'content-disposition': z.string() }), body: z.instanceof(Blob) })),
}
