import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { endWhenOutputCloses } from '../../../bin/terminal/closed-output.ts';

it('ends the program when nobody reads its output, and at no other error', () => {
  const [output, errors] = [new EventEmitter(), new EventEmitter()];
  const codes: number[] = [];
  endWhenOutputCloses([output, errors] as never, (code) => codes.push(code));
  output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  errors.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  expect(codes).toEqual([141, 141]);
  expect(() => output.emit('error', new Error('disk full'))).toThrow('disk full');
});
