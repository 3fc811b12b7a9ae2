/**
 * A colour for every structure: familiar tissue colours where there is a custom, else by the body
 * system, else by the name. The two sides of a paired structure share one colour.
 */

/** Hue in degrees, saturation and lightness in percent. */
type Hsl = [number, number, number];

/** First match wins, so the narrow words come first. */
const BY_WORD: [RegExp, Hsl][] = [
  [/tumou?r|lesion|cancer|metasta|nodule|glioma|edema|necro/, [78, 62, 48]],
  [/cyst/, [190, 55, 55]],
  [/portal|vein|venous|cava|sinus_sagittal/, [214, 55, 55]],
  [/aorta|arter|carotid|iliac_artery|trunk/, [2, 68, 54]],
  [/heart|myocard|ventricle_(left|right)|atrium/, [352, 52, 50]],
  [/ventricle|csf|cerebrospinal/, [200, 60, 62]],
  [/lung/, [348, 46, 72]],
  [/trachea|bronch|airway/, [196, 38, 66]],
  [/liver/, [12, 48, 40]],
  [/gall/, [96, 42, 44]],
  [/spleen/, [318, 34, 42]],
  [/kidney/, [16, 52, 54]],
  [/adrenal/, [40, 72, 58]],
  [/pancreas/, [34, 62, 62]],
  [/stomach/, [352, 40, 66]],
  [/duodenum/, [24, 58, 64]],
  [/colon|rectum|large_bowel/, [28, 44, 52]],
  [/bowel|jejun|ileum|intestin/, [14, 56, 70]],
  [/esophag|oesophag/, [20, 38, 56]],
  [/bladder/, [46, 70, 62]],
  [/prostate|uter|ovar|testi/, [330, 38, 62]],
  [/thyroid/, [8, 58, 60]],
  [/cartilage|disc|menisc/, [186, 26, 72]],
  [/tooth|teeth|enamel|molar|incisor|canine/, [46, 36, 86]],
  [/skin|face|body_trunc|body$/, [24, 48, 72]],
  [/fat|adipose/, [48, 66, 72]],
  [/spinal_cord/, [52, 62, 68]],
];

/** Hue, saturation, lightness, and how far the hue may stray from one structure to the next. */
const BY_SYSTEM: Record<string, [...Hsl, number]> = {
  skeletal: [42, 34, 76, 22],
  dental: [46, 30, 84, 10],
  muscular: [4, 46, 48, 18],
  cardiovascular: [356, 58, 54, 16],
  respiratory: [344, 42, 70, 16],
  digestive: [22, 48, 56, 22],
  urinary: [18, 50, 54, 16],
  endocrine: [38, 62, 58, 14],
  lymphatic: [300, 30, 50, 20],
  reproductive: [330, 40, 62, 16],
  integumentary: [24, 46, 72, 10],
  sensory: [188, 40, 60, 24],
  pathology: [78, 60, 48, 18],
  instrument: [210, 14, 62, 16],
};

/** The colour of a structure as `#rrggbb`. */
export function structureColour(structure: string, system?: string | null): string {
  const name = structure.toLowerCase();
  const unsided = name.replace(/(^|_)(left|right|l|r)(?=_|$)/g, "");
  const word = BY_WORD.find(([pattern]) => pattern.test(name));
  const spread = hash(unsided);
  // Two siblings (lobes, segments) differ a little in lightness even where the custom says one colour.
  const shade = ((spread >>> 8) % 9) - 4;
  if (word) return hex(word[1][0], word[1][1], word[1][2] + shade);
  const family = system ? BY_SYSTEM[system] : undefined;
  if (family) {
    const [h, s, l, stray] = family;
    return hex(h + ((spread % (2 * stray + 1)) - stray), s, l + 1.5 * shade);
  }
  // The nervous system and the unknown: many small neighbours, so all hues are used.
  return hex(spread % 360, 48, 60 + shade);
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

function hex(h: number, s: number, l: number): string {
  const [saturation, lightness] = [s / 100, Math.min(l, 92) / 100];
  const a = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + (((h % 360) + 360) % 360) / 30) % 12;
    const value = lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
