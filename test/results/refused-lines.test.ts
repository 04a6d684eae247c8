import { describe, expect, it } from 'vitest';
import { refusedLines } from '../../lib/results/influxdb/refused-lines.ts';

const lines = ['verdict,host=a value=1 1', 'verdict,host=b value="x" 2', 'verdict,host=c value= 3'];

describe('the lines that a server refused are read from', () => {
  it('a partial write of InfluxDB 3, which has stored the others', () => {
    const conflict = "invalid column type for column 'value', expected float, got string";
    const body = {
      error: 'partial write of line protocol occurred',
      data: [
        { original_line: lines[1], line_number: 2, error_message: conflict },
        { original_line: lines[2], line_number: 3, error_message: 'No fields were provided' },
      ],
    };
    expect(refusedLines(400, body, lines)).toEqual({
      areOthersStored: true,
      named: new Map([
        [1, conflict],
        [2, 'No fields were provided'],
      ]),
      count: 2,
    });
  });

  it('an InfluxDB 3 that stores nothing of a batch with a bad line', () => {
    const body = {
      error: 'parsing failed for write_lp endpoint',
      data: { original_line: lines[2], line_number: 3, error_message: 'No fields were provided' },
    };
    expect(refusedLines(400, body, lines)).toEqual({
      areOthersStored: false,
      named: new Map([[2, 'No fields were provided']]),
      count: 1,
    });
  });

  it('InfluxDB Cloud on the storage of InfluxDB 3, which names several by number', () => {
    const message =
      'failed to parse line protocol: errors encountered on line(s):\nerror parsing line 2 (1-based): Invalid measurement was provided' +
      '\nerror parsing line 3 (1-based): No fields were provided';
    const { named, areOthersStored, count } = refusedLines(400, { code: 'invalid', line: 2, message }, lines);
    expect([...named]).toEqual([
      [1, 'Invalid measurement was provided'],
      [2, 'No fields were provided'],
    ]);
    expect([areOthersStored, count]).toEqual([false, 2]);
  });

  it('a partial write of InfluxDB Cloud, which names the first and counts all', () => {
    const message =
      'partial write error (1 accepted): 2/3 points rejected; first error: at line 2:13: expected tag key after comma';
    expect(refusedLines(400, { code: 'invalid', message }, lines)).toEqual({
      areOthersStored: true,
      named: new Map([[1, 'expected tag key after comma']]),
      count: 2,
    });
  });

  it('InfluxDB 2, which shows the text of each line that it can not parse', () => {
    const message = `unable to parse '${lines[1]}': bad string\nunable to parse '${lines[2]}': missing field value`;
    expect(refusedLines(400, { code: 'invalid', message }, lines)).toEqual({
      areOthersStored: false,
      named: new Map([
        [1, 'bad string'],
        [2, 'missing field value'],
      ]),
      count: 2,
    });
  });

  it('InfluxDB 2, which counts the points whose type conflicts and stores the others', () => {
    const message = 'partial write: field type conflict: input field "value" dropped=2';
    expect(refusedLines(422, { code: 'unprocessable entity', message }, lines)).toEqual({
      areOthersStored: true,
      named: new Map(),
      count: 2,
    });
  });

  it('the number alone, where the answer has no more', () => {
    const { named } = refusedLines(400, { code: 'invalid', line: 3, message: 'malformed' }, lines);
    expect([...named]).toEqual([[2, 'malformed']]);
  });
});

describe('no line is taken for a bad one', () => {
  it.each([
    ['a page of a proxy', '<html><title>400 Bad Request</title></html>'],
    ['JSON without lines', { code: 'invalid', message: 'bucket is read-only' }],
    ['a number beyond the request', { line: 4, message: 'error parsing line 9 (1-based): x' }],
    ['data of another form', { error: 'x', data: ['line 1', null, { line_number: 'one' }] }],
  ])('because of %s', (_, body) => {
    expect(refusedLines(400, body, lines)).toEqual({
      areOthersStored: false,
      named: new Map(),
      count: undefined,
    });
  });

  it('by its number where a text goes over several lines: servers differ in how they count those', () => {
    const broken = ['alert explanation="one\ntwo" 1', ...lines];
    const { named } = refusedLines(400, { message: 'error parsing line 2 (1-based): x' }, broken);
    expect(named.size).toBe(0);
  });
});
