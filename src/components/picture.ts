// A chart as a picture for a board paper: title, key, chart, caption and source as they stand on the page, on white, twice as fine as the screen.
// Made in the browser from what is drawn, with the page's own styles; asks nobody for anything.

/** Pixels of the page that a picture is wide; it is drawn twice as fine. */
const WIDTH = 960;
const FINE = 2;

/**
 * The figure as a PNG.
 * @param figure a drawn frame: its heading, notes and caption are taken as they stand
 * @param draw draws the chart at a width
 * @param source lines under the caption: authority, refresh, marking
 * @throws Error in words when the browser cannot make it
 */
export async function picture(figure: HTMLElement, draw: (width: number) => Node, source: string[]): Promise<Blob> {
  const body = document.createElement("div");
  body.className = "frame picture";
  body.style.width = `${WIDTH}px`;
  const room = document.createElement("div");
  room.className = "room";
  room.append(draw(WIDTH - 40));
  const last = document.createElement("p");
  last.className = "picture-source";
  last.textContent = source.join(" · ");
  body.append(...["h2", ".notes"].flatMap((part) => copy(figure, part)), room, ...copy(figure, "figcaption"), last);
  for (const hidden of body.querySelectorAll(".sr")) hidden.remove();
  for (const link of body.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  const away = document.createElement("div");
  away.className = "picture-away";
  away.setAttribute("aria-hidden", "true");
  away.append(body);
  document.body.append(away);
  const height = Math.ceil(body.getBoundingClientRect().height);
  const wide = Math.max(WIDTH, ...[...body.querySelectorAll(".scroll")].map((scroll) => scroll.scrollWidth + 40));
  const font = getComputedStyle(document.body);
  away.remove();
  body.style.width = `${wide}px`;
  body.style.font = `${font.fontWeight} ${font.fontSize}/${font.lineHeight} ${font.fontFamily}`;
  body.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" data-theme="light" width="${wide}" height="${height}"><style>${escaped(styles())}</style><foreignObject x="0" y="0" width="${wide}" height="${height}">${new XMLSerializer().serializeToString(body)}</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode().catch(() => {
    throw new Error("this browser could not draw it. Print the page instead.");
  });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [wide * FINE, height * FINE];
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser could not draw it. Print the page instead.");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    try {
      canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("this browser could not draw it. Print the page instead."))), "image/png");
    } catch {
      // Safari lets nobody read a canvas with HTML in it
      failed(new Error("this browser does not give pictures of tables away. Print the page instead."));
    }
  });
}

const copy = (figure: HTMLElement, part: string): Node[] => [...figure.children].filter((child) => child.matches(part)).map((child) => child.cloneNode(true));

/** The page's own rules: those of a sheet that may not be read are left out. */
function styles(): string {
  return [...document.styleSheets]
    .flatMap((sheet) => {
      try {
        return [...sheet.cssRules];
      } catch {
        return [];
      }
    })
    .filter((rule) => !(rule instanceof CSSImportRule) && !(rule instanceof CSSFontFaceRule))
    .map((rule) => rule.cssText)
    .join("\n");
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
