/** A long id with its middle left out: its beginning says of what it is, its end tells it apart. The whole is told on hover and copied with it. */
export function Cut({ text, most = 30 }: { readonly text: string; readonly most?: number }) {
  if (text.length <= most) return <span className="whitespace-nowrap">{text}</span>;
  const head = Math.ceil((most - 1) * 0.55);
  return (
    <span title={text} className="whitespace-nowrap">
      {text.slice(0, head)}
      <span aria-hidden="true" className="text-soft">
        …
      </span>
      <span className="sr-only">{text.slice(head, text.length - (most - 1 - head))}</span>
      {text.slice(text.length - (most - 1 - head))}
    </span>
  );
}
