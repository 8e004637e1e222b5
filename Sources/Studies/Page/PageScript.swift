// The page's script: sorting and filtering tables, toggling curves, copying commands. It adds its own controls, so
// that none is there without JavaScript.

let pageScript = #"""

  'use strict';
  const number = cell => 'value' in cell.dataset ? Number(cell.dataset.value) : NaN;
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  for (const table of document.querySelectorAll('table')) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const original = [...body.rows];
    heads.forEach((head, column) => {
      const isNumber = head.classList.contains('number');
      const button = make('button', {type: 'button'}, ...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const first = isNumber ? 'descending' : 'ascending';
        const second = isNumber ? 'ascending' : 'descending';
        const now = head.getAttribute('aria-sort');
        const next = now === first ? second : now === second ? null : first;
        heads.forEach(other => other.removeAttribute('aria-sort'));
        let rows = [...original];
        if (next) {
          head.setAttribute('aria-sort', next);
          const sign = next === 'ascending' ? 1 : -1;
          rows.sort((a, b) => {
            const [x, y] = [a.cells[column], b.cells[column]];
            if (!isNumber) return sign * x.textContent.localeCompare(y.textContent, 'en');
            const [m, n] = [number(x), number(y)];
            // Cells without a number come last in both orders.
            return isNaN(m) ? (isNaN(n) ? 0 : 1) : isNaN(n) ? -1 : sign * (m - n);
          });
        }
        body.append(...rows);
      });
    });
    if (original.length > 4) {
      const input = make('input', {type: 'search'});
      input.addEventListener('input', () => {
        const words = input.value.toLowerCase().split(/\s+/);
        for (const row of original) {
          const text = row.textContent.toLowerCase();
          row.hidden = !words.every(word => text.includes(word));
        }
      });
      const label = make('label', {}, 'Filter rows: ', input);
      table.parentElement.before(make('div', {className: 'controls'}, label));
    }
  }

  for (const figure of document.querySelectorAll('figure.curves')) {
    if (figure.querySelector('.panels.small')) continue;
    const groups = [...figure.querySelectorAll('g[data-series]')];
    const names = [...new Set(groups.map(group => group.dataset.series))]
      .sort((a, b) => a.localeCompare(b, 'en', {numeric: true}));
    if (names.length < 2) continue;
    const boxes = names.map(name => {
      const box = make('input', {type: 'checkbox', checked: true});
      box.addEventListener('change', () => {
        for (const group of groups) {
          if (group.dataset.series === name) group.toggleAttribute('hidden', !box.checked);
        }
      });
      return make('label', {}, box, ' ' + name);
    });
    const all = [true, false].map(checked => {
      const button = make('button', {type: 'button'}, checked ? 'all' : 'none');
      button.addEventListener('click', () => {
        for (const label of boxes) if (label.firstChild.checked !== checked) label.firstChild.click();
      });
      return button;
    });
    const legend = make('legend', {}, 'Curves shown');
    figure.prepend(make('fieldset', {className: 'controls'}, legend, ...boxes, ...all));
  }

  for (const code of document.querySelectorAll('pre')) {
    const button = make('button', {type: 'button', className: 'copy'}, 'Copy');
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(code);
        button.textContent = 'Selected: copy with the keyboard';
      }
    });
    code.before(button);
  }

  """#
