// Variation and assurance icons, drawn here in the spirit of NHS Making Data Count. Shape and letter carry the meaning, never colour alone.
import {svg} from "./markup.js";
import type {Good, Meaning} from "../../etl/publish/published.ts";
import {assuranceWords, variationWords} from "./words.js";

/** Is it signal or noise? A ring with a line of points: wavering (noise), leaving upward (H) or downward (L). */
export function variationIcon(variation: Meaning | null, good: Good, size = 26): SVGElement {
  const up = variation === "neutral-high" || (variation === "improvement" && good !== "low") || (variation === "concern" && good === "low");
  const special = variation !== null && variation !== "common";
  const path = !special ? "M6 17 10.5 13 15 18 19.5 13 24 16" : up ? "M6 20 11 18.5 15 19 24 10" : "M6 10 11 11.5 15 11 24 20";
  const end = !special ? [24, 16] : up ? [24, 10] : [24, 20];
  return svg`<svg class="icon variation" data-meaning=${variation ?? "none"} viewBox="0 0 30 30" width=${size} height=${size} role="img" aria-label=${variationWords(variation).long}>
    <title>${variationWords(variation).long}</title>
    <circle class="ring" cx="15" cy="15" r="13"/>
    ${variation === null ? svg`<text x="15" y="20" class="letter">?</text>` : svg.fragment`<path class="line" d=${path} /><circle class="dot" cx=${end[0]} cy=${end[1]} r="2.6"/>
    ${special ? svg`<text x=${9} y=${up ? 13 : 24} class="letter small">${up ? "H" : "L"}</text>` : null}`}
  </svg>`;
}

/** Will it meet its target? A ring, a dashed target line and the points' place against it; letters P, F or ?. */
export function assuranceIcon(assurance: "pass" | "fail" | "inconsistent" | null, good: Good, size = 26): SVGElement | null {
  const words = assuranceWords(assurance);
  if (!words || assurance === null) return null;
  const above = (assurance === "pass") === (good !== "low");
  const target = assurance === "inconsistent" ? 15 : above ? 21 : 9;
  const letter = {pass: "P", fail: "F", inconsistent: "?"}[assurance];
  const y = assurance === "inconsistent" ? 20 : above ? 17.5 : 22;
  return svg`<svg class="icon assurance" data-assurance=${assurance} viewBox="0 0 30 30" width=${size} height=${size} role="img" aria-label=${words.long}>
    <title>${words.long}</title>
    <circle class="ring" cx="15" cy="15" r="13"/>
    <line class="target" x1="4.5" x2="25.5" y1=${target} y2=${target} />
    <text x="15" y=${y} class="letter">${letter}</text>
  </svg>`;
}
