import type { Page } from 'playwright-core';

/** A text that is hard to read. */
export interface PoorContrast {
  readonly text: string;
  readonly ratio: number;
}

/**
 * The visible texts whose contrast against what is behind them is below WCAG 2.2's 4.5 to 1 (level AA).
 * Source: WCAG 2.2, 1.4.3 and the definition of relative luminance.
 */
export function poorContrasts(page: Page): Promise<PoorContrast[]> {
  return page.evaluate(`(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const rgba = (color) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color) => {
      const [red, green, blue] = rgba(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if (rgba(color)[3] === 255) return color;
      }
      return 'white';
    };
    const poor = [];
    for (const element of document.querySelectorAll('body *')) {
      const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join('');
      const isSvg = element instanceof SVGElement;
      if (text === '' || !element.checkVisibility() || element.closest('script, .skip, title, .u-legend')) continue;
      const style = getComputedStyle(element);
      const [one, other] = [luminance(isSvg ? style.fill : style.color), luminance(behind(element))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (ratio < 4.5) poor.push({ text: text.slice(0, 60), ratio });
    }
    return poor;
  })()`);
}
