import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Avatar, ChannelGlyph, StatusGlyph, type StatusShape, statusShape } from '../ui/glyphs.tsx'
import { SkeletonRows } from '../ui/skeleton.tsx'
import { Exhibit } from './exhibit.tsx'

const shapes: readonly StatusShape[] = [
  ...(['delivered', 'accepted', 'bounced', 'failed', 'spam'] as const),
  ...(['needs-a-look', 'waiting', 'scheduled', 'draft'] as const),
]

export const ListParts = () => (
  <Exhibit title="Glyphs, rows, empty">
    {(['managed', 'gmail', 'microsoft', 'smtp'] as const).map(kind => (
      <ChannelGlyph key={kind} kind={kind} label={kind} />
    ))}
    <ChannelGlyph kind="gmail" size="xs" />
    <ChannelGlyph kind="smtp" size="lg" />
    {shapes.map(shape => (
      <StatusGlyph key={shape} shape={shape} label={shape} />
    ))}
    <StatusGlyph shape={statusShape('bounced', 'bounced')} label="Bounced" />
    <Avatar name="Ines Calder" isYou />
    <Avatar name="Marta Lind" size="lg" />
    <div className="w-full">
      <SkeletonRows rows={3} label="Loading emails" />
    </div>
    <Empty
      title="No emails yet"
      action={
        <Button look="primary" icon="pen">
          Compose an email
        </Button>
      }
    >
      Emails you send, schedule or draft appear here.
    </Empty>
    <Empty rope="parted" title="Nothing undelivered">
      When an email does not arrive, you will find the reason and the next step here.
    </Empty>
  </Exhibit>
)
