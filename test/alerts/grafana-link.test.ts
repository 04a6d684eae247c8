import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLinkTemplate, grafanaLink } from '../../lib/alerts/grafana-link.ts';
import { seriesKey } from '../../lib/series/labels.ts';
import { ONSET_SECONDS, sampleAlert } from './sample-alert.ts';

const template = defaultLinkTemplate('tidemark');
const queryOf = (link: string) => new URL(link).searchParams;

describe('grafanaLink', () => {
  it('shows three hours before the onset up to 15 minutes after the alert, in milliseconds', () => {
    const alert = sampleAlert({ kind: 'resolved', timeSeconds: ONSET_SECONDS + 600 });
    const query = queryOf(grafanaLink(template, 'http://grafana:3000', alert));
    expect(query.get('from')).toBe(String((ONSET_SECONDS - 3 * 3600) * 1000));
    expect(query.get('to')).toBe(String((ONSET_SECONDS + 600 + 900) * 1000));
  });

  it('keeps a path below which Grafana is served', () => {
    expect(grafanaLink('{url}/d/x', 'https://example.org/grafana', sampleAlert())).toBe(
      'https://example.org/grafana/d/x',
    );
  });

  it('fills in a placeholder that comes twice, and none that stands in a label', () => {
    const alert = sampleAlert({ labels: { path: '{metric}' } });
    const link = grafanaLink('http://g/?a={series}&b={metric}&c={metric}', '', alert);
    expect(queryOf(link).get('a')).toBe('{path="{metric}"}');
    expect(queryOf(link).getAll('c')).toEqual(['cpu_usage']);
  });

  it('brings any label through the address unchanged, without a character at which a link could end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary-ascii' }), (value, other) => {
        const labels = { value, other };
        const link = grafanaLink(template, 'http://grafana', sampleAlert({ labels }));
        expect(link).toMatch(/^[\w\-.~:/?&=%]+$/);
        expect(queryOf(link).get('var-series')).toBe(seriesKey(labels).toWellFormed());
      }),
    );
  });

  it('survives half of a surrogate pair', () => {
    expect(() => grafanaLink(template, '', sampleAlert({ labels: { value: '\ud800' } }))).not.toThrow();
  });
});
