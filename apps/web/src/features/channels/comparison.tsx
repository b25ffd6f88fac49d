import type { Capability, CapabilityTopic, ChannelKind, Link } from '@fairlead/contract'
import { Trans } from '@lingui/react/macro'
import { ThreeSteps } from '../../ui/facts.tsx'
import { ChannelGlyph } from '../../ui/glyphs.tsx'
import { ChannelAction, type ChannelOpens } from './channel-action.tsx'
import { ChannelHealth } from './channel-health.tsx'

interface Compared {
  readonly topics: readonly { readonly topic: CapabilityTopic; readonly title: string }[]
  readonly kinds: readonly {
    readonly kind: ChannelKind
    readonly name: string
    readonly card: readonly Capability[]
  }[]
}

interface Column {
  readonly id: string
  readonly kind: ChannelKind
  readonly name: string
  readonly card: readonly Capability[]
  /** Null: a kind that nobody has connected. */
  readonly link: Link | null
}

interface ComparisonProps {
  readonly links: readonly Link[]
  readonly compared: Compared
  readonly opens: ChannelOpens
}

/** Channels side by side by what follows from them; a table where there is room, cards where there is not. */
export function Comparison({ links, compared, opens }: ComparisonProps) {
  const columns = columnsOf(links, compared)
  return (
    <>
      <div className="card cmp-t">
        <table className="cmp w-full">
          <thead>
            <tr>
              <th className="w-35">
                <span className="sr">
                  <Trans>Property</Trans>
                </span>
              </th>
              {columns.map(column => (
                <th key={column.id} scope="col" className={column.kind === 'managed' ? 'hl' : ''}>
                  <ChannelGlyph kind={column.kind} size="lg" />
                  <span className="nm">{column.name}</span>
                  <ChannelHealth link={column.link} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {compared.topics.map(({ topic, title }) => (
              <tr key={topic}>
                <th scope="row">{title}</th>
                {columns.map(column => (
                  <td key={column.id} className={column.kind === 'managed' ? 'hl' : ''}>
                    <Saying column={column} topic={topic} />
                  </td>
                ))}
              </tr>
            ))}
            <tr>
              <th scope="row">
                <span className="sr">
                  <Trans>Action</Trans>
                </span>
              </th>
              {columns.map(({ id, kind, link }) => (
                <td key={id} className={kind === 'managed' ? 'hl' : ''}>
                  <ChannelAction {...{ kind, link, opens }} />
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </div>
      <div className="cmp-m col gap-4">
        {columns.map(column => (
          <ChannelCard key={column.id} {...{ column, topics: compared.topics, opens }} />
        ))}
      </div>
    </>
  )
}

const ChannelCard = ({
  column,
  topics,
  opens,
}: {
  readonly column: Column
  readonly topics: Compared['topics']
  readonly opens: ChannelOpens
}) => (
  <section className="card">
    <div className="card-h">
      <ChannelGlyph kind={column.kind} size="lg" />
      <h2 className="grow">{column.name}</h2>
    </div>
    <div className="card-b">
      <ChannelHealth link={column.link} />
      <dl className="kv mt-3">
        {topics.map(({ topic, title }) => (
          <div key={topic} className="contents">
            <dt>{title}</dt>
            <dd>
              <Saying column={column} topic={topic} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-3">
        <ChannelAction kind={column.kind} link={column.link} opens={opens} />
      </div>
    </div>
  </section>
)

const kindOrder: readonly ChannelKind[] = ['managed', 'gmail', 'microsoft', 'smtp']

/** A column for each connected channel, then one for each kind that could be connected. */
function columnsOf(links: readonly Link[], { kinds }: Compared): Column[] {
  const connected = links.map(link => ({ ...link, link }))
  const others = kinds
    .filter(({ kind }) => !links.some(link => link.kind === kind))
    .map(kind => ({ id: kind.kind, ...kind, link: null }))
  return [...connected, ...others].sort((a, b) => kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind))
}

/** What holds of a channel; how many bounces are seen is drawn too. */
function Saying({ column: { card }, topic }: { readonly column: Column; readonly topic: CapabilityTopic }) {
  const said = card.find(one => one.topic === topic)
  if (!said) return '–'
  const seen = topic === 'bounces' ? bouncesSeen[said.value] : undefined
  return (
    <>
      {seen !== undefined && (
        <span className="block">
          <ThreeSteps on={seen} />
        </span>
      )}
      {said.sentence}
    </>
  )
}

/** Of three: all of them, those that a mailbox shows, only what is refused at once. */
const bouncesSeen: Readonly<Record<string, 1 | 2 | 3>> = { 'return-path': 3, mailbox: 2, unseen: 1 }
