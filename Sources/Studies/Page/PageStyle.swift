// The page's style sheet: two palettes by the reader's preference, one column, tables and wide
// figures that scroll in their own frame, and a print version without controls.

let pageStyle = """

  :root { color-scheme: light dark; --paper: #ffffff; --ink: #222222; --soft: #595959;
    --rule: #d9d9d9; --faint: #ececec; --link: #005a9c; --accent: #f4f6f8; }
  g { --c: var(--light); --t: var(--light-text); }
  @media (prefers-color-scheme: dark) {
    :root { --paper: #1a1a1a; --ink: #eeeeee; --soft: #b3b3b3; --rule: #4d4d4d; --faint: #333333;
      --link: #7ab8f0; --accent: #242628; }
    g { --c: var(--dark); --t: var(--dark-text); }
  }
  * { box-sizing: border-box; }
  body { margin: 0 auto; max-width: 80rem; padding: 1rem clamp(1rem, 4vw, 3rem) 4rem;
    background: var(--paper); color: var(--ink);
    font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; }
  h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 0.5rem; }
  h2 { font-size: 1.2rem; margin: 3rem 0 0.75rem; }
  .headline { font-size: 1.15rem; max-width: 48rem; margin: 0.5rem 0; }
  a { color: var(--link); }
  .skip { position: absolute; left: -100rem; }
  .skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; }
  :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
  .wide { overflow-x: auto; }
  table { border-spacing: 0; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
  /* Captions are read whole while a wide table scrolls below them. */
  caption { text-align: left; color: var(--soft); padding-bottom: 0.4rem; position: sticky; left: 0;
    max-width: min(52rem, calc(100vw - 2rem)); }
  th, td { padding: 0.3rem 0.65rem 0.3rem 0; text-align: left; white-space: nowrap;
    border-bottom: 1px solid var(--faint); }
  td:last-child:not(.number) { white-space: normal; min-width: 6rem; }
  thead th { border-bottom: 1px solid var(--soft); vertical-align: bottom; font-weight: 600;
    white-space: normal; }
  tbody th { font-weight: 600; }
  tr { background: var(--paper); }
  tbody tr:hover { background: var(--accent); }
  th:first-child { position: sticky; left: 0; background: inherit; }
  .number { text-align: right; }
  th button { font: inherit; color: inherit; background: none; border: 0; padding: 0;
    cursor: pointer; text-align: inherit; text-decoration: underline dotted;
    text-underline-offset: 0.2em; }
  th[aria-sort="ascending"] button::after { content: " ▲"; font-size: 0.7em; }
  th[aria-sort="descending"] button::after { content: " ▼"; font-size: 0.7em; }
  .introduction { max-width: 52rem; }
  .methods { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; font-size: 0.9rem;
    max-width: 52rem; margin: 1rem 0; }
  .methods dt { font-weight: 600; }
  .methods dd { margin: 0; color: var(--soft); }
  @media (max-width: 40rem) { .methods { grid-template-columns: 1fr; } .methods dd { margin: 0 0 0.4rem; } }
  .notes { color: var(--soft); font-size: 0.9rem; max-width: 52rem; padding-left: 1.2rem; }
  .controls { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; border: 0; margin: 0.5rem 0;
    padding: 0; font-size: 0.9rem; }
  .controls legend { color: var(--soft); padding: 0; }
  input[type="search"] { font: inherit; padding: 0.2rem 0.5rem; color: var(--ink);
    background: var(--paper); border: 1px solid var(--soft); border-radius: 0.25rem; }
  figure { margin: 1rem 0; }
  figcaption { color: var(--soft); font-size: 0.9rem; max-width: 52rem; margin-top: 0.5rem; }
  .contents ul { columns: 18rem; column-gap: 3rem; padding-left: 1.2rem; margin: 1.5rem 0 0; max-width: 64rem; }
  .panels { display: grid; gap: 1rem; }
  .panels.large { grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
  .panels.small { grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); }
  .panels.matrices { grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); }
  /* Pictures are at most a quarter larger than drawn, so that their text is not larger than the page's;
    they are large enough to be read, and panels are shown whole on narrow screens. */
  svg { display: block; width: 100%; height: auto; max-width: calc(1.25 * var(--width));
    min-width: calc(0.8 * var(--width)); }
  .panels svg { min-width: 0; }
  .panels.large svg { min-width: calc(0.6 * var(--width)); }
  @media (max-width: 40rem) { .panels.large text { font-size: 14.5px; } }
  svg image { image-rendering: pixelated; }
  svg text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: var(--ink); }
  svg .tick { font-size: 12px; fill: var(--soft); }
  svg .title { font-size: 14px; }
  svg .name { fill: var(--t); }
  svg .cell { fill: revert-layer; text-anchor: middle; font-variant-numeric: tabular-nums; }
  svg .end { text-anchor: end; }
  svg .middle { text-anchor: middle; }
  .grid { stroke: var(--faint); }
  .axis { stroke: var(--soft); }
  .line { fill: none; stroke: var(--c); stroke-linejoin: round; }
  .band { fill: var(--c); opacity: 0.16; }
  .dot { fill: var(--c); }
  .run { fill: none; stroke: var(--c); stroke-width: 1.2; }
  .interval { stroke: var(--c); stroke-width: 2; }
  .paper { stroke: var(--ink); stroke-width: 2; }
  .leader { stroke: var(--c); stroke-width: 0.7; }
  .series:hover .line { stroke-width: 4; }
  g[hidden] { display: none; }
  details { border-bottom: 1px solid var(--faint); padding: 0.3rem 0; }
  summary { cursor: pointer; font-family: ui-monospace, "DejaVu Sans Mono", monospace;
    font-size: 0.9rem; }
  pre { overflow-x: auto; background: var(--accent); padding: 0.75rem; font-size: 0.85rem;
    font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
  @media print {
    @page { margin: 14mm; }
    :root { font-size: 10pt; color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444444;
      --rule: #bbbbbb; --faint: #dddddd; --link: #000000; --accent: #ffffff; }
    g { --c: var(--light); --t: var(--light-text); }
    body { max-width: none; padding: 0; }
    .controls, .skip, .copy, .contents { display: none; }
    .wide, pre { overflow: visible; }
    caption { max-width: none; }
    table { font-size: 7.5pt; }
    th, td { padding-right: 0.5rem; }
    thead th { white-space: normal; }
    .panels.large { grid-template-columns: 1fr 1fr; }
    .panels.small { grid-template-columns: repeat(4, 1fr); }
    svg, .panels.large svg { min-width: 0; }
    figure, tr, svg, .wide { break-inside: avoid; }
    h2 { break-after: avoid; margin-top: 1.5rem; }
    /* Commands that were not opened are not printed. */
    details:not([open]), #made:not(:has(details[open])) { display: none; }
    th button { text-decoration: none; }
  }

  """
