// The audit of a page in a browser, for Tests/shell/page.sh: `audit(window)` returns a list of faults. The checks
// are those of axe-core that apply to such a page (contrast, names, structure, overflow), and checks of its use.
function audit(view) {
  const { document } = view;
  const faults = [];
  const fault = (what, element) => faults.push(
    `${what}: ${element ? element.outerHTML.slice(0, 120).replace(/\s+/g, ' ') : ''}`);
  const all = selector => [...document.querySelectorAll(selector)];

  // Contrast of all text (WCAG 2.2, 1.4.3).
  const parse = colour => (colour.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const paper = element => {
    if (element.matches('svg .cell')) {
      return parse(view.getComputedStyle(element.previousElementSibling).fill);
    }
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(view.getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  let texts = 0;
  for (const element of all('body *')) {
    const hasText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!hasText || !element.getClientRects().length || element.closest('script, style')) continue;
    const style = view.getComputedStyle(element);
    const ink = parse(element instanceof view.SVGElement ? style.fill : style.color);
    texts += 1;
    const found = ratio(ink, paper(element));
    if (!(found >= 4.5)) fault(`contrast ${found.toFixed(2)}`, element);
  }
  if (texts < 100) fault(`only ${texts} texts seen`);

  // Contrast of lines and marks (WCAG 2.2, 1.4.11), including the opacity of their groups. Grid, bands and
  // lines of context are the background of the others, and not checked.
  let marks = 0;
  for (const mark of all('svg :is(.line, .dot, .run, .interval, .paper, .leader, .axis)')) {
    if (mark.closest('.context')) continue;
    const style = view.getComputedStyle(mark);
    const under = paper(mark);
    let share = 1;
    for (let e = mark; e; e = e.parentElement) share *= Number(view.getComputedStyle(e).opacity);
    const ink = parse(style.stroke === 'none' ? style.fill : style.stroke);
    const seen = [0, 1, 2].map(i => share * ink[i] + (1 - share) * under[i]);
    marks += 1;
    const found = ratio(seen, under);
    if (!(found >= 3)) fault(`contrast ${found.toFixed(2)} of a mark`, mark);
  }
  if (marks < 20) fault(`only ${marks} marks seen`);

  // No text of a picture is cut off at its edge.
  for (const text of all('svg text')) {
    const [inner, outer] = [text, text.closest('svg')].map(e => e.getBoundingClientRect());
    if (inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.top < outer.top - 1
      || inner.bottom > outer.bottom + 1) fault('cut off', text);
  }
  // Names at the ends of curves are visible without scrolling, and large enough to be read.
  for (const name of all('.panels.large .name')) {
    const box = name.getBoundingClientRect();
    if (box.right > document.documentElement.clientWidth) fault('outside the screen', name);
    if (box.height < 10) fault(`${box.height.toFixed(1)} pixels high`, name);
  }

  // Names for screen readers, and pictures that can be decoded.
  for (const image of all('img')) {
    if (!image.alt.trim()) fault('no alternative text', image);
  }
  const drawn = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  for (const image of all('svg image')) {
    if (view.getComputedStyle(image).imageRendering !== 'pixelated') fault('smoothed', image);
    try {
      drawn.clearRect(0, 0, 9, 9);
      drawn.drawImage(image, 0, 0, 9, 9);
      if (drawn.getImageData(4, 4, 1, 1).data[3] !== 255) fault('not drawn', image);
    } catch (error) { fault(`not drawn (${error.message})`, image); }
  }
  for (const svg of all('svg')) {
    const names = (svg.getAttribute('aria-labelledby') || '').split(' ')
      .map(id => document.getElementById(id)?.textContent.trim());
    if (svg.getAttribute('role') !== 'img' || names.length < 2 || !names.every(Boolean)) {
      fault('picture without name or description', svg);
    }
  }
  for (const input of all('input')) {
    if (!input.labels.length || !input.labels[0].textContent.trim()) fault('no label', input);
  }
  for (const element of all('button, a, summary, h1, h2, legend, caption, th')) {
    if (!element.textContent.trim()) fault('empty', element);
  }
  for (const element of all('[role=region], nav, section')) {
    const name = element.getAttribute('aria-label')
      || document.getElementById(element.getAttribute('aria-labelledby'))?.textContent;
    if (!name) fault('unnamed part', element);
  }
  const ids = all('[id]').map(element => element.id);
  if (new Set(ids).size !== ids.length) fault('an id twice');
  for (const link of all('a[href^="#"]')) {
    if (!document.getElementById(link.hash.slice(1))) fault('leads nowhere', link);
  }

  // Structure.
  if (!document.documentElement.lang || !document.title) fault('no language or title');
  if (all('h1').length !== 1 || all('main').length !== 1) fault('not one h1 and one main');
  for (const table of all('table')) {
    if (!table.caption) fault('no caption', table);
    if (![...table.tHead.rows[0].cells].every(cell => cell.scope === 'col')) fault('no scope', table);
  }
  const meta = document.querySelector('meta[http-equiv=Content-Security-Policy]');
  if (!meta?.content.startsWith("default-src 'none'")) fault('no policy');

  // No element is wider than the page, and wide content scrolls by keyboard.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    fault(`${root.scrollWidth} pixels wide in ${root.clientWidth}`);
    for (const element of all('body *')) {
      const edge = element.getBoundingClientRect().right;
      if (edge > root.clientWidth + 1 && !element.closest('.wide, pre, svg')) fault('sticks out', element);
    }
  }

  for (const box of all('.wide')) {
    const scrolls = box.scrollWidth > box.clientWidth && !box.closest('.panels');
    if (scrolls && (box.tabIndex < 0 || !box.ariaLabel)) fault('does not scroll by keyboard', box);
  }

  // Focus is visible.
  for (const element of all('a, button, input, summary').slice(0, 12)) {
    element.focus({ focusVisible: true });
    const { outlineStyle, outlineWidth } = view.getComputedStyle(element);
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) fault('focus not seen', element);
  }

  // Every column sorts in both orders and back.
  const table = document.querySelector('table');
  const column = index => [...table.tBodies[0].rows].map(row => row.cells[index].textContent);
  const number = text => text.includes('inf') ? NaN
    : Number((text.match(/[-+]?\d+(\.\d+)?(e[-+]?\d+)?/) || [NaN])[0]);
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    const before = column(0).join();
    const isNumber = head.classList.contains('number');
    for (const round of [0, 1]) {
      head.querySelector('button').click();
      const sign = head.getAttribute('aria-sort') === 'ascending' ? 1 : -1;
      const values = column(index);
      const keys = isNumber ? values.map(number).filter(value => !isNaN(value)) : values;
      const isSorted = keys.every((key, i) => !i || sign * (isNumber
        ? key - keys[i - 1] : key.localeCompare(keys[i - 1], 'en')) >= 0);
      if (!isSorted || !head.hasAttribute('aria-sort')) fault(`not sorted: ${values.join()}`, head);
    }
    head.querySelector('button').click();
    if (column(0).join() !== before || head.hasAttribute('aria-sort')) fault('order not restored', head);
  });

  // Curves can be hidden and shown, each and all.
  const figure = document.querySelector('figure.curves:has(input)');
  const count = () => figure.querySelectorAll('g[data-series]:not([hidden])').length;
  const curves = count();
  const press = name => [...figure.querySelectorAll('button')]
    .find(button => button.textContent === name).click();
  figure.querySelector('input').click();
  if (!(count() < curves)) fault('a curve does not go', figure);
  press('none');
  if (count() !== 0) fault('curves stay', figure);
  press('all');
  if (count() !== curves) fault('curves do not come back', figure);
  return faults;
}
